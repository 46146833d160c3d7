#include "engine/slice.h"

#include <algorithm>

#include "schema/rules.h"

namespace plumb {

ObjectId root_of(const Catalog& catalog, ObjectId id) {
  while (catalog.object(id).parent != ObjectId::none) id = catalog.object(id).parent;
  return id;
}

std::vector<Property> properties_of(const Object& object, bool with_words) {
  std::vector<Property> properties;
  for (const Attribute& attribute : object.attributes) {
    properties.push_back(
        {attribute.key, attribute.values, with_words ? attribute.words : Symbol::none, attribute.order});
  }
  return properties;
}

std::set<ObjectId> closure(const Catalog& catalog, const std::vector<ObjectId>& seeds, Extent extent) {
  std::set<ObjectId> ids;
  std::vector<ObjectId> waiting = seeds;
  const auto wait_for = [&](std::span<const ObjectId> more) {
    waiting.insert(waiting.end(), more.begin(), more.end());
  };
  while (!waiting.empty()) {
    const ObjectId id = waiting.back();
    waiting.pop_back();
    if (!ids.insert(id).second) continue;
    wait_for(catalog.needs(id));
    if (extent == Extent::whole) {
      wait_for(catalog.children(id));
      // What needs a schema or an extension is not affected by its neighbours there.
      if (!rules_for(catalog.object(id).identity.kind).container) wait_for(catalog.needed_by(id));
      continue;
    }
    for (ObjectId child : catalog.children(id)) {
      if (rules_for(catalog.object(child).identity.kind).interface) waiting.push_back(child);
    }
    if (rules_for(catalog.object(id).identity.kind).container) continue;
    for (ObjectId dependent : catalog.needed_by(id)) {
      if (rules_for(catalog.object(dependent).identity.kind).serves_silently) waiting.push_back(dependent);
    }
  }
  return ids;
}

std::unordered_set<ObjectId> users_of(const Catalog& catalog, std::vector<ObjectId> seeds) {
  std::unordered_set<ObjectId> users;
  while (!seeds.empty()) {
    const ObjectId used = seeds.back();
    seeds.pop_back();
    for (ObjectId user : catalog.needed_by(used)) {
      if (users.insert(user).second) seeds.push_back(user);
    }
  }
  return users;
}

Catalog slice(const Catalog& catalog, const std::set<ObjectId>& ids) {
  Merger merger{catalog.symbols()};
  for (ObjectId id : ids) {
    merger.add(catalog, id, properties_of(catalog.object(id), false));
  }
  return merger.finish();
}

Catalog without(Catalog catalog, const std::set<ObjectId>& ids) {
  if (ids.empty()) return catalog;
  Merger merger{catalog.symbols()};
  for (const Object& object : catalog.objects()) {
    if (!ids.contains(catalog.id(object))) merger.add(catalog, catalog.id(object));
  }
  Catalog rest = merger.finish();
  rest.set_user(catalog.user());
  rest.set_version(catalog.version());
  return rest;
}

void Merger::add(const Catalog& from, ObjectId id) { add(from, id, properties_of(from.object(id), true)); }

void Merger::add(const Catalog& from, ObjectId id, std::span<const Property> properties) {
  items_.push_back({&from, id, {properties.begin(), properties.end()}});
  result_.set_version(std::max(result_.version(), from.version()));
  if (result_.user() == Symbol::none) result_.set_user(from.user());
}

Catalog Merger::finish() {
  // Kinds are numbered so that owners come before what they own.
  std::ranges::stable_sort(items_, {}, [](const Item& item) { return item.from->object(item.id).identity.kind; });
  std::vector<std::pair<const Item*, ObjectId>> added;
  for (const Item& item : items_) {
    const Object& object = item.from->object(item.id);
    if (result_.contains(object.identity)) continue;
    ObjectId parent = ObjectId::none;
    if (object.parent != ObjectId::none) {
      const Object* found = result_.find(item.from->object(object.parent).identity);
      if (found == nullptr) continue;
      parent = result_.id(*found);
    }
    added.emplace_back(&item, result_.add(object.identity, parent, item.properties));
  }
  for (const auto& [item, id] : added) {
    for (ObjectId needed : item->from->needs(item->id)) {
      if (const Object* found = result_.find(item->from->object(needed).identity))
        result_.add_need(id, result_.id(*found));
    }
  }
  return std::move(result_);
}

}  // namespace plumb
