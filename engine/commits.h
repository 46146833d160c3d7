#pragma once

#include <vector>

#include "engine/tasks.h"
#include "schema/catalog.h"

namespace plumb {

/// Which tasks do what can be used only after a commit (`Transaction::commit_after`). They go first, so that a failure
/// of the rest leaves nothing else behind.
std::vector<bool> find_commits(const std::vector<Task>& tasks, const Catalog& actual, const Catalog& desired);

/// Which of `commits` nothing else that is made or changed uses, so that no commit is needed. `late` are the tasks of
/// which nobody knows what they use (`find_late`).
std::vector<bool> find_needless_commits(const std::vector<bool>& commits, const std::vector<Task>& tasks,
                                        const std::vector<bool>& late, const Catalog& desired);

}  // namespace plumb
