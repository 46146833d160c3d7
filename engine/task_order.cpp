#include "engine/task_order.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

#include "engine/carried.h"
#include "engine/circles.h"
#include "engine/commits.h"
#include "engine/folded_tasks.h"
#include "engine/hidden_code.h"
#include "engine/order.h"
#include "engine/task_edges.h"
#include "engine/task_index.h"
#include "schema/error.h"

namespace plumb {

namespace {

class TaskGraph {
 public:
  TaskGraph(std::vector<Task> tasks, const Catalog& actual, const Catalog& desired, Folding folding)
      : actual_{actual},
        desired_{desired},
        tasks_{std::move(tasks)},
        index_{tasks_, actual, desired},
        folded_{fold(tasks_, index_, actual, desired, folding)} {
    commits_ = find_commits(tasks_, actual, desired);
    edges_ = connect_tasks(tasks_, index_, folded_, commits_, actual, desired);
    late_ = find_late(tasks_, actual, desired);
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      if (late_[i]) late_[folded_.root(i)] = true;
    }
  }

  /// Nothing where a way around a circle was found: then the tasks have to be made anew.
  std::optional<OrderedTasks> ordered(Detours& detours) {
    const auto found = find_order(detours);
    if (!found) return std::nullopt;
    std::vector<std::size_t> order = *found;
    std::erase_if(order, [this](std::size_t i) { return folded_.is_part(i); });
    auto parts = sorted_parts();
    auto needless = find_needless_commits(commits_, tasks_, late_, desired_);
    return OrderedTasks{std::move(tasks_), std::move(order), std::move(folded_), std::move(parts), std::move(needless)};
  }

 private:
  /// What decides where the dependencies leave a choice: text, and the order of siblings where it means something.
  bool less(std::size_t one, std::size_t other) const { return less(one, other, late_); }

  /// The same of what is done in one statement, where nothing is late.
  bool less(std::size_t one, std::size_t other, const std::vector<bool>& late) const {
    const auto rank = [&](std::size_t i) {
      const Task& task = tasks_[i];
      const Identity& identity = task.object().identity;
      const bool drops = task.action == Action::drop;
      const int kind = static_cast<int>(identity.kind);
      const Catalog& catalog = drops ? actual_ : desired_;
      const bool ordered = rules_for(identity.kind).ordered;
      return std::tuple{!commits_[i],
                        !drops,
                        drops != late[i],
                        drops ? -kind : kind,
                        catalog.text(identity.schema),
                        catalog.text(identity.table),
                        ordered ? static_cast<std::uint32_t>(catalog.id(task.object())) : 0U,
                        catalog.text(identity.name),
                        identity.subject,
                        catalog.text(identity.role),
                        task.action};
    };
    return rank(one) < rank(other);
  }

  /// The parts of each statement in their order.
  std::vector<std::vector<std::size_t>> sorted_parts() const {
    const std::vector<bool> never_late(tasks_.size(), false);
    std::vector<std::vector<std::size_t>> parts(tasks_.size());
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      if (folded_.is_part(i)) parts[folded_.into[i]].push_back(i);
    }
    for (std::vector<std::size_t>& each : parts) {
      std::ranges::sort(each, [&](std::size_t one, std::size_t other) { return less(one, other, never_late); });
    }
    return parts;
  }

  /// Folding is cosmetic: where it closes a circle, the parts that close it become steps of their own, or go with their
  /// originals.
  std::optional<std::vector<std::size_t>> find_order(Detours& detours) {
    for (;;) {
      Graph graph{tasks_.size(), {}};
      for (const TaskPairs* pairs : {&edges_.firm, &edges_.wishes, &edges_.preferences}) {
        for (const auto& [first, second] : *pairs) {
          graph.edges.emplace_back(folded_.root(first), folded_.root(second));
        }
      }
      Order order = sort_topologically(graph, [this](std::size_t one, std::size_t other) { return less(one, other); });
      if (order.circles.empty()) return order.nodes;
      circle_.assign(tasks_.size(), 0);
      for (std::size_t number = 0; number < order.circles.size(); ++number) {
        for (std::size_t i : order.circles[number]) circle_[i] = number + 1;
      }
      if (give_up(edges_.preferences) || unfold() || give_up(edges_.wishes)) continue;
      if (find_detour(drops_on_circles(), tasks_, desired_, detours)) return std::nullopt;
      throw PlanError{circle_message(order.circles.front(), tasks_, desired_.symbols())};
    }
  }

  /// Whether a part can be made or dropped apart: not what its table cannot do without, nor a column of an heir that
  /// would be there already.
  bool can_unfold(std::size_t part) const {
    const Task& task = tasks_[part];
    const Catalog& catalog = task.after != nullptr ? desired_ : actual_;
    const KindRules& rules = rules_for(task.object().identity.kind);
    const bool is_merged = rules.ordered && original_of(catalog, task.object()) != nullptr;
    const bool is_held = (rules.holds_parent != nullptr && rules.holds_parent({catalog, task.object()})) ||
                         (task.after != nullptr && rules.needs_new_parent != nullptr &&
                          rules.needs_new_parent({catalog, task.object()}, actual_));
    return folded_.is_part(part) && !folded_.comes_along[part] && !is_merged && !is_held;
  }

  /// Whether an edge is part of a circle.
  bool is_on_circle(const std::pair<std::size_t, std::size_t>& edge) const {
    const std::size_t circle = circle_[folded_.root(edge.first)];
    return circle != 0 && circle == circle_[folded_.root(edge.second)];
  }

  TaskPairs edges_on_circles() const {
    TaskPairs found;
    std::ranges::copy_if(edges_.firm, std::back_inserter(found), [&](const auto& edge) { return is_on_circle(edge); });
    return found;
  }

  bool unfold() {
    TaskPairs parts;  // and what they are folded into now
    for (const auto& [first, second] : edges_on_circles()) {
      if (folded_.root(first) == folded_.root(second)) continue;
      for (const auto& [part, original] : {std::pair{second, first}, std::pair{first, second}}) {
        if (tasks_[part].action != (part == second ? Action::create : Action::drop)) continue;
        if (can_unfold(part)) parts.emplace_back(part, part);
        if (can_go_with(part, original)) parts.emplace_back(part, original);
      }
    }
    for (const auto& [part, into] : parts) {
      if (into != part) forget_link(part);
      folded_.into[part] = into;
    }
    return !parts.empty();
  }

  /// What comes with its original may do so after the link to it.
  void forget_link(std::size_t part) {
    const bool creates = tasks_[part].action == Action::create;
    const Catalog& catalog = creates ? desired_ : actual_;
    const ObjectId carrier = catalog.id(*carrier_of(catalog, tasks_[part].object()));
    const auto link = creates ? index_.make(carrier) : index_.drop(carrier);
    std::erase_if(edges_.firm, [&](const auto& edge) {
      return std::pair{edge.first, std::optional{edge.second}} == std::pair{part, link} ||
             std::pair{edge.second, std::optional{edge.first}} == std::pair{part, link};
    });
  }

  /// Whether what comes and goes with its table may do so with its original as well, where that has a step of its own.
  bool can_go_with(std::size_t part, std::size_t original) const {
    const Task& task = tasks_[part];
    const Catalog& catalog = task.after != nullptr ? desired_ : actual_;
    if (tasks_[folded_.root(original)].object().identity.kind != task.object().identity.kind) return false;
    return folded_.comes_along[part] && folded_.is_part(part) && tasks_[original].action == task.action &&
           carrier_of(catalog, task.object()) != nullptr &&
           original_of(catalog, task.object()) == &tasks_[original].object();
  }

  bool give_up(TaskPairs& pairs) const {
    return std::erase_if(pairs, [&](const auto& pair) { return is_on_circle(pair); }) > 0;
  }

  TaskPairs drops_on_circles() const {
    TaskPairs drops = edges_on_circles();
    std::erase_if(drops, [&](const auto& edge) { return tasks_[edge.second].action != Action::drop; });
    return drops;
  }

  const Catalog& actual_;
  const Catalog& desired_;
  std::vector<Task> tasks_;
  TaskIndex index_;
  FoldedTasks folded_;
  std::vector<bool> commits_;  ///< as `find_commits` says
  std::vector<bool> late_;     ///< as `find_late` says
  TaskEdges edges_;
  std::vector<std::size_t> circle_;  ///< of each step that waits for itself: the number of its circle; else 0
};

}  // namespace

OrderedTasks order_changes(const Changes& changes, const Catalog& actual, const Catalog& desired, Folding folding) {
  Detours detours;
  for (;;) {
    TaskGraph graph{make_tasks(changes, actual, desired, detours), actual, desired, folding};
    if (auto ordered = graph.ordered(detours)) return *std::move(ordered);
  }
}

}  // namespace plumb
