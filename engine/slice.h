#pragma once

#include <set>
#include <unordered_set>
#include <vector>

#include "schema/catalog.h"

namespace plumb {

/// How much of a catalog a slice takes along with the objects that were asked for.
enum class Extent : std::uint8_t {
  interface,  ///< what they need, and of each owner the parts that others may rely on (columns, keys)
  whole       ///< what they need, what needs them, and every part of each owner
};

/// The ids of `seeds` and of all that must be there with them, so that PostgreSQL could hold them alone.
std::set<ObjectId> closure(const Catalog& catalog, const std::vector<ObjectId>& seeds, Extent extent);

/// All that needs one of `seeds`, at any depth.
std::unordered_set<ObjectId> users_of(const Catalog& catalog, std::vector<ObjectId> seeds);

/// The objects `ids` of a catalog as a catalog of their own; `ids` must hold the parents of its members.
/// It is for scratch databases: authors' own words are left behind.
Catalog slice(const Catalog& catalog, const std::set<ObjectId>& ids);

/// The catalog as it is but for the objects `ids`.
Catalog without(Catalog catalog, const std::set<ObjectId>& ids);

/// Copies objects of several catalogs of one server into one, with what they need of each other.
class Merger {
 public:
  explicit Merger(Symbols& symbols) : result_{symbols} {}

  /// Takes an object along, unless one of the same identity is there; `properties` in place of its own if given.
  void add(const Catalog& from, ObjectId id);
  void add(const Catalog& from, ObjectId id, std::span<const Property> properties);

  /// The catalog of all that was added; what is missing of their parents makes an object an orphan, which is left out.
  Catalog finish();

 private:
  struct Item {
    const Catalog* from;
    ObjectId id;
    std::vector<Property> properties;
  };
  std::vector<Item> items_;
  Catalog result_;
};

/// An object's attributes in the form that a catalog takes; with or without the author's words.
std::vector<Property> properties_of(const Object& object, bool with_words);

/// The object at the end of the chain of parents: the table of a column's default, or the object itself.
ObjectId root_of(const Catalog& catalog, ObjectId id);

}  // namespace plumb
