#include "engine/commits.h"

#include <algorithm>

#include "engine/alteration.h"
#include "engine/slice.h"

namespace plumb {

std::vector<bool> find_commits(const std::vector<Task>& tasks, const Catalog& actual, const Catalog& desired) {
  std::vector<bool> commits;
  for (const Task& task : tasks) {
    const auto statements =
        task.action == Action::alter ? alter_statements(task.change, actual, desired) : std::nullopt;
    commits.push_back(statements && std::ranges::find(*statements, Transaction::commit_after,
                                                      &Statement::transaction) != statements->end());
  }
  return commits;
}

std::vector<bool> find_needless_commits(const std::vector<bool>& commits, const std::vector<Task>& tasks,
                                        const std::vector<bool>& late, const Catalog& desired) {
  std::vector<bool> needless(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (!commits[i]) continue;
    const ObjectId id = desired.id(*tasks[i].after);
    const auto users = users_of(desired, {id});
    needless[i] = true;
    for (std::size_t other = 0; other < tasks.size() && needless[i]; ++other) {
      const Task& task = tasks[other];
      if (other == i || task.action == Action::drop || task.after->parent == id) continue;
      needless[i] = !late[other] && !users.contains(desired.id(*task.after));
    }
  }
  return needless;
}

}  // namespace plumb
