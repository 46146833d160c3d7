#include "schema/catalog.h"

#include <algorithm>
#include <cassert>
#include <memory>
#include <numeric>
#include <string>

#include <xxhash.h>

#include "schema/fingerprint.h"
#include "schema/rules.h"

namespace plumb {

namespace {

template <typename T>
std::span<T> allocate(std::pmr::memory_resource& arena, std::size_t count) {
  auto* first = static_cast<T*>(arena.allocate(sizeof(T) * count, alignof(T)));
  std::uninitialized_value_construct_n(first, count);
  return {first, count};
}

void add_attributes(Hasher& hasher, const Symbols& symbols, std::span<const Attribute> attributes) {
  for (const Attribute& attribute : attributes) {
    hasher.add(symbols.text(attribute.key)).add(std::to_string(attribute.values.size()));
    for (Symbol value : attribute.values) hasher.add(symbols.text(value));
  }
}

}  // namespace

std::size_t IdentityHash::operator()(const Identity& identity) const noexcept {
  const std::uint32_t words[5] = {
      static_cast<std::uint32_t>(identity.kind) | static_cast<std::uint32_t>(identity.subject) << 8U,
      static_cast<std::uint32_t>(identity.schema), static_cast<std::uint32_t>(identity.table),
      static_cast<std::uint32_t>(identity.name), static_cast<std::uint32_t>(identity.role)};
  return XXH3_64bits(words, sizeof words);
}

const Attribute* Object::find(Symbol key) const {
  const auto found = std::ranges::find(attributes, key, &Attribute::key);
  return found == attributes.end() ? nullptr : &*found;
}

ObjectId Catalog::add(const Identity& identity, ObjectId parent, std::span<const Property> properties) {
  const auto id = static_cast<ObjectId>(objects_.size());
  [[maybe_unused]] const bool is_new = index_.emplace(identity, id).second;
  assert(is_new);
  const auto attributes = allocate<Attribute>(*arena_, properties.size());
  for (std::size_t i = 0; i < properties.size(); ++i) {
    const auto values = allocate<Symbol>(*arena_, properties[i].values.size());
    std::ranges::copy(properties[i].values, values.begin());
    attributes[i] = {properties[i].key, values, properties[i].words, properties[i].order};
  }
  // By text, not by symbol: fingerprints are saved with plans and must not depend on the order of interning.
  std::ranges::sort(attributes, {}, [this](const Attribute& attribute) { return text(attribute.key); });
  Hasher hasher;
  add_attributes(hasher, *symbols_, attributes);
  objects_.push_back({identity, parent, attributes, hasher.finish()});
  if (parent != ObjectId::none) {
    children_.pairs.emplace_back(parent, id);
    children_.sorted = false;
    add_need(id, parent);
  }
  return id;
}

void Catalog::add_need(ObjectId dependent, ObjectId needed) {
  if (dependent == needed) return;
  needs_.pairs.emplace_back(dependent, needed);
  needed_by_.pairs.emplace_back(needed, dependent);
  needs_.sorted = needed_by_.sorted = false;
}

ObjectId Catalog::id(const Object& object) const {
  assert(&object >= objects_.data() && &object < objects_.data() + objects_.size());
  return static_cast<ObjectId>(&object - objects_.data());
}

const Object* Catalog::find(const Identity& identity) const {
  const auto found = index_.find(identity);
  return found == index_.end() ? nullptr : &object(found->second);
}

// By counting, as the pairs are many and those of one first are few.
void Catalog::Relation::sort(std::size_t objects) const {
  std::vector<std::uint32_t> ends(objects + 1, 0);
  for (const auto& [from, to] : pairs) ++ends[static_cast<std::size_t>(from)];
  std::exclusive_scan(ends.begin(), ends.end(), ends.begin(), std::uint32_t{0});
  seconds.resize(pairs.size());
  for (const auto& [from, to] : pairs) seconds[ends[static_cast<std::size_t>(from)]++] = to;
  offsets.assign(objects + 1, 0);
  auto kept = seconds.begin();
  for (std::size_t i = 0; i < objects; ++i) {
    const auto first = seconds.begin() + (i == 0 ? 0 : ends[i - 1]);
    const auto last = seconds.begin() + ends[i];
    std::sort(first, last);
    for (auto at = first; at != last; ++at) {  // onto what went before, which is never longer
      if (at == first || *at != *(at - 1)) *kept++ = *at;
    }
    offsets[i + 1] = static_cast<std::uint32_t>(kept - seconds.begin());
  }
  seconds.erase(kept, seconds.end());
  sorted = true;
}

std::span<const ObjectId> Catalog::Relation::of(ObjectId first, std::size_t objects) const {
  if (!sorted) sort(objects);
  const auto index = static_cast<std::size_t>(first);
  if (index + 1 >= offsets.size()) return {};
  return std::span{seconds}.subspan(offsets[index], offsets[index + 1] - offsets[index]);
}

std::span<const ObjectId> Catalog::needs(ObjectId dependent) const { return needs_.of(dependent, objects_.size()); }
std::span<const ObjectId> Catalog::needed_by(ObjectId needed) const { return needed_by_.of(needed, objects_.size()); }
std::span<const ObjectId> Catalog::children(ObjectId parent) const { return children_.of(parent, objects_.size()); }

Fingerprint Catalog::fingerprint() const {
  std::vector<Fingerprint> parts;
  parts.reserve(objects_.size());
  for (const Object& object : objects_) {
    const Identity& identity = object.identity;
    Hasher hasher;
    hasher.add(rules_for(identity.kind).key);
    if (identity.subject != Kind::none) hasher.add(rules_for(identity.subject).key);
    hasher.add(text(identity.schema))
        .add(text(identity.table))
        .add(text(identity.name))
        .add(text(identity.role))
        .add(to_hex(object.fingerprint));
    parts.push_back(hasher.finish());
  }
  std::ranges::sort(parts);
  Hasher whole;
  for (const Fingerprint& part : parts) whole.add(to_hex(part));
  return whole.finish();
}

}  // namespace plumb
