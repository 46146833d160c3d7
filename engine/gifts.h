#pragma once

#include <unordered_map>
#include <vector>

#include "schema/catalog.h"

namespace plumb {

/// What PostgreSQL adds by itself to objects that are created, as the privileges that a database gives by default.
struct Gifts {
  Catalog catalog;  ///< the objects that were created, what they stand in, and what is added to them
  std::unordered_map<Identity, std::vector<ObjectId>, IdentityHash> added;  ///< to each that was created
};

/// What is added to the objects `created` of `desired` when `user` creates them in the database `in_force`.
Gifts find_gifts(const Catalog& in_force, Symbol user, const Catalog& desired, const std::vector<ObjectId>& created);

}  // namespace plumb
