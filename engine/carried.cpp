#include "engine/carried.h"

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
  return link != nullptr && link_after != nullptr && link_after->identity != link->identity &&
         rules_for(link->identity.kind).carries == Carries::what_it_brought && after->fingerprint == object.fingerprint;
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
