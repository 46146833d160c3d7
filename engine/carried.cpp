#include "engine/carried.h"

#include <algorithm>

#include "schema/rules.h"
#include "schema/view.h"

namespace plumb {

const Object* carrier_of(const Catalog& catalog, const Object& object) {
  const KindRules& rules = rules_for(object.identity.kind);
  return rules.carrier != nullptr ? rules.carrier({catalog, object}) : nullptr;
}

bool is_carried(const Catalog& catalog, const Object& object, const Catalog& other) {
  if (const Object* carrier = carrier_of(catalog, object)) {
    const Object* same = other.find(carrier->identity);
    return same != nullptr && same->fingerprint == carrier->fingerprint;
  }
  const KindRules& rules = rules_for(object.identity.kind);
  if (object.parent == ObjectId::none || rules.comes_along == nullptr || !rules.comes_along({catalog, object}))
    return false;
  const Object& parent = catalog.object(object.parent);
  return !other.contains(parent.identity) && is_carried(catalog, parent, other);
}

bool is_brought(const Catalog& catalog, const Object& object, const Catalog& other) {
  const KindRules& rules = rules_for(object.identity.kind);
  const bool joins = rules.carrier != nullptr && rules.comes_along != nullptr && !rules.comes_along({catalog, object});
  return !joins && is_carried(catalog, object, other);
}

bool is_handed_over(const Catalog& actual, const Object& object, const Catalog& desired) {
  const Object* link = carrier_of(actual, object);
  const Object* after = desired.find(object.identity);
  const Object* link_after = after != nullptr ? carrier_of(desired, *after) : nullptr;
  if (link == nullptr || link_after == nullptr || link_after->identity == link->identity) return false;
  if (rules_for(link->identity.kind).carries != Carries::what_it_brought) return false;
  // What becomes a partition is on its own for a while, and can be changed then.
  return after->fingerprint == object.fingerprint || rules_for(link_after->identity.kind).carries == Carries::all;
}

const Object* original_of(const Catalog& catalog, const Object& object) {
  for (ObjectId id : catalog.needs(catalog.id(object))) {
    const Object& needed = catalog.object(id);
    if (needed.identity.kind == object.identity.kind && needed.parent != object.parent) return &needed;
  }
  return nullptr;
}

const Object* merged_with(const Catalog& catalog, const Object& object) {
  const bool may_be_carried = rules_for(object.identity.kind).carrier != nullptr;
  return may_be_carried && carrier_of(catalog, object) == nullptr ? original_of(catalog, object) : nullptr;
}

bool goes_with_original(const Catalog& actual, const Object& before, const Catalog& desired) {
  const Object* original = is_carried(actual, before, desired) ? original_of(actual, before) : nullptr;
  return original != nullptr && !desired.contains(original->identity);
}

bool comes_with_original(const Catalog& actual, const Object& before, const Catalog& desired, const Object& after) {
  if (is_carried(actual, before, desired) || !is_brought(desired, after, actual)) return false;
  const Object* original = original_of(desired, after);
  return original != nullptr && !actual.contains(original->identity);
}

bool joins_original_later(const Catalog& actual, const Object& after, const Catalog& desired, ObjectId needed) {
  const Object& original = desired.object(needed);
  if (original.identity.kind != after.identity.kind || original.parent == after.parent) return false;
  const Object* link = carrier_of(desired, after);
  return link != nullptr && !actual.contains(link->identity);
}

bool stays_with_original(const Catalog& actual, const Object& dependent, const Catalog& desired, const Object& going) {
  const auto needs = actual.needs(actual.id(dependent));
  const auto stays = [&](const Object& original) {
    return desired.contains(original.identity) && std::ranges::find(needs, actual.id(original)) != needs.end();
  };
  const Object* original = original_of(actual, going);
  while (original != nullptr && !stays(*original)) original = original_of(actual, *original);
  return original != nullptr;
}

bool leaves_heirs(const Catalog& actual, const Object& going, const Catalog& desired) {
  bool leaves = false;
  for (ObjectId id : actual.needed_by(actual.id(going))) {
    const Object& heir = actual.object(id);
    if (heir.identity.kind != going.identity.kind || !is_carried(actual, heir, desired)) continue;
    const Object* link = carrier_of(actual, heir);
    if (link == nullptr || rules_for(link->identity.kind).carries != Carries::what_it_brought) continue;
    const Object* after = desired.find(heir.identity);
    if (after == nullptr || is_carried(desired, *after, actual)) return false;
    leaves = true;
  }
  return leaves;
}

bool is_link_of(const Catalog& catalog, const Object& link, const Object& object) {
  const Object* carrier = carrier_of(catalog, object);
  return carrier != nullptr && carrier->identity.kind == link.identity.kind && carrier->parent == link.parent;
}

std::vector<const Object*> parts_below(const Catalog& catalog, ObjectId id) {
  std::vector<const Object*> objects;
  for (ObjectId child : catalog.children(id)) {
    objects.push_back(&catalog.object(child));
    const auto deeper = parts_below(catalog, child);
    objects.insert(objects.end(), deeper.begin(), deeper.end());
  }
  return objects;
}

}  // namespace plumb
