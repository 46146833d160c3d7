#pragma once

#include <cstddef>
#include <vector>

#include "engine/plan.h"
#include "engine/task_index.h"
#include "engine/tasks.h"

namespace plumb {

/// Which tasks one statement does at once: to an object and its parts, or to an original and what is carried from it.
struct FoldedTasks {
  std::vector<std::size_t> into;  ///< of each, what it is a part of; itself for a step of its own
  std::vector<bool> comes_along;  ///< the statement of another does it, whether asked to or not

  bool is_part(std::size_t task) const { return into[task] != task; }

  /// The step that does the task.
  std::size_t root(std::size_t task) const {
    while (into[task] != task) task = into[task];
    return task;
  }
};

FoldedTasks fold(const std::vector<Task>& tasks, const TaskIndex& index, const Catalog& actual, const Catalog& desired,
                 Folding folding);

}  // namespace plumb
