#pragma once

#include <unordered_map>
#include <vector>

#include "schema/catalog.h"

namespace plumb {

/// What PostgreSQL adds by itself to objects that are created, as the privileges that a database gives by default.
struct Gifts {
  Catalog catalog;  ///< the objects that get something, what they stand in, and what is added to them
  std::unordered_map<Identity, std::vector<ObjectId>, IdentityHash> added;  ///< to each of them
};

/// What is added to the objects `created` of `desired` when `user` creates them in the database `in_force`, and to what
/// PostgreSQL makes with the change of those that are `altered`, as the sequence of a new identity.
Gifts find_gifts(const Catalog& in_force, Symbol user, const Catalog& desired, const std::vector<ObjectId>& created,
                 const std::vector<ObjectId>& altered);

}  // namespace plumb
