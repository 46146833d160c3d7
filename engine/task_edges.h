#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "engine/folded_tasks.h"
#include "engine/task_index.h"
#include "engine/tasks.h"
#include "schema/catalog.h"

namespace plumb {

/// Pairs of tasks, by their numbers, of which the first one goes first.
using TaskPairs = std::vector<std::pair<std::size_t, std::size_t>>;

/// Which tasks go before which others.
struct TaskEdges {
  TaskPairs firm;
  TaskPairs wishes;       ///< where no circle forbids it
  TaskPairs preferences;  ///< where it spares work, and no circle forbids it
};

/// The order that the dependencies in both catalogs and the names ask for. `commits` is what `find_commits` says. Of
/// objects that need each other, the one that takes the other along is found here, and the other marked as carried.
TaskEdges connect_tasks(std::vector<Task>& tasks, const TaskIndex& index, const FoldedTasks& folded,
                        const std::vector<bool>& commits, const Catalog& actual, const Catalog& desired);

}  // namespace plumb
