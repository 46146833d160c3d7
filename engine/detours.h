#pragma once

#include <unordered_set>

#include "schema/catalog.h"

namespace plumb {

/// What is done in another way than the shortest, because the shortest ways of several things wait for each other.
struct Detours {
  std::unordered_set<Identity, IdentityHash> replaced;  ///< although they could be altered
  std::unordered_set<Identity, IdentityHash> aside;     ///< step aside for their replacement, although nothing asks it
};

}  // namespace plumb
