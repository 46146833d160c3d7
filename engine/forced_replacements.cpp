#include "engine/forced_replacements.h"

#include <utility>

#include "engine/carried.h"
#include "schema/describe.h"
#include "schema/rules.h"

namespace plumb {

namespace {

constexpr std::string_view only_from_start = " can be inherited only from the start";

bool is_carried_from_start(const Catalog& catalog, const Object* object) {
  const Object* carrier = object != nullptr ? carrier_of(catalog, *object) : nullptr;
  return carrier != nullptr && rules_for(carrier->identity.kind).carries != Carries::all;
}

}  // namespace

std::optional<Replacement> parent_to_join_from_start(const Catalog& actual, const Catalog& desired,
                                                     const Object* before, const Object& after) {
  if (!is_carried_from_start(actual, before) && !is_carried_from_start(desired, &after)) return std::nullopt;
  const Object& parent = desired.object(after.parent);
  const Object* parent_before = actual.find(parent.identity);
  if (parent_before == nullptr) return std::nullopt;
  std::string reason = describe(after.identity, desired.symbols()) + std::string{only_from_start};
  if (!is_carried_from_start(actual, before)) {
    reason += "; it stays the table's own, and the table stays, if files say so";
  } else if (!is_carried_from_start(desired, &after)) {
    reason += "; it stays inherited alone, and the table stays, if files do not give it to the table as well";
  }
  return Replacement{parent_before, &parent, std::move(reason)};
}

std::optional<Replacement> parent_that_stands_on(const Catalog& actual, const Catalog& desired, const Object& before) {
  const KindRules& rules = rules_for(before.identity.kind);
  if (rules.holds_parent == nullptr || !rules.holds_parent({actual, before})) return std::nullopt;
  const Object& parent = actual.object(before.parent);
  const Object* parent_after = desired.find(parent.identity);
  if (parent_after == nullptr) return std::nullopt;
  const std::string what = describe(before.identity, actual.symbols());
  return Replacement{&parent, parent_after, "it stands on " + what + ", which changes"};
}

std::optional<Replacement> parent_that_cannot_take(const Catalog& actual, const Catalog& desired, const Object& after) {
  const KindRules& rules = rules_for(after.identity.kind);
  if (rules.needs_new_parent == nullptr || !rules.needs_new_parent({desired, after}, actual)) return std::nullopt;
  const Object& parent = desired.object(after.parent);
  const Object* parent_before = actual.find(parent.identity);
  if (parent_before == nullptr) return std::nullopt;
  return Replacement{parent_before, &parent, "it cannot be given " + describe(after.identity, desired.symbols())};
}

std::optional<Replacement> heir_that_keeps_parts_of(const Catalog& actual, const Catalog& desired, const Object& link) {
  const Object& heir = actual.object(link.parent);
  const Object* heir_after = desired.find(heir.identity);
  if (heir_after == nullptr) return std::nullopt;
  for (const Object* object : parts_below(actual, link.parent)) {
    const Object* same = desired.find(object->identity);
    if (same == nullptr || carrier_of(actual, *object) != &link || is_handed_over(actual, *object, desired)) continue;
    const Object* carrier = carrier_of(desired, *same);
    if (carrier == nullptr || (carrier->identity != link.identity && actual.contains(carrier->identity))) continue;
    const std::string what = describe(object->identity, actual.symbols());
    return Replacement{&heir, heir_after, what + std::string{only_from_start}};
  }
  return std::nullopt;
}

std::optional<Replacement> heir_with_parts_for(const Catalog& actual, const Catalog& desired, const Object& link) {
  const Object& heir = desired.object(link.parent);
  const Object* heir_before = actual.find(heir.identity);
  if (heir_before == nullptr) return std::nullopt;
  for (const Object* object : parts_below(desired, link.parent)) {
    const Object* same = actual.find(object->identity);
    if (same == nullptr || carrier_of(desired, *object) != &link || carrier_of(actual, *same) == nullptr) continue;
    if (is_handed_over(actual, *same, desired)) continue;
    const std::string what = describe(object->identity, actual.symbols());
    return Replacement{heir_before, &heir, what + std::string{only_from_start}};
  }
  return std::nullopt;
}

std::vector<Replacement> parts_in_order_of(const Catalog& actual, const Catalog& desired, const Object& bond) {
  std::vector<Replacement> parts;
  if (!actual.contains(desired.object(bond.parent).identity)) return parts;
  bool is_behind = false;
  ObjectId last{};
  for (ObjectId id : desired.children(bond.parent)) {
    const Object& part = desired.object(id);
    if (!rules_for(part.identity.kind).ordered) continue;
    const Object* before = actual.find(part.identity);
    is_behind = is_behind || before == nullptr || actual.id(*before) < last;
    if (before == nullptr) continue;
    last = actual.id(*before);
    if (is_behind) parts.push_back({before, &part, "one comes before it"});
  }
  return parts;
}

}  // namespace plumb
