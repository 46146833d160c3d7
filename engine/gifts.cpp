#include "engine/gifts.h"

#include <algorithm>
#include <map>

#include "engine/slice.h"
#include "schema/rules.h"

namespace plumb {

namespace {

/// Copies an object together with all that it stands in.
ObjectId copy(const Catalog& from, ObjectId id, Catalog& to) {
  const Object& object = from.object(id);
  if (const Object* known = to.find(object.identity)) return to.id(*known);
  const ObjectId parent = object.parent == ObjectId::none ? ObjectId::none : copy(from, object.parent, to);
  return to.add(object.identity, parent, properties_of(object, false));
}

ObjectId add(const Gift& gift, ObjectId parent, Catalog& catalog) {
  std::vector<std::vector<Symbol>> values;
  std::vector<Property> properties;
  values.reserve(gift.attributes.size());
  for (const auto& [key, texts] : gift.attributes) {
    auto& symbols = values.emplace_back();
    for (const std::string& text : texts) symbols.push_back(catalog.symbols().intern(text));
    properties.push_back({catalog.symbols().intern(key), symbols});
  }
  return catalog.add(gift.identity, parent, properties);
}

}  // namespace

Gifts find_gifts(const Catalog& in_force, Symbol user, const Catalog& desired, const std::vector<ObjectId>& created,
                 const std::vector<ObjectId>& altered) {
  Gifts gifts{Catalog{desired.symbols()}, {}};
  std::map<Kind, std::vector<View>> settings;
  for (const Object& object : in_force.objects()) {
    if (rules_for(object.identity.kind).gives != nullptr) settings[object.identity.kind].emplace_back(in_force, object);
  }
  for (const auto& [kind, views] : settings) {
    const auto given_to = [&](const View& object) { return rules_for(kind).gives(views, object, desired.text(user)); };
    const auto take = [&](ObjectId id, const Gift& gift) {
      const ObjectId parent = copy(desired, id, gifts.catalog);
      gifts.added[desired.object(id).identity].push_back(add(gift, parent, gifts.catalog));
    };
    for (ObjectId id : created) {
      for (const Gift& gift : given_to({desired, desired.object(id)})) take(id, gift);
    }
    for (ObjectId id : altered) {
      const Object& object = desired.object(id);
      const std::vector<Gift> given = given_to({desired, object});
      const Object* before = in_force.find(object.identity);
      if (given.empty() || before == nullptr) continue;
      const std::vector<Gift> had = given_to({in_force, *before});
      for (const Gift& gift : given) {
        if (std::ranges::find(had, gift.identity, &Gift::identity) == had.end()) take(id, gift);
      }
    }
  }
  return gifts;
}

}  // namespace plumb
