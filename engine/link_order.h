#pragma once

#include <vector>

#include "engine/task_edges.h"
#include "engine/tasks.h"
#include "schema/catalog.h"

namespace plumb {

/// What links between tables (`KindRules::carries`) ask of the order. One brings its parent the rows of a table that is
/// there already, so it is made before what copies rows out of the parent. Of two that cannot be there at once, as
/// partitions with the same bound, the old one goes first.
TaskEdges order_links(const std::vector<Task>& tasks, const Catalog& actual, const Catalog& desired);

}  // namespace plumb
