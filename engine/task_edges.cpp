#include "engine/task_edges.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "engine/alteration.h"
#include "engine/carried.h"
#include "engine/link_order.h"
#include "engine/name_order.h"
#include "engine/slice.h"

namespace plumb {

namespace {

class TaskConnector {
 public:
  TaskConnector(std::vector<Task>& tasks, const TaskIndex& index, const FoldedTasks& folded,
                const std::vector<bool>& commits, const Catalog& actual, const Catalog& desired)
      : tasks_{tasks}, index_{index}, folded_{folded}, commits_{commits}, actual_{actual}, desired_{desired} {}

  TaskEdges run() {
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      serve_silently(i);
      settle_before_heirs(i);
      inherit_before_leaving(i);
      if (tasks_[i].after != nullptr) connect_after(i);
      if (tasks_[i].before != nullptr) connect_before(i);
    }
    alter_along_links();
    keep_siblings_in_order();
    add(order_links(tasks_, actual_, desired_));
    connect_names();
    change_settings_last();
    return std::move(edges_);
  }

 private:
  void before(std::optional<std::size_t> first, std::optional<std::size_t> second) {
    if (first && second && *first != *second) edges_.firm.emplace_back(*first, *second);
  }

  /// What is in the way of the change of what it uses goes first; what is not does so where it can, which spares it
  /// adapting itself.
  void go_before_change(std::size_t leaving, std::optional<std::size_t> change) {
    if (!change || commits_[*change]) return;
    const Task& altered = tasks_[*change];
    const bool adapts =
        follows({actual_, *tasks_[leaving].before}, {actual_, *altered.before}, {desired_, *altered.after});
    (adapts || !altered.disturbs ? edges_.preferences : edges_.firm).emplace_back(leaving, *change);
  }

  /// A change of a table reaches the sequences that its columns own, and one of its columns those who use its row type.
  void go_before_changes_around(std::size_t leaving, ObjectId needed) {
    const auto whole = index_.alter(root_of(actual_, needed));
    if (whole) edges_.wishes.emplace_back(leaving, *whole);
    for (ObjectId part : actual_.children(needed)) {
      if (const auto change = index_.alter(part)) edges_.wishes.emplace_back(leaving, *change);
    }
  }

  /// What pg_depend does not tell the use of is there before all that may use it without a word, and goes after it.
  void serve_silently(std::size_t served_by) {
    const Task& server = tasks_[served_by];
    if (!rules_for(server.object().identity.kind).serves_silently || server.action == Action::alter) return;
    const Catalog& catalog = server.action == Action::create ? desired_ : actual_;
    const std::set<ObjectId> needed = closure(catalog, {catalog.id(server.object())}, Extent::interface);
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      const KindRules& rules = rules_for(tasks_[i].object().identity.kind);
      if (tasks_[i].action != server.action) continue;
      const ObjectId id = catalog.id(tasks_[i].object());
      const NameSpace whole = rules_for(catalog.object(root_of(catalog, id)).identity.kind).name_space;
      const bool has_expressions =
          whole == NameSpace::relation || whole == NameSpace::type || whole == NameSpace::routine;
      if ((!rules.evaluates && !has_expressions) || needed.contains(id)) continue;
      if (server.action == Action::create) edges_.wishes.emplace_back(served_by, i);
      if (server.action == Action::drop) edges_.wishes.emplace_back(i, served_by);
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
      const auto leaving = undoing_of_link(*part);
      if (!leaving) continue;
      edges_.wishes.emplace_back(link, *leaving);
      const Object* original = original_of(actual_, *part);
      const auto drop = original != nullptr ? index_.drop(actual_.id(*original)) : std::nullopt;
      if (drop) edges_.wishes.emplace_back(*leaving, *drop);
    }
  }

  /// What an heir takes over from its parents, in part as its own like a default value, is first as it is to be.
  void settle_before_heirs(std::size_t link) {
    const Task& task = tasks_[link];
    if (task.action != Action::create || rules_for(task.object().identity.kind).carries == Carries::nothing) return;
    for (ObjectId parent : desired_.needs(desired_.id(*task.after))) {
      if (parent == task.after->parent) continue;
      for (const Object* part : parts_below(desired_, parent)) {
        const auto make = index_.make(desired_.id(*part));
        const KindRules& rules = rules_for(part->identity.kind);
        const bool is_taken_over = rules.comes_along != nullptr && rules.carrier == nullptr;
        if (make && (is_taken_over || tasks_[*make].action == Action::alter)) edges_.wishes.emplace_back(*make, link);
      }
    }
  }

  /// What comes into being or changes waits for what it will need.
  void connect_after(std::size_t i) {
    const Task& task = tasks_[i];
    const ObjectId id = desired_.id(*task.after);
    if (task.announces) before(i, index_.make(id));
    if (const auto goes_behind = rules_for(task.after->identity.kind).goes_behind) {
      for (const View& ahead : goes_behind({desired_, *task.after})) {
        if (const auto make = index_.make(desired_.id(ahead.object()))) edges_.wishes.emplace_back(*make, i);
      }
    }
    for (ObjectId needed : desired_.needs(id)) {
      if (joins_later(task, needed)) {
        before(i, index_.make(needed));
        continue;
      }
      if (task.action == Action::alter && joins_original_later(actual_, *task.after, desired_, needed)) continue;
      if (is_left_to_original(i, needed) || (task.announces && is_circle(desired_, needed, id))) continue;
      const auto make = is_circle(desired_, id, needed) ? index_.announcement(needed) : index_.make(needed);
      if (make && awaits_column(tasks_[*make], task)) {
        edges_.wishes.emplace_back(i, *make);
      } else if (is_merged(task, needed)) {
        before(i, make);
      } else if (is_joined_by_original(task, needed)) {
        before(i, making_of_link(*task.after).value_or(*make));
      } else if (make && is_gentle(tasks_[*make])) {
        if (*make != i) edges_.preferences.emplace_back(*make, i);
      } else {
        before(make, i);
      }
    }
  }

  /// What leaves or changes goes before what it needed.
  void connect_before(std::size_t i) {
    const Task& task = tasks_[i];
    const ObjectId id = actual_.id(*task.before);
    if (task.action == Action::drop) before(undoing_of_link(*task.before), i);
    if (task.aside == task.before) before(replacement_of(*task.aside), i);
    for (ObjectId needed : actual_.needs(id)) {
      if (task.action == Action::alter && is_let_go(*task.before, needed)) {
        before(undoing_of_link(*task.before), index_.drop(needed));
        continue;
      }
      if (task.action == Action::drop && is_left_to_original(i, needed)) continue;
      if (task.action == Action::alter && is_left_behind(*task.before, needed)) {
        edges_.wishes.emplace_back(*index_.drop(needed), i);
        continue;
      }
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

  /// The order that names ask for (`order_names`).
  void connect_names() {
    add(order_names(
        tasks_, index_, [this](std::size_t i) { return tasks_[folded_.root(i)].aside != nullptr; }, actual_, desired_));
  }

  void add(const TaskEdges& more) {
    edges_.firm.insert(edges_.firm.end(), more.firm.begin(), more.firm.end());
    edges_.wishes.insert(edges_.wishes.end(), more.wishes.begin(), more.wishes.end());
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
          parent_first({desired_, *after}) ? edges_.wishes.emplace_back(i, *other)
                                           : edges_.wishes.emplace_back(*other, i);
        }
      }
    }
  }

  /// What has its place among others, as a column, comes behind those that come before it.
  void keep_siblings_in_order() {
    std::vector<std::tuple<ObjectId, Kind, ObjectId, std::size_t>> siblings;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      const Task& task = tasks_[i];
      if (task.action != Action::create || task.announces || !rules_for(task.after->identity.kind).ordered) continue;
      siblings.emplace_back(task.after->parent, task.after->identity.kind, desired_.id(*task.after), i);
    }
    std::ranges::sort(siblings);
    for (std::size_t next = 1; next < siblings.size(); ++next) {
      const auto& [parent, kind, id, before] = siblings[next - 1];
      const auto& [same_parent, same_kind, next_id, behind] = siblings[next];
      if (parent == same_parent && kind == same_kind) edges_.preferences.emplace_back(before, behind);
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
    return catalog.object(needed).parent != parent && original_of(catalog, task.object()) != &catalog.object(needed);
  }

  /// Whether what changes a table counts on what is done to one of its columns.
  bool awaits_column(const Task& table, const Task& column) const {
    if (table.action != Action::alter || !rules_for(column.after->identity.kind).ordered) return false;
    if (column.after->parent != desired_.id(*table.after)) return false;
    const KindRules& rules = rules_for(table.after->identity.kind);
    return std::ranges::any_of(changed_attributes(*table.before, *table.after, desired_.symbols()),
                               [&](const AttributeChange& change) {
                                 const auto* rule = find_attribute(rules, desired_.symbols().text(change.key));
                                 return rule != nullptr && rule->awaits_columns;
                               });
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

  /// Whether an heir has the object already when the parent gets the same, which must find it as it is to be.
  bool is_joined_by_original(const Task& task, ObjectId original) const {
    const auto make = index_.make(original);
    if (task.action != Action::alter || !make || tasks_[*make].action != Action::create) return false;
    const Object* needed = &desired_.object(original);
    return merged_with(desired_, *task.after) == needed || original_of(desired_, *task.after) == needed;
  }

  /// What makes the link of a carried object, where that is new: the object joins its original by it, and not before.
  std::optional<std::size_t> making_of_link(const Object& object) const {
    const Object* link = carrier_of(desired_, object);
    const auto make = link != nullptr ? index_.make(desired_.id(*link)) : std::nullopt;
    return make && tasks_[*make].action == Action::create ? make : std::nullopt;
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

  /// Whether only the original goes, and leaves what inherited it or was merged with it, which PostgreSQL does not let
  /// change before.
  bool is_left_behind(const Object& object, ObjectId original) const {
    const Object& going = actual_.object(original);
    if (!index_.drop(original)) return false;
    if (merged_with(actual_, object) == &going) return true;
    return original_of(actual_, object) == &going && leaves_heirs(actual_, going, desired_);
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

  /// What adds something to every new object must not change while objects, or parts of them, are created.
  void change_settings_last() {
    const auto gives = [](const Task& task) { return rules_for(task.object().identity.kind).gives != nullptr; };
    for (std::size_t setting = 0; setting < tasks_.size(); ++setting) {
      if (!gives(tasks_[setting])) continue;
      const Symbol schema = tasks_[setting].object().identity.schema;
      for (std::size_t i = 0; i < tasks_.size(); ++i) {
        if (tasks_[i].action == Action::drop || gives(tasks_[i])) continue;
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

  std::vector<Task>& tasks_;
  const TaskIndex& index_;
  const FoldedTasks& folded_;
  const std::vector<bool>& commits_;
  const Catalog& actual_;
  const Catalog& desired_;
  TaskEdges edges_;
};

}  // namespace

TaskEdges connect_tasks(std::vector<Task>& tasks, const TaskIndex& index, const FoldedTasks& folded,
                        const std::vector<bool>& commits, const Catalog& actual, const Catalog& desired) {
  return TaskConnector{tasks, index, folded, commits, actual, desired}.run();
}

}  // namespace plumb
