#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "engine/task_edges.h"
#include "engine/task_index.h"
#include "engine/tasks.h"

namespace plumb {

/// The order that names ask for: each is free before it is given again, to the same object or to another. `steps_aside`
/// tells whether a drop is of what gave its name up before, or of a part of that.
TaskEdges order_names(const std::vector<Task>& tasks, const TaskIndex& index,
                      const std::function<bool(std::size_t)>& steps_aside, const Catalog& actual,
                      const Catalog& desired);

}  // namespace plumb
