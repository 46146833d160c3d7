#pragma once

#include <vector>

#include "engine/tasks.h"
#include "schema/catalog.h"

namespace plumb {

/// Which tasks run code that may use anything, as a CHECK that calls a function whose body is a string does:
/// pg_depend says nothing of what such a body uses (manual section 5.14, "Dependency Tracking"). They go last where the
/// order leaves a choice, and first where they are dropped, as the way back is the reverse.
std::vector<bool> find_late(const std::vector<Task>& tasks, const Catalog& actual, const Catalog& desired);

/// Whether the object runs code that does not tell what it uses (`KindRules::hides_needs`).
bool hides_needs(const Catalog& catalog, const Object& object);

}  // namespace plumb
