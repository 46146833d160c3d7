#include "engine/folded_tasks.h"

#include <algorithm>
#include <optional>

#include "engine/carried.h"

namespace plumb {

namespace {

class Folder {
 public:
  Folder(const std::vector<Task>& tasks, const TaskIndex& index, const Catalog& actual, const Catalog& desired)
      : tasks_{tasks}, index_{index}, actual_{actual}, desired_{desired} {}

  FoldedTasks fold(Folding folding) const {
    FoldedTasks folded{std::vector<std::size_t>(tasks_.size()), std::vector<bool>(tasks_.size())};
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      folded.into[i] = i;
      const Task& task = tasks_[i];
      const KindRules& rules = rules_for(task.object().identity.kind);
      const ObjectId parent = task.object().parent;
      const bool drops = task.action == Action::drop;
      const bool alters = task.action == Action::alter;
      const auto around =
          parent == ObjectId::none || alters ? std::nullopt : (drops ? index_.drop(parent) : index_.make(parent));
      const std::size_t host = around && tasks_[*around].action == task.action ? *around : i;
      const bool goes_with_parent = host != i;
      if (const auto maker = goes_with_parent ? std::nullopt : maker_of(task)) {
        folded.into[i] = *maker;
        folded.comes_along[i] = true;
      }
      if (folded.into[i] != i || parent == ObjectId::none || alters) continue;
      const View view{drops ? actual_ : desired_, task.object()};
      folded.comes_along[i] = rules.comes_along != nullptr && rules.comes_along(view);
      const bool is_part =
          drops ? rules.dies_with_parent : rules.part_of_create != nullptr && !rules.part_of_create(view).empty();
      const bool is_needed = (rules.holds_parent != nullptr && rules.holds_parent(view)) || is_merged_at_once(task);
      if (!folded.comes_along[i] && (!is_part || (folding == Folding::apart && !is_needed))) continue;
      folded.into[i] = host;
    }
    return folded;
  }

 private:
  /// Whether what an heir has in common with its parent has to be said when it is made: then it would be there already.
  bool is_merged_at_once(const Task& task) const {
    if (task.action != Action::create || !rules_for(task.object().identity.kind).ordered) return false;
    return std::ranges::any_of(desired_.children(task.object().parent), [this](ObjectId id) {
      return rules_for(desired_.object(id).identity.kind).carries == Carries::what_it_brought;
    });
  }

  /// The task that does to the original what PostgreSQL then does to a carried object by itself.
  std::optional<std::size_t> original_of(const Task& task) const {
    const bool has_own = !task.change.attributes.empty();
    const bool goes_along =
        task.rebound && (is_carried(actual_, *task.before, desired_) || merged_with(actual_, *task.before) != nullptr);
    if (has_own || !(task.carried || goes_along)) return std::nullopt;
    const bool creates = task.action == Action::create;
    const Catalog& catalog = creates ? desired_ : actual_;
    const Object& object = creates ? *task.after : *task.before;
    for (ObjectId needed : catalog.needs(catalog.id(object))) {
      const auto found = creates                       ? index_.make(needed)
                         : task.action == Action::drop ? index_.drop(needed)
                                                       : index_.alter(needed);
      if (found && tasks_[*found].object().identity.kind == object.identity.kind &&
          tasks_[*found].action == task.action && needed != object.parent) {
        return found;
      }
    }
    return std::nullopt;
  }

  /// The task of something else that does this one, too.
  std::optional<std::size_t> maker_of(const Task& task) const {
    const auto original = original_of(task);
    return original ? original : link_that_makes(task);
  }

  /// The task that makes the link of a carried object, if PostgreSQL makes that object then.
  std::optional<std::size_t> link_that_makes(const Task& task) const {
    const KindRules& rules = rules_for(task.object().identity.kind);
    if (task.action != Action::create || rules.made_by_link == nullptr) return std::nullopt;
    if (!rules.made_by_link({desired_, *task.after})) return std::nullopt;
    const Object* link = carrier_of(desired_, *task.after);
    const auto make = link != nullptr ? index_.make(desired_.id(*link)) : std::nullopt;
    return make && tasks_[*make].action == Action::create ? make : std::nullopt;
  }

  const std::vector<Task>& tasks_;
  const TaskIndex& index_;
  const Catalog& actual_;
  const Catalog& desired_;
};

}  // namespace

FoldedTasks fold(const std::vector<Task>& tasks, const TaskIndex& index, const Catalog& actual, const Catalog& desired,
                 Folding folding) {
  return Folder{tasks, index, actual, desired}.fold(folding);
}

}  // namespace plumb
