#include "engine/diff.h"

#include <algorithm>
#include <tuple>

#include "engine/carried.h"
#include "schema/rules.h"
#include "schema/view.h"

namespace plumb {

namespace {

/// What is carried on both sides differs in what is its own only.
void keep_own(Change& change, const Symbols& symbols) {
  const KindRules& rules = rules_for(change.identity().kind);
  std::erase_if(change.attributes, [&](const AttributeChange& attribute) {
    return !find_attribute(rules, symbols.text(attribute.key))->own;
  });
}

bool equal_values(const Attribute& one, const Attribute& other) { return std::ranges::equal(one.values, other.values); }

bool equal_changes(const AttributeChange& one, const AttributeChange& other) {
  return one.key == other.key && std::ranges::equal(one.before, other.before) &&
         std::ranges::equal(one.after, other.after);
}

/// What an heir has itself and shares with its parent changes together with that, as the type of a column.
void drop_shared(Change& change, const Catalog& actual, const Catalog& desired) {
  const Object* original = merged_with(actual, *change.before);
  const Object* original_after = merged_with(desired, *change.after);
  if (original == nullptr || original_after == nullptr || original->identity != original_after->identity) return;
  const KindRules& rules = rules_for(change.identity().kind);
  const auto shared = changed_attributes(*original, *original_after, desired.symbols());
  std::erase_if(change.attributes, [&](const AttributeChange& attribute) {
    const auto is_same = [&](const AttributeChange& other) { return equal_changes(attribute, other); };
    return !find_attribute(rules, desired.text(attribute.key))->own && std::ranges::any_of(shared, is_same);
  });
}

/// What PostgreSQL cannot change is accepted.
void drop_fixed(Change& change, const Catalog& actual, const Catalog& desired) {
  const KindRules& rules = rules_for(change.identity().kind);
  std::erase_if(change.attributes, [&](const AttributeChange& attribute) {
    const AttributeRule& rule = *find_attribute(rules, desired.text(attribute.key));
    return rule.is_fixed != nullptr && rule.is_fixed({actual, *change.before}, {desired, *change.after});
  });
}

}  // namespace

// Both lists are sorted by key text: a merge finds what was added, removed or rewritten.
std::vector<AttributeChange> changed_attributes(const Object& before, const Object& after, const Symbols& symbols) {
  std::vector<AttributeChange> changes;
  auto b = before.attributes.begin();
  auto a = after.attributes.begin();
  while (b != before.attributes.end() || a != after.attributes.end()) {
    const bool only_before =
        a == after.attributes.end() || (b != before.attributes.end() && symbols.text(b->key) < symbols.text(a->key));
    if (only_before) {
      changes.push_back({b->key, b->values, {}});
      ++b;
    } else if (b == before.attributes.end() || a->key != b->key) {
      changes.push_back({a->key, {}, a->values});
      ++a;
    } else {
      if (!equal_values(*b, *a)) changes.push_back({a->key, b->values, a->values});
      ++b;
      ++a;
    }
  }
  return changes;
}

Changes diff(const Catalog& actual, const Catalog& desired) {
  Changes changes;
  for (const Object& after : desired.objects()) {
    const Object* before = actual.find(after.identity);
    if (before == nullptr) {
      if (!is_brought(desired, after, actual)) changes.push_back({nullptr, &after, {}});
    } else if (before->fingerprint != after.fingerprint) {
      Change change{before, &after, changed_attributes(*before, after, desired.symbols())};
      if (is_carried(desired, after, actual) && is_carried(actual, *before, desired))
        keep_own(change, desired.symbols());
      drop_shared(change, actual, desired);
      drop_fixed(change, actual, desired);
      if (!change.attributes.empty()) changes.push_back(std::move(change));
    }
  }
  for (const Object& before : actual.objects()) {
    if (desired.contains(before.identity) || is_carried(actual, before, desired)) continue;
    changes.push_back({&before, nullptr, {}});
  }
  std::ranges::sort(changes, {}, [&](const Change& change) {
    const Identity& identity = change.identity();
    return std::tuple{identity.kind,
                      identity.subject,
                      desired.text(identity.schema),
                      desired.text(identity.table),
                      desired.text(identity.name),
                      desired.text(identity.role)};
  });
  return changes;
}

}  // namespace plumb
