#include "engine/task_index.h"

namespace plumb {

TaskIndex::TaskIndex(const std::vector<Task>& tasks, const Catalog& actual, const Catalog& desired) {
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Task& task = tasks[i];
    if (task.before != nullptr) (task.action == Action::drop ? drops_ : alters_)[actual.id(*task.before)] = i;
    if (task.after != nullptr) (task.announces ? announcements_ : makes_)[desired.id(*task.after)] = i;
  }
}

std::optional<std::size_t> TaskIndex::lookup(const Map& map, ObjectId id) {
  const auto found = map.find(id);
  return found == map.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace plumb
