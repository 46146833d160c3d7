#include "engine/plan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/alteration.h"
#include "engine/carried.h"
#include "engine/gifts.h"
#include "engine/search_path.h"
#include "engine/task_order.h"
#include "engine/tasks.h"
#include "engine/way_back.h"
#include "schema/describe.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// Writes ordered tasks as steps.
class StepWriter {
 public:
  StepWriter(OrderedTasks ordered, const Catalog& actual, const Catalog& desired, Symbol user)
      : actual_{actual},
        desired_{desired},
        ordered_{std::move(ordered)},
        created_{created()},
        gifts_{find_gifts(actual, user, desired, created_, altered())} {}

  std::vector<Step> steps() const {
    std::vector<Step> steps;
    for (std::size_t i : ordered_.order) {
      Step step = make_step(i);
      if (!step.forward.empty()) steps.push_back(std::move(step));
    }
    return steps;
  }

 private:
  const Task& root_of(std::size_t task) const { return ordered_.tasks[ordered_.folded.root(task)]; }

  static void append(Statements& statements, const Statements& more) {
    statements.insert(statements.end(), more.begin(), more.end());
  }

  std::vector<std::string> parts_of(const Catalog& catalog, std::size_t task) const {
    std::vector<std::string> parts;
    for (std::size_t child : ordered_.parts[task]) {
      const View view{catalog, ordered_.tasks[child].object()};
      if (ordered_.tasks[child].carried) continue;
      std::string part = view.rules().part_of_create != nullptr ? view.rules().part_of_create(view) : std::string{};
      if (part.empty()) continue;
      for (const std::string& more : parts_of(catalog, child)) part += ' ' + more;
      parts.push_back(std::move(part));
    }
    return parts;
  }

  void add_after_create(const Catalog& catalog, std::size_t task, Statements& statements) const {
    const View view{catalog, ordered_.tasks[task].object()};
    const bool came_along =
        ordered_.folded.comes_along[task] && ordered_.folded.is_part(task) && !root_of(task).carried;
    if (came_along && view.rules().finish_copy != nullptr) append(statements, view.rules().finish_copy(view));
    if (view.rules().after_create != nullptr) {
      append(statements, view.rules().after_create(view));
    }
    for (ObjectId child : catalog.children(catalog.id(view.object()))) {
      const View part{catalog, catalog.object(child)};
      if (part.rules().join_parent != nullptr && is_created(child)) append(statements, part.rules().join_parent(part));
    }
    take_back(view.object(), statements);
    for (std::size_t child : ordered_.parts[task]) add_after_create(catalog, child, statements);
  }

  std::vector<ObjectId> created() const {
    std::vector<ObjectId> ids;
    for (const Task& task : ordered_.tasks) {
      if (task.action == Action::create && !task.announces) ids.push_back(desired_.id(*task.after));
    }
    std::ranges::sort(ids);
    return ids;
  }

  std::vector<ObjectId> altered() const {
    std::vector<ObjectId> ids;
    for (const Task& task : ordered_.tasks) {
      if (task.action == Action::alter) ids.push_back(desired_.id(*task.after));
    }
    return ids;
  }

  bool is_created(ObjectId id) const { return std::ranges::binary_search(created_, id); }

  /// Of what PostgreSQL has added by itself to an object that is new or has new parts, what is not wanted.
  void take_back(const Object& object, Statements& statements) const {
    const auto found = gifts_.added.find(object.identity);
    if (found == gifts_.added.end()) return;
    for (ObjectId id : found->second) {
      const Object& gift = gifts_.catalog.object(id);
      const Object* wanted = desired_.find(gift.identity);
      std::optional<Statements> more;
      if (wanted != nullptr) {
        const Change change{&gift, wanted, changed_attributes(gift, *wanted, desired_.symbols())};
        if (change.attributes.empty()) continue;
        more = alter_statements(change, gifts_.catalog, desired_);
      }
      append(statements, more ? *more : drop_statements({gifts_.catalog, gift}));
    }
  }

  Statements make(const View& view, std::size_t task) const {
    const KindRules& rules = view.rules();
    return rules.create_beside != nullptr ? rules.create_beside(view, actual_)
                                          : rules.create(view, parts_of(desired_, task));
  }

  Statements create(std::size_t task) const {
    const View view{desired_, *ordered_.tasks[task].after};
    if (ordered_.tasks[task].announces) return view.rules().announce(view);
    Statements statements;
    if (const Object* aside = ordered_.tasks[task].aside) statements = set_aside({actual_, *aside}, desired_);
    if (!ordered_.tasks[task].carried) append(statements, make(view, task));
    if (view.rules().join_parent != nullptr && !is_created(view.object().parent)) {
      append(statements, view.rules().join_parent(view));
    }
    add_after_create(desired_, task, statements);
    return statements;
  }

  Statements drop(const Task& task) const {
    const View view{actual_, *task.before};
    if (task.carried) return {};
    if (task.aside != nullptr) return drop_aside(view, desired_);
    const bool leaves = view.rules().drop_alone != nullptr && leaves_heirs(actual_, *task.before, desired_);
    return leaves ? view.rules().drop_alone(view) : drop_statements(view);
  }

  Statements alter(const Task& task) const {
    if (!task.rebound) return *alter_statements(task.change, actual_, desired_);
    const View before{actual_, *task.before};
    Statements statements = *before.rules().rebind(before, {desired_, *task.after});
    Change more = task.change;
    std::erase_if(more.attributes, [&](const AttributeChange& attribute) {
      return find_attribute(before.rules(), desired_.text(attribute.key))->disturbs == Disturbs::dependents;
    });
    append(statements, *alter_statements(more, actual_, desired_));
    return statements;
  }

  Step make_step(std::size_t index) const {
    const Task& task = ordered_.tasks[index];
    Step step{task.action, task.object().identity, {}, {}, task.reason, {}};
    if (task.action == Action::create) {
      step.forward = create(index);
    } else {
      step.forward = task.action == Action::drop ? drop(task) : alter(task);
    }
    if (task.action == Action::alter) take_back(*task.after, step.forward);
    for (Statement& statement : step.forward) {
      const bool commits = statement.transaction == Transaction::commit_after;
      if (commits && ordered_.needless_commits[index]) statement.transaction = Transaction::any;
    }
    for (const Statement& statement : step.forward) {
      if (statement.consent.empty()) continue;
      const std::string consent = consent_for(statement, step.subject, desired_.symbols());
      if (std::ranges::find(step.consents, consent) == step.consents.end()) step.consents.push_back(consent);
    }
    return step;
  }

  const Catalog& actual_;
  const Catalog& desired_;
  OrderedTasks ordered_;
  std::vector<ObjectId> created_;  ///< of the desired catalog, sorted
  Gifts gifts_;                    ///< what the new objects get without being asked
};

std::vector<Step> make_steps(const Changes& changes, const Catalog& actual, const Catalog& desired, Folding folding,
                             Symbol user) {
  OrderedTasks ordered = order_changes(changes, actual, desired, folding);
  return StepWriter{std::move(ordered), actual, desired, user}.steps();
}

}  // namespace

std::string consent_for(const Statement& statement, const Identity& subject, const Symbols& symbols) {
  return std::string{statement.consent} + '=' + full_name(subject, symbols);
}

Plan make_plan(const Changes& changes, const Catalog& actual, const Catalog& desired, Folding folding) {
  Plan plan;
  plan.from = actual.fingerprint();
  plan.to = desired.fingerprint();
  plan.steps = make_steps(changes, actual, desired, folding, actual.user());
  plan.way_back = make_steps(reversed(changes), desired, actual, folding, actual.user());
  fill_backs(plan.steps, plan.way_back);
  fill_backs(plan.way_back, plan.steps);
  plan.search_path = path_of_equality(plan.steps, actual, desired);
  if (plan.search_path.empty()) plan.search_path = path_of_equality(plan.way_back, actual, desired);
  return plan;
}

}  // namespace plumb
