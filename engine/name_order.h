#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "engine/task_index.h"
#include "engine/tasks.h"

namespace plumb {

/// Pairs of tasks, of which the first one goes first.
struct NameOrder {
  std::vector<std::pair<std::size_t, std::size_t>> edges;
  std::vector<std::pair<std::size_t, std::size_t>> wishes;  ///< where no circle forbids it
};

/// The order that names ask for: each is free before it is given again, to the same object or to another. `steps_aside`
/// tells whether a drop is of what gave its name up before, or of a part of that.
NameOrder order_names(const std::vector<Task>& tasks, const TaskIndex& index,
                      const std::function<bool(std::size_t)>& steps_aside, const Catalog& actual,
                      const Catalog& desired);

}  // namespace plumb
