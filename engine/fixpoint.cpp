#include "engine/fixpoint.h"

#include <algorithm>
#include <unordered_set>

#include "engine/cache.h"
#include "engine/slice.h"
#include "schema/describe.h"
#include "schema/fingerprint.h"
#include "schema/rules.h"

namespace plumb {

namespace {

constexpr int most_rounds = 4;  // every known text stops changing after one more round than its first

bool differs_in_text_only(const Change& change, const Symbols& symbols) {
  if (change.before == nullptr || change.after == nullptr) return false;
  const KindRules& rules = rules_for(change.identity().kind);
  return std::ranges::all_of(change.attributes, [&](const AttributeChange& attribute) {
    const Value value = find_attribute(rules, symbols.text(attribute.key))->value;
    return value == Value::expression || value == Value::fragments;
  });
}

using Fingerprints = std::vector<Fingerprint>;

Fingerprints fingerprints(const Catalog& catalog, const std::vector<Identity>& identities) {
  Fingerprints all;
  for (const Identity& identity : identities) {
    const Object* found = catalog.find(identity);
    all.push_back(found != nullptr ? found->fingerprint : Fingerprint{});
  }
  return all;
}

Catalog slice_around(const Catalog& catalog, const std::vector<Identity>& identities, Workbench& workbench) {
  std::vector<ObjectId> seeds = workbench.common_with_base(catalog);
  for (const Identity& identity : identities) {
    if (const Object* found = catalog.find(identity)) seeds.push_back(catalog.id(*found));
  }
  return slice(catalog, closure(catalog, seeds, Extent::interface));
}

/// The fingerprints of objects after their texts went through PostgreSQL until they stopped changing.
Fingerprints settle(const Catalog& catalog, const std::vector<Identity>& identities, Workbench& workbench) {
  Catalog current = slice_around(catalog, identities, workbench);
  Fingerprints known = fingerprints(catalog, identities);
  for (int round = 0; round < most_rounds; ++round) {
    ScratchDatabase scratch = workbench.make();
    workbench.build(scratch, current);
    const Catalog next = workbench.read(scratch.database());
    const Fingerprints found = fingerprints(next, identities);
    if (found == known) break;
    known = found;
    current = slice_around(next, identities, workbench);
  }
  return known;
}

struct Suspect {
  Identity identity;
  Fingerprint key;
};

/// What decides the answer: both texts, and all that they are about.
Fingerprint question(const Change& change, const Catalog& actual, const Catalog& desired, int version) {
  const auto surroundings = [](const Catalog& catalog, const Object& object) {
    return to_hex(slice(catalog, closure(catalog, {catalog.id(object)}, Extent::interface)).fingerprint());
  };
  return Hasher{}
      .add(std::to_string(version))
      .add(describe(change.identity(), actual.symbols()))
      .add(surroundings(actual, *change.before))
      .add(surroundings(desired, *change.after))
      .finish();
}

std::vector<std::pair<Identity, bool>> ask(const std::vector<Suspect>& suspects, const Catalog& actual,
                                           const Catalog& desired, Workbench& workbench, const Cache& cache) {
  std::vector<std::pair<Identity, bool>> answers;
  if (suspects.empty()) return answers;
  std::vector<Identity> identities;
  for (const Suspect& suspect : suspects) identities.push_back(suspect.identity);
  const Fingerprints before = settle(actual, identities, workbench);
  const Fingerprints after = settle(desired, identities, workbench);
  for (std::size_t i = 0; i < suspects.size(); ++i) {
    const bool same = before[i] == after[i];
    cache.store("meaning", suspects[i].key, same ? "same" : "different");
    answers.emplace_back(identities[i], same);
  }
  return answers;
}

}  // namespace

Changes without_same_meaning(Changes changes, const Catalog& actual, const Catalog& desired, Workbench& workbench) {
  std::vector<Suspect> unknown;
  std::unordered_set<Identity, IdentityHash> same;
  const Cache cache;
  for (const Change& change : changes) {
    if (!differs_in_text_only(change, desired.symbols())) continue;
    const Fingerprint key = question(change, actual, desired, workbench.version());
    const auto answer = cache.load("meaning", key);
    if (!answer) unknown.push_back({change.identity(), key});
    if (answer == "same") same.insert(change.identity());
  }
  for (const auto& [identity, is_same] : ask(unknown, actual, desired, workbench, cache)) {
    if (is_same) same.insert(identity);
  }
  std::erase_if(changes, [&](const Change& change) { return same.contains(change.identity()); });
  return changes;
}

}  // namespace plumb
