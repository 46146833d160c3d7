#pragma once

#include <string>
#include <vector>

#include "engine/tasks.h"
#include "schema/catalog.h"
#include "schema/error.h"

namespace plumb {

/// Which tasks run code that may use anything, as a CHECK that calls a function whose body is a string does:
/// pg_depend says nothing of what such a body uses (manual section 5.14, "Dependency Tracking"). They go last where the
/// order leaves a choice, and first where they are dropped, as the way back is the reverse.
std::vector<bool> find_late(const std::vector<Task>& tasks, const Catalog& actual, const Catalog& desired);

/// The schemas of all code that hides what it needs, as a search path by which it may find that: "public, app".
std::string path_of_hidden_code(const Catalog& catalog);

}  // namespace plumb
