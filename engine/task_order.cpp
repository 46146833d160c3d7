#include "engine/task_order.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

#include "engine/alteration.h"
#include "engine/carried.h"
#include "engine/circles.h"
#include "engine/commits.h"
#include "engine/folded_tasks.h"
#include "engine/hidden_code.h"
#include "engine/name_order.h"
#include "engine/order.h"
#include "engine/slice.h"
#include "engine/task_index.h"
#include "schema/error.h"

namespace plumb {

namespace {

class TaskGraph {
  using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

 public:
  TaskGraph(std::vector<Task> tasks, const Catalog& actual, const Catalog& desired, Folding folding)
      : actual_{actual},
        desired_{desired},
        tasks_{std::move(tasks)},
        index_{tasks_, actual, desired},
        folded_{fold(tasks_, index_, actual, desired, folding)} {
    commits_ = find_commits(tasks_, actual, desired);
    connect();
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
    std::vector<std::vector<std::size_t>> folded(tasks_.size());
    for (std::size_t i : sorted_tasks()) {
      if (folded_.is_part(i)) folded[folded_.into[i]].push_back(i);
    }
    auto needless = find_needless_commits(commits_, tasks_, late_, desired_);
    return OrderedTasks{std::move(tasks_),
                        std::move(order),
                        std::move(folded),
                        std::move(folded_.into),
                        std::move(folded_.comes_along),
                        std::move(needless)};
  }

 private:
  // ---- the graph over single tasks

  void before(std::optional<std::size_t> first, std::optional<std::size_t> second) {
    if (first && second && *first != *second) edges_.emplace_back(*first, *second);
  }

  /// What is in the way of the change of what it uses goes first; what is not does so where it can, which spares it
  /// adapting itself.
  void go_before_change(std::size_t leaving, std::optional<std::size_t> change) {
    if (!change || commits_[*change]) return;
    const Task& altered = tasks_[*change];
    const bool adapts =
        follows({actual_, *tasks_[leaving].before}, {actual_, *altered.before}, {desired_, *altered.after});
    (adapts || !altered.disturbs ? preferences_ : edges_).emplace_back(leaving, *change);
  }

  /// A change of a table reaches the sequences that its columns own, and one of its columns those who use its row type.
  void go_before_changes_around(std::size_t leaving, ObjectId needed) {
    const auto whole = index_.alter(root_of(actual_, needed));
    if (whole) wishes_.emplace_back(leaving, *whole);
    for (ObjectId part : actual_.children(needed)) {
      if (const auto change = index_.alter(part)) wishes_.emplace_back(leaving, *change);
    }
  }

  /// What pg_depend does not tell the use of is there before all that may use it without a word, and goes after it.
  void serve_silently(std::size_t served_by) {
    const Task& server = tasks_[served_by];
    if (!rules_for(server.object().identity.kind).serves_silently || server.action == Action::alter) return;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      const KindRules& rules = rules_for(tasks_[i].object().identity.kind);
      if (tasks_[i].action != server.action) continue;
      if (!rules.evaluates && rules.name_space != NameSpace::relation) continue;
      if (server.action == Action::create) wishes_.emplace_back(served_by, i);
      if (server.action == Action::drop) wishes_.emplace_back(i, served_by);
    }
  }

  /// An heir that changes its parents goes on inheriting what both have, if the new link comes before the old one goes.
  void inherit_before_leaving(std::size_t link) {
    const Task& task = tasks_[link];
    const KindRules& rules = rules_for(task.object().identity.kind);
    if (task.action != Action::create || rules.carries != Carries::what_it_brought) return;
    const Object* heir = actual_.find(desired_.object(task.after->parent).identity);
    if (heir == nullptr) return;
    for (const Object* part : parts_below(actual_, actual_.id(*heir))) {
      if (!is_handed_over(actual_, *part, desired_)) continue;
      if (const auto leaving = undoing_of_link(*part)) wishes_.emplace_back(link, *leaving);
    }
  }

  /// What an heir takes over from its parents, in part as its own like a default value, is first as it is to be.
  void settle_before_heirs(std::size_t link) {
    const Task& task = tasks_[link];
    if (task.action != Action::create || rules_for(task.object().identity.kind).carries == Carries::nothing) return;
    for (ObjectId parent : desired_.needs(desired_.id(*task.after))) {
      for (const Object* part : parts_below(desired_, parent)) {
        const auto make = index_.make(desired_.id(*part));
        const KindRules& rules = rules_for(part->identity.kind);
        const bool is_taken_over = rules.comes_along != nullptr && rules.carrier == nullptr;
        if (make && (is_taken_over || tasks_[*make].action == Action::alter)) wishes_.emplace_back(*make, link);
      }
    }
  }

  void connect() {
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      serve_silently(i);
      settle_before_heirs(i);
      inherit_before_leaving(i);
      const Task& task = tasks_[i];
      if (task.after != nullptr) {
        const ObjectId id = desired_.id(*task.after);
        if (task.announces) before(i, index_.make(id));
        for (ObjectId needed : desired_.needs(id)) {
          if (joins_later(task, needed)) {
            before(i, index_.make(needed));
            continue;
          }
          if (task.action == Action::alter && joins_original_later(actual_, *task.after, desired_, needed)) continue;
          if (is_left_to_original(i, needed) || (task.announces && is_circle(desired_, needed, id))) continue;
          const auto make = is_circle(desired_, id, needed) ? index_.announcement(needed) : index_.make(needed);
          if (is_merged(task, needed)) {
            before(i, make);
          } else if (make && is_gentle(tasks_[*make])) {
            if (*make != i) preferences_.emplace_back(*make, i);
          } else {
            before(make, i);
          }
        }
      }
      if (task.before != nullptr) {
        const ObjectId id = actual_.id(*task.before);
        if (task.action == Action::drop) before(undoing_of_link(*task.before), i);
        if (task.aside == task.before) before(replacement_of(*task.aside), i);
        for (ObjectId needed : actual_.needs(id)) {
          if (task.action == Action::alter && is_let_go(*task.before, needed)) {
            before(undoing_of_link(*task.before), index_.drop(needed));
            continue;
          }
          if (task.action == Action::drop && is_left_to_original(i, needed)) continue;
          if (is_circle(actual_, id, needed)) {
            drop_together(needed, i);
            continue;
          }
          const auto drop = index_.drop(needed);
          is_merged(task, needed) ? before(drop, i) : before(i, drop);
          if (task.action == Action::drop || leaves(task, needed)) go_before_change(i, index_.alter(needed));
          if (task.action == Action::alter && leaves(task, needed)) go_before_changes_around(i, needed);
          if (task.action == Action::drop) make_before_stepping_aside(i, needed);
        }
      }
    }
    alter_along_links();
    const NameOrder names = order_names(
        tasks_, index_, [this](std::size_t i) { return tasks_[folded_.root(i)].aside != nullptr; }, actual_, desired_);
    edges_.insert(edges_.end(), names.edges.begin(), names.edges.end());
    wishes_.insert(wishes_.end(), names.wishes.begin(), names.wishes.end());
    change_settings_last();
  }

  /// Of two objects that are altered, one may have to go first because of what joins them, as a foreign key.
  void alter_along_links() {
    for (const auto& [id, i] : index_.alters()) {
      for (ObjectId link : actual_.children(id)) {
        const Object* after = desired_.find(actual_.object(link).identity);
        const auto parent_first = rules_for(actual_.object(link).identity.kind).alters_parent_first;
        if (after == nullptr || parent_first == nullptr) continue;
        for (ObjectId needed : actual_.needs(link)) {
          const auto other = index_.alter(root_of(actual_, needed));
          if (!other || *other == i) continue;
          parent_first({desired_, *after}) ? wishes_.emplace_back(i, *other) : wishes_.emplace_back(*other, i);
        }
      }
    }
  }

  /// Whether a carried object, which comes and goes with its table, needs something elsewhere as its original does:
  /// there it may come later, as the keys that a foreign key needs in other partitions.
  bool is_left_to_original(std::size_t i, ObjectId needed) const {
    const Task& task = tasks_[i];
    if (task.action == Action::alter || !folded_.comes_along[i] || folded_.root(i) == i) return false;
    const Catalog& catalog = task.after != nullptr ? desired_ : actual_;
    const ObjectId parent = task.object().parent;
    if (carrier_of(catalog, task.object()) == nullptr || needed == parent) return false;
    return catalog.object(needed).parent != parent &&
           plumb::original_of(catalog, task.object()) != &catalog.object(needed);
  }

  /// Whether an alteration of a column leaves it as it is for those who use it; what else is altered may be just what
  /// its users wait for, as the body of a function.
  static bool is_gentle(const Task& task) {
    return task.action == Action::alter && rules_for(task.after->identity.kind).ordered && !task.disturbs;
  }

  /// Whether a column is both of the table's own and inherited: it is there before that of the parent is merged with
  /// it, and stays when that one goes.
  bool is_merged(const Task& task, ObjectId original) const {
    const bool creates = task.action == Action::create;
    const Catalog& catalog = creates ? desired_ : actual_;
    const auto task_of = [&](ObjectId id) { return creates ? index_.make(id) : index_.drop(id); };
    const Object& needed = catalog.object(original);
    if (task.action == Action::alter || needed.identity.kind != task.object().identity.kind) return false;
    if (!rules_for(needed.identity.kind).ordered || needed.parent == task.object().parent) return false;
    const auto merged = task_of(original);
    if (!merged || tasks_[*merged].action != task.action) return false;
    const auto table = task_of(needed.parent);
    return !(table && tasks_[*table].action == task.action) && carrier_of(catalog, task.object()) == nullptr;
  }

  /// Whether an object is made before its parent, which is new (`KindRules::join_parent`).
  bool joins_later(const Task& task, ObjectId needed) const {
    if (task.action != Action::create || task.after->parent != needed) return false;
    const auto parent = index_.make(needed);
    return rules_for(task.after->identity.kind).join_parent != nullptr && parent &&
           tasks_[*parent].action == Action::create;
  }

  /// What undoes the link of a carried object, which PostgreSQL does not let go before.
  std::optional<std::size_t> undoing_of_link(const Object& object) const {
    const Object* link = carrier_of(actual_, object);
    return link != nullptr ? index_.drop(actual_.id(*link)) : std::nullopt;
  }

  /// Once its link is undone, what stays of that which was carried needs its original no more.
  bool is_let_go(const Object& object, ObjectId original) const {
    const Object* link = carrier_of(actual_, object);
    const Object& needed = actual_.object(original);
    return link != nullptr && index_.drop(actual_.id(*link)) && needed.identity.kind == object.identity.kind &&
           needed.parent != object.parent;
  }

  /// Of two that need each other, the one that was announced takes the other along when it is dropped.
  void drop_together(ObjectId announced, std::size_t dependent) {
    const auto drop = index_.drop(announced);
    if (!drop || tasks_[dependent].action != Action::drop) return;
    before(drop, dependent);
    tasks_[dependent].carried = true;
  }

  /// Whether an alteration makes an object independent of one that it needed.
  bool leaves(const Task& task, ObjectId needed) const {
    if (task.action != Action::alter) return false;
    const Object* still_there = desired_.find(actual_.object(needed).identity);
    const auto needs = desired_.needs(desired_.id(*task.after));
    return still_there != nullptr && std::ranges::find(needs, desired_.id(*still_there)) == needs.end();
  }

  /// What adds something to every new object must not change while objects are created.
  void change_settings_last() {
    const auto gives = [](const Task& task) { return rules_for(task.object().identity.kind).gives != nullptr; };
    for (std::size_t setting = 0; setting < tasks_.size(); ++setting) {
      if (!gives(tasks_[setting])) continue;
      const Symbol schema = tasks_[setting].object().identity.schema;
      for (std::size_t i = 0; i < tasks_.size(); ++i) {
        if (tasks_[i].action != Action::create || gives(tasks_[i])) continue;
        if (schema == Symbol::none || schema == tasks_[i].object().identity.schema) before(i, setting);
      }
    }
  }

  /// What is dropped, not rebound, may have to say the name of what it uses, as a function that of a type.
  void make_before_stepping_aside(std::size_t drop, ObjectId needed) {
    const auto last = index_.drop(needed);
    if (!last || tasks_[*last].aside == nullptr || tasks_[drop].aside != nullptr ||
        folded_.root(drop) == folded_.root(*last))
      return;
    before(drop, replacement_of(*tasks_[*last].aside));
  }

  /// What makes room for itself by setting an object aside.
  std::size_t replacement_of(const Object& aside) const {
    const auto found = std::ranges::find_if(
        tasks_, [&](const Task& task) { return task.action == Action::create && task.aside == &aside; });
    assert(found != tasks_.end());
    return static_cast<std::size_t>(found - tasks_.begin());
  }

  // ---- the order

  /// What decides where the dependencies leave a choice: text, and the order of siblings where it means something.
  bool less(std::size_t one, std::size_t other) const {
    const auto rank = [&](std::size_t i) {
      const Task& task = tasks_[i];
      const Identity& identity = task.object().identity;
      const bool drops = task.action == Action::drop;
      const int kind = static_cast<int>(identity.kind);
      const Catalog& catalog = drops ? actual_ : desired_;
      const bool ordered = rules_for(identity.kind).ordered;
      return std::tuple{!commits_[i],
                        !drops,
                        drops != late_[i],
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

  std::vector<std::size_t> sorted_tasks() const {
    std::vector<std::size_t> sorted(tasks_.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) sorted[i] = i;
    std::ranges::sort(sorted, [this](std::size_t one, std::size_t other) { return less(one, other); });
    return sorted;
  }

  /// Folding is cosmetic: where it closes a circle, the parts that close it become steps of their own, or go with their
  /// originals.
  std::optional<std::vector<std::size_t>> find_order(Detours& detours) {
    for (;;) {
      Graph graph{tasks_.size(), {}};
      for (const auto& [first, second] : edges_) graph.edges.emplace_back(folded_.root(first), folded_.root(second));
      for (const auto& [first, second] : wishes_) graph.edges.emplace_back(folded_.root(first), folded_.root(second));
      for (const auto& [first, second] : preferences_) {
        graph.edges.emplace_back(folded_.root(first), folded_.root(second));
      }
      Order order = sort_topologically(graph, [this](std::size_t one, std::size_t other) { return less(one, other); });
      if (order.cyclic.empty()) return order.nodes;
      if (give_up(preferences_, order.cyclic) || unfold(order.cyclic) || give_up(wishes_, order.cyclic)) continue;
      if (find_detour(drops_on(order.cyclic), tasks_, desired_, detours)) return std::nullopt;
      throw PlanError{circle_message(order.cyclic, tasks_, desired_.symbols())};
    }
  }

  /// Whether a part can be made or dropped apart: not what its table cannot do without, nor a column of an heir that
  /// would be there already.
  bool can_unfold(std::size_t part) const {
    const Task& task = tasks_[part];
    const Catalog& catalog = task.after != nullptr ? desired_ : actual_;
    const KindRules& rules = rules_for(task.object().identity.kind);
    const bool is_merged = rules.ordered && plumb::original_of(catalog, task.object()) != nullptr;
    const bool is_held = (rules.holds_parent != nullptr && rules.holds_parent({catalog, task.object()})) ||
                         (task.after != nullptr && rules.needs_new_parent != nullptr &&
                          rules.needs_new_parent({catalog, task.object()}, actual_));
    return folded_.is_part(part) && !folded_.comes_along[part] && !is_merged && !is_held;
  }

  bool joins(const std::vector<std::size_t>& cyclic, const std::pair<std::size_t, std::size_t>& edge) const {
    return std::ranges::binary_search(cyclic, folded_.root(edge.first)) &&
           std::ranges::binary_search(cyclic, folded_.root(edge.second));
  }

  Pairs edges_on(const std::vector<std::size_t>& cyclic) const {
    Pairs found;
    std::ranges::copy_if(edges_, std::back_inserter(found), [&](const auto& edge) { return joins(cyclic, edge); });
    return found;
  }

  bool unfold(const std::vector<std::size_t>& cyclic) {
    Pairs parts;  // and what they are folded into now
    for (const auto& [first, second] : edges_on(cyclic)) {
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
    std::erase_if(edges_, [&](const auto& edge) {
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
           plumb::original_of(catalog, task.object()) == &tasks_[original].object();
  }

  bool give_up(Pairs& pairs, const std::vector<std::size_t>& cyclic) const {
    return std::erase_if(pairs, [&](const auto& pair) { return joins(cyclic, pair); }) > 0;
  }

  Pairs drops_on(const std::vector<std::size_t>& cyclic) const {
    Pairs drops = edges_on(cyclic);
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
  Pairs edges_;                ///< first one, then the other
  Pairs wishes_;               ///< the same where no circle forbids it
  Pairs preferences_;          ///< the same where it spares work
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
