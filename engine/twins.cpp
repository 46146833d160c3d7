#include "engine/twins.h"

#include <algorithm>
#include <utility>

#include "engine/alteration.h"
#include "schema/kinds/signature.h"
#include "schema/rules.h"

namespace plumb {

namespace {

/// What a person must allow so that the object may be dropped; empty: it holds nothing.
std::string consent_to_drop(const View& object) {
  const Statements statements = drop_statements(object);
  for (const Statement& statement : statements) {
    if (statement.consent.empty()) continue;
    return std::string{statement.consent} + '=' + full_name(object.object().identity, object.catalog().symbols());
  }
  return {};
}

/// The ordered parts of an object, which make it what it is: names and fingerprints, in the order of names.
std::vector<std::pair<Symbol, Fingerprint>> content(const Catalog& catalog, const Object& object) {
  std::vector<std::pair<Symbol, Fingerprint>> parts;
  for (ObjectId id : catalog.children(catalog.id(object))) {
    const Object& part = catalog.object(id);
    if (rules_for(part.identity.kind).ordered) parts.emplace_back(part.identity.name, part.fingerprint);
  }
  std::ranges::sort(parts);
  return parts;
}

bool differ_in_own_name_only(const Identity& one, const Identity& other, const Symbols& symbols) {
  Identity named = one;
  named.name = other.name;
  if (named != other) return false;
  const bool is_signature = !rules_for(one.kind).signature.empty();
  return !is_signature || signature_of(symbols.text(one.name)).inside == signature_of(symbols.text(other.name)).inside;
}

/// Calls `found` with every drop and creation that could be one rename.
template <typename Found>
void each_pair(const Changes& changes, const Catalog& actual, const Catalog& desired, Found found) {
  for (const Change& drop : changes) {
    if (drop.after != nullptr || rules_for(drop.identity().kind).rename == nullptr) continue;
    for (const Change& creation : changes) {
      if (creation.before != nullptr || creation.identity().kind != drop.identity().kind) continue;
      const Object& before = *drop.before;
      const Object& after = *creation.after;
      if (!differ_in_own_name_only(before.identity, after.identity, desired.symbols())) continue;
      if (before.fingerprint != after.fingerprint) continue;
      const bool is_part = before.parent != ObjectId::none;
      if (is_part && !desired.contains(actual.object(before.parent).identity)) continue;
      if (is_part && !actual.contains(desired.object(after.parent).identity)) continue;
      if (content(actual, before) == content(desired, after)) found(before, after);
    }
  }
}

}  // namespace

std::vector<Twins> find_twins(const Changes& changes, const Catalog& actual, const Catalog& desired) {
  std::vector<Twins> twins;
  each_pair(changes, actual, desired, [&](const Object& before, const Object& after) {
    std::string consent = consent_to_drop({actual, before});
    if (!consent.empty()) twins.push_back({before.identity, after.identity, std::move(consent), {}});
  });
  return twins;
}

std::vector<Rename> find_equivalent_renames(const Changes& changes, const Catalog& actual, const Catalog& desired) {
  std::vector<Rename> renames;
  each_pair(changes, actual, desired, [&](const Object& before, const Object& after) {
    const bool is_taken = std::ranges::any_of(renames, [&](const Rename& rename) {
      return rename.before == before.identity || rename.after == after.identity;
    });
    const bool is_container = rules_for(before.identity.kind).container;
    if (is_taken || is_container || !consent_to_drop({actual, before}).empty()) return;
    renames.push_back({.before = before.identity, .after = after.identity});
  });
  return renames;
}

}  // namespace plumb
