#pragma once

#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/tasks.h"

namespace plumb {

/// Where the tasks stand that take names from objects and that give them.
struct NameTasks {
  const std::unordered_map<ObjectId, std::size_t>& drops;          ///< of objects of the actual catalog
  const std::unordered_map<ObjectId, std::size_t>& announcements;  ///< of objects of the desired catalog
  const std::unordered_map<ObjectId, std::size_t>& makes;          ///< likewise, creations and alterations
  std::function<bool(std::size_t)> steps_aside;  ///< whether a drop is of what gave its name up before, or of its part
};

/// Pairs of tasks, of which the first one goes first.
struct NameOrder {
  std::vector<std::pair<std::size_t, std::size_t>> edges;
  std::vector<std::pair<std::size_t, std::size_t>> wishes;  ///< where no circle forbids it
};

/// The order that names ask for: each is free before it is given again, to the same object or to another.
NameOrder order_names(const std::vector<Task>& tasks, const NameTasks& where, const Catalog& actual,
                      const Catalog& desired);

}  // namespace plumb
