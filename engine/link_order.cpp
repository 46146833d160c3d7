#include "engine/link_order.h"

#include <set>
#include <unordered_map>

#include "engine/slice.h"
#include "schema/rules.h"

namespace plumb {

namespace {

/// The tasks with this action whose objects are links that carry at least so much.
std::vector<std::size_t> links(const std::vector<Task>& tasks, Action action, Carries least) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (tasks[i].action == action && rules_for(tasks[i].object().identity.kind).carries >= least) found.push_back(i);
  }
  return found;
}

void link_before_copying(const std::vector<Task>& tasks, const Catalog& desired, TaskEdges& edges) {
  const std::vector<std::size_t> made = links(tasks, Action::create, Carries::what_it_brought);
  for (std::size_t copy = 0; copy < tasks.size(); ++copy) {
    const Task& task = tasks[copy];
    if (task.action != Action::create || !rules_for(task.after->identity.kind).copies_rows) continue;
    const std::set<ObjectId> read = closure(desired, {desired.id(*task.after)}, Extent::interface);
    for (std::size_t link : made) {
      for (ObjectId parent : desired.needs(desired.id(*tasks[link].after))) {
        if (read.contains(parent)) edges.wishes.emplace_back(link, copy);
      }
    }
  }
}

/// What a link joins its parent to.
std::vector<Identity> wholes_of(const Catalog& catalog, const Object& link) {
  std::vector<Identity> wholes;
  for (ObjectId needed : catalog.needs(catalog.id(link))) {
    if (needed != link.parent) wholes.push_back(catalog.object(needed).identity);
  }
  return wholes;
}

void leave_before_another_joins(const std::vector<Task>& tasks, const Catalog& actual, const Catalog& desired,
                                TaskEdges& edges) {
  std::unordered_multimap<Identity, std::size_t, IdentityHash> leaving;
  for (std::size_t i : links(tasks, Action::drop, Carries::all)) {
    for (const Identity& whole : wholes_of(actual, *tasks[i].before)) leaving.emplace(whole, i);
  }
  for (std::size_t i : links(tasks, Action::create, Carries::all)) {
    for (const Identity& whole : wholes_of(desired, *tasks[i].after)) {
      const auto [begin, end] = leaving.equal_range(whole);
      for (auto other = begin; other != end; ++other) {
        const bool say_the_same = tasks[other->second].before->fingerprint == tasks[i].after->fingerprint;
        if (say_the_same) edges.firm.emplace_back(other->second, i);
      }
    }
  }
}

}  // namespace

TaskEdges order_links(const std::vector<Task>& tasks, const Catalog& actual, const Catalog& desired) {
  TaskEdges edges;
  link_before_copying(tasks, desired, edges);
  leave_before_another_joins(tasks, actual, desired, edges);
  return edges;
}

}  // namespace plumb
