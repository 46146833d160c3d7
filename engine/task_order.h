#pragma once

#include <cstddef>
#include <vector>

#include "engine/folded_tasks.h"
#include "engine/plan.h"
#include "engine/tasks.h"
#include "schema/catalog.h"

namespace plumb {

/// Tasks, the order in which PostgreSQL can do them, and which of them one statement does at once.
struct OrderedTasks {
  std::vector<Task> tasks;
  std::vector<std::size_t> order;  ///< of those that are steps of their own
  FoldedTasks folded;
  std::vector<std::vector<std::size_t>> parts;  ///< of each, what is done as a part of it
  std::vector<bool> needless_commits;           ///< of each, whether nothing else uses what a commit makes usable
};

/// What has to be done, in an order by the dependencies in both catalogs, and by text where these leave a choice. Of
/// objects that need each other, one takes the other along when it is dropped, which is then marked as carried. Where
/// tasks wait for each other in a circle, some of them make a detour; throws `PlanError` where no detour helps.
OrderedTasks order_changes(const Changes& changes, const Catalog& actual, const Catalog& desired, Folding folding);

}  // namespace plumb
