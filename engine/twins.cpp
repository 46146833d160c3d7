#include "engine/twins.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/alteration.h"
#include "engine/carried.h"
#include "engine/name_key.h"
#include "schema/describe.h"
#include "schema/rules.h"
#include "schema/signature.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// More of one object than a person would look through.
constexpr std::size_t most_twins = 10;

/// What a person must allow so that the object may be dropped; empty: it holds nothing.
std::string consent_to_drop(const View& object) {
  const Statements statements = drop_statements(object);
  for (const Statement& statement : statements) {
    if (statement.consent.empty()) continue;
    return consent_for(statement, object.object().identity, object.catalog().symbols());
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

/// Whether the one would be the other by another name, or in another schema.
bool differ_in_one_name_only(const Identity& one, const Identity& other, const Symbols& symbols) {
  if (one.schema != other.schema) {
    Identity moved = one;
    moved.schema = other.schema;
    return can_move(rules_for(one.kind)) && moved == other;
  }
  Identity named = one;
  named.name = other.name;
  if (named != other) return false;
  const bool is_signature = !rules_for(one.kind).signature.empty();
  return !is_signature || signature_of(symbols.text(one.name)).inside == signature_of(symbols.text(other.name)).inside;
}

/// Whether no attribute is another for which only a replacement will do.
bool may_be_altered(const Object& before, const Object& after, const Symbols& symbols) {
  const KindRules& rules = rules_for(before.identity.kind);
  return std::ranges::all_of(changed_attributes(before, after, symbols), [&](const AttributeChange& change) {
    return find_attribute(rules, symbols.text(change.key))->alter != nullptr;
  });
}

/// Whether both say the same but for what may differ from an original: one may be inherited, and the other the table's
/// own.
bool say_the_same(const Object& before, const Object& after, const Symbols& symbols) {
  if (before.fingerprint == after.fingerprint) return true;
  const KindRules& rules = rules_for(before.identity.kind);
  if (rules.carrier == nullptr || rules.ordered) return false;
  const auto changes = changed_attributes(before, after, symbols);
  return std::ranges::all_of(
      changes, [&](const AttributeChange& change) { return find_attribute(rules, symbols.text(change.key))->own; });
}

/// Whether the object goes on belonging to the same thing, as a sequence to its column, and so is no other one.
bool stays_with_owner(const Catalog& actual, const Object& before, const Catalog& desired, const Object& after) {
  const KindRules& rules = rules_for(before.identity.kind);
  if (rules.join_parent == nullptr || before.parent == ObjectId::none || after.parent == ObjectId::none) return false;
  return actual.object(before.parent).identity == desired.object(after.parent).identity;
}

/// What must be equal of two objects that may be one: all of the identity but its name or its schema, and the ordered
/// parts.
struct Likeness {
  Identity identity;
  std::vector<std::pair<Symbol, Fingerprint>> content;
  friend bool operator==(const Likeness&, const Likeness&) = default;
};

struct LikenessHash {
  std::size_t operator()(const Likeness& likeness) const noexcept {
    std::size_t hash = IdentityHash{}(likeness.identity);
    for (const auto& [name, fingerprint] : likeness.content) {
      hash = (hash * 31 + static_cast<std::size_t>(name)) * 31 + fingerprint.low;
    }
    return hash;
  }
};

using Creations = std::unordered_map<Likeness, std::vector<const Object*>, LikenessHash>;

Identity without_name(Identity identity) {
  identity.name = Symbol::none;
  return identity;
}

Identity without_schema(Identity identity) {
  identity.schema = Symbol::none;
  return identity;
}

/// Everything that is created and may have been something else before.
Creations find_creations(const Changes& changes, const Catalog& desired) {
  Creations creations;
  for (const Change& change : changes) {
    if (change.before != nullptr || rules_for(change.identity().kind).rename == nullptr) continue;
    const Object& after = *change.after;
    const auto parts = content(desired, after);
    creations[{without_name(after.identity), parts}].push_back(&after);
    if (can_move(rules_for(after.identity.kind))) creations[{without_schema(after.identity), parts}].push_back(&after);
  }
  return creations;
}

/// Calls `found` with every drop and creation that could be one rename, until it says that this is enough for the drop.
template <typename Found>
void each_pair(const Changes& changes, const Catalog& actual, const Catalog& desired, Found found) {
  const Creations creations = find_creations(changes, desired);
  const auto is_pair = [&](const Object& before, const Object& after) {
    if (!differ_in_one_name_only(before.identity, after.identity, desired.symbols())) return false;
    const bool is_like =
        say_the_same(before, after, desired.symbols()) ||
        (stays_with_owner(actual, before, desired, after) && may_be_altered(before, after, desired.symbols()));
    if (!is_like) return false;
    return before.parent == ObjectId::none || (desired.contains(actual.object(before.parent).identity) &&
                                               actual.contains(desired.object(after.parent).identity));
  };
  for (const Change& drop : changes) {
    if (drop.after != nullptr || rules_for(drop.identity().kind).rename == nullptr) continue;
    const Object& before = *drop.before;
    const auto parts = content(actual, before);
    bool is_enough = false;
    for (const Identity& alike : {without_name(before.identity), without_schema(before.identity)}) {
      const auto group = creations.find({alike, parts});
      if (group == creations.end()) continue;
      for (auto after = group->second.begin(); after != group->second.end() && !is_enough; ++after) {
        is_enough = is_pair(before, **after) && found(before, **after);
      }
    }
  }
}

/// The names that objects bear until they are dropped, with who bears them.
std::multimap<NameKey, Identity> names_of_drops(const Changes& changes) {
  std::multimap<NameKey, Identity> names;
  for (const Change& change : changes) {
    if (change.after != nullptr) continue;
    for (const auto& key : name_keys(change.identity())) {
      if (key) names.emplace(*key, change.identity());
    }
  }
  return names;
}

/// Whether a partition has the object because its original has one, and may call it as it likes.
bool is_copy(const Catalog& catalog, const Object& object) {
  const Object* link = carrier_of(catalog, object);
  const bool is_of_partition = link != nullptr && rules_for(link->identity.kind).carries == Carries::all;
  return is_of_partition && !rules_for(object.identity.kind).ordered &&
         rules_for(object.identity.kind).rename != nullptr && !rules_for(object.identity.kind).named_as_original;
}

/// Whether PostgreSQL gives the new name to what is carried from the object, or refuses since that has one of its own.
bool can_take_name(const Catalog& actual, const Object& before, const Identity& after) {
  if (!rules_for(before.identity.kind).named_as_original) return true;
  if (original_of(actual, before) != nullptr) return false;
  return std::ranges::none_of(actual.needed_by(actual.id(before)), [&](ObjectId id) {
    const Object& copy = actual.object(id);
    if (copy.identity.kind != before.identity.kind) return false;
    Identity named = copy.identity;
    named.name = after.name;
    return actual.contains(named);
  });
}

/// The copy of `original`, an object of `catalog`, that the table has; or null.
const Object* copy_for(const Catalog& catalog, const Object& original, const Identity& table) {
  for (ObjectId id : catalog.needed_by(catalog.id(original))) {
    const Object& object = catalog.object(id);
    const bool is_its = object.identity.kind == original.identity.kind && is_copy(catalog, object);
    if (is_its && catalog.object(object.parent).identity == table) return &object;
  }
  return nullptr;
}

}  // namespace

std::vector<Twins> find_twins(const Changes& changes, const Catalog& actual, const Catalog& desired) {
  std::vector<Twins> twins;
  std::unordered_map<Identity, std::size_t, IdentityHash> counts;
  each_pair(changes, actual, desired, [&](const Object& before, const Object& after) {
    std::string consent = consent_to_drop({actual, before});
    if (consent.empty()) return true;
    if (stays_with_owner(actual, before, desired, after)) return false;
    twins.push_back({before.identity, after.identity, std::move(consent), {}});
    return ++counts[before.identity] == most_twins;
  });
  return twins;
}

std::vector<Rename> find_equivalent_renames(const Changes& changes, const Catalog& actual, const Catalog& desired) {
  std::vector<Rename> renames;
  std::unordered_set<Identity, IdentityHash> renamed;
  std::unordered_set<Identity, IdentityHash> taken;
  const std::multimap<NameKey, Identity> names = names_of_drops(changes);
  const auto is_free = [&](const Identity& after) {
    return std::ranges::none_of(name_keys(after), [&](const std::optional<NameKey>& key) {
      if (!key) return false;
      const auto [first, last] = names.equal_range(*key);
      return std::any_of(first, last, [&](const auto& bearer) { return !renamed.contains(bearer.second); });
    });
  };
  each_pair(changes, actual, desired, [&](const Object& before, const Object& after) {
    if (rules_for(before.identity.kind).container) return true;
    if (before.identity.schema != after.identity.schema || taken.contains(after.identity)) return false;
    const bool holds_nothing =
        consent_to_drop({actual, before}).empty() || stays_with_owner(actual, before, desired, after);
    if (!holds_nothing || !is_free(after.identity) || !can_take_name(actual, before, after.identity)) return false;
    renames.push_back({.before = before.identity, .after = after.identity});
    renamed.insert(before.identity);
    taken.insert(after.identity);
    return true;
  });
  return renames;
}

std::vector<Rename> find_moves(const Changes& changes, const Catalog& actual) {
  std::vector<Rename> moves;
  for (const Change& change : changes) {
    for (const AttributeChange& attribute : change.attributes) {
      const AttributeRule* rule = find_attribute(rules_for(change.identity().kind), actual.text(attribute.key));
      if (rule->rename_value == nullptr || !rule->renamed_as.empty()) continue;
      if (attribute.before.size() != 1 || attribute.after.size() != 1) continue;
      const Symbol before = attribute.before.front();
      const Symbol after = attribute.after.front();
      if (rule->rename_value({actual, *change.before}, actual.text(before), actual.text(after)).empty()) continue;
      moves.push_back({.before = change.identity(),
                       .after = change.identity(),
                       .schema = after,
                       .attribute = rule,
                       .value_before = before,
                       .value_after = after});
    }
  }
  return moves;
}

std::vector<Rename> find_renames_of_copies(const Catalog& actual, const Catalog& desired) {
  std::vector<Rename> renames;
  for (const Object& before : actual.objects()) {
    if (desired.contains(before.identity) || !is_copy(actual, before)) continue;
    const Object* original = original_of(actual, before);
    if (original == nullptr) continue;
    const auto known = std::ranges::find(renames, original->identity, &Rename::before);
    const Object* still_there = desired.find(known != renames.end() ? known->after : original->identity);
    if (still_there == nullptr || !may_be_altered(*original, *still_there, actual.symbols())) continue;
    const Object* after = copy_for(desired, *still_there, actual.object(before.parent).identity);
    if (after == nullptr || actual.contains(after->identity)) continue;
    renames.push_back({.before = before.identity, .after = after->identity});
  }
  return renames;
}

}  // namespace plumb
