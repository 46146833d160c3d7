#include "engine/prove.h"

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "engine/execute.h"
#include "engine/fixpoint.h"
#include "engine/postgres/sqlstate.h"
#include "engine/scope.h"
#include "engine/search_path.h"
#include "engine/slice.h"
#include "engine/workbench.h"
#include "schema/describe.h"
#include "schema/error.h"
#include "schema/rules.h"

namespace plumb {

namespace {

/// The parts of both catalogs that a plan has to do with, each complete in itself and with the other's in it.
struct Scene {
  std::set<ObjectId> start;
  std::set<ObjectId> desired;
};

void take_over(const Catalog& from, const std::set<ObjectId>& ids, const Catalog& to, std::vector<ObjectId>& seeds) {
  for (ObjectId id : ids) {
    if (const Object* found = to.find(from.object(id).identity)) seeds.push_back(to.id(*found));
  }
}

/// What stands in `whole`, but not among `ids`.
bool stands_outside(const Catalog& whole, const std::set<ObjectId>& ids, const Identity& identity) {
  const Object* found = whole.find(identity);
  return found != nullptr && !ids.contains(whole.id(*found));
}

bool brings_from_server(const std::vector<Step>& steps) {
  return std::ranges::any_of(steps, [](const Step& step) {
    return step.action == Action::create && rules_for(step.subject.kind).from_server;
  });
}

/// What adds something to all that is made, and so to what a new extension holds.
void add_settings(const Catalog& catalog, std::vector<ObjectId>& seeds) {
  for (const Object& object : catalog.objects()) {
    if (rules_for(object.identity.kind).gives != nullptr) seeds.push_back(catalog.id(object));
  }
}

Scene make_scene(const Plan& plan, const Comparison& comparison, const std::set<ObjectId>& renamed,
                 Workbench& workbench) {
  const Catalog& start = comparison.start();
  const Catalog& desired = comparison.desired;
  std::vector<ObjectId> before = workbench.common_with_base(start);
  std::vector<ObjectId> after = workbench.common_with_base(desired);
  // Steps also take down and put back what did not change itself.
  for (const std::vector<Step>* steps : {&plan.steps, &plan.way_back}) {
    for (const Step& step : *steps) {
      if (const Object* found = start.find(step.subject)) before.push_back(start.id(*found));
      if (const Object* found = desired.find(step.subject)) after.push_back(desired.id(*found));
    }
  }
  for (const Change& change : comparison.changes) {
    if (change.before != nullptr) before.push_back(start.id(*change.before));
    if (change.after != nullptr) after.push_back(desired.id(*change.after));
  }
  if (brings_from_server(plan.steps) || brings_from_server(plan.way_back)) {
    add_settings(start, before);
    add_settings(desired, after);
  }
  if (comparison.renaming) {
    for (const Object& object : start.objects()) {
      if (!stands_outside(comparison.actual, renamed, object.identity)) before.push_back(start.id(object));
    }
  }
  Scene scene;
  for (std::size_t known = 1, size = 0; size != known;) {
    size = known;
    scene.start = closure(start, before, Extent::whole);
    take_over(start, scene.start, desired, after);
    scene.desired = closure(desired, after, Extent::whole);
    take_over(desired, scene.desired, start, before);
    scene.start = closure(start, before, Extent::whole);
    known = scene.start.size() + scene.desired.size();
  }
  return scene;
}

/// The scene as it is before the renames.
Catalog first_state(const Comparison& comparison, const std::set<ObjectId>& renamed, const Scene& scene) {
  const Catalog& actual = comparison.actual;
  if (!comparison.renaming) return slice(actual, scene.start);
  std::vector<ObjectId> seeds{renamed.begin(), renamed.end()};
  for (ObjectId id : scene.start) {
    const Identity& identity = comparison.start().object(id).identity;
    if (stands_outside(actual, renamed, identity)) seeds.push_back(actual.id(*actual.find(identity)));
  }
  return slice(actual, closure(actual, seeds, Extent::whole));
}

/// What scratch may have otherwise without saying anything about the plan: versions of extensions and what these
/// bring, and what a plan leaves to PostgreSQL.
bool matters(const Change& change, const Symbols& symbols) {
  const KindRules& rules = rules_for(change.identity().kind);
  if (rules.parent_may_bring) return false;
  if (change.before == nullptr || change.after == nullptr) return true;
  return std::ranges::any_of(change.attributes, [&](const AttributeChange& attribute) {
    const AttributeRule& rule = *find_attribute(rules, symbols.text(attribute.key));
    return !rule.of_server && !(rule.only_if_declared && attribute.after.empty());
  });
}

Changes differences(const Catalog& found, const Catalog& wanted, Workbench& workbench) {
  Changes changes = diff(found, wanted);
  std::erase_if(changes, [&](const Change& change) {
    const bool is_of_scratch = change.after == nullptr && workbench.base().contains(change.identity());
    return is_of_scratch || !matters(change, wanted.symbols());
  });
  return changes;
}

}  // namespace

void expect_same(const Catalog& found, const Catalog& wanted, std::string_view what, Workbench& workbench) {
  Changes changes = differences(found, wanted, workbench);
  changes = without_same_meaning(std::move(changes), found, wanted, workbench);
  if (changes.empty()) return;
  std::string message = fmt::format("{}:", what);
  for (const Change& change : changes) {
    message += fmt::format("\n  {} is {}", describe(change.identity(), wanted.symbols()),
                           change.after == nullptr    ? "left over"
                           : change.before == nullptr ? "missing"
                                                      : "different:");
    for (const AttributeChange& attribute : change.attributes) {
      const auto show = [&](std::span<const Symbol> values) {
        std::string text;
        for (Symbol value : values) text.append(text.empty() ? "" : ", ").append(wanted.symbols().text(value));
        return text;
      };
      message += fmt::format(" {} is `{}`, not `{}`", wanted.symbols().text(attribute.key), show(attribute.before),
                             show(attribute.after));
    }
  }
  throw PlanError{message};
}

namespace {

bool is_brought_from_server(const Change& change, const Catalog& found, const Catalog& wanted) {
  const Catalog& catalog = change.before != nullptr ? found : wanted;
  const Object& object = change.before != nullptr ? *change.before : *change.after;
  return rules_for(catalog.object(root_of(catalog, catalog.id(object))).identity.kind).from_server;
}

/// Whether it is there without being wanted, and nobody minds.
bool is_accepted(const Change& change, const Catalog& found, std::span<const Accepted> accepted) {
  if (change.after != nullptr) return false;
  const Identity& whole = found.object(root_of(found, found.id(*change.before))).identity;
  return std::ranges::find(accepted, Accepted{whole, change.identity().kind}) != accepted.end();
}

Catalog without_accepted(Catalog found, const Catalog& wanted, std::span<const Accepted> accepted) {
  std::set<ObjectId> ids;
  for (const Object& object : found.objects()) {
    if (!wanted.contains(object.identity) && is_accepted({&object, nullptr, {}}, found, accepted)) {
      ids.insert(found.id(object));
    }
  }
  return without(std::move(found), ids);
}

/// Runs the plan there and back, and throws `PlanError` where that does not lead where it should. What a new extension
/// holds is seen here only: where default privileges gave others rights to it than are wanted, steps for that are
/// added.
class Trial {
 public:
  Trial(const Plan& plan, const Comparison& comparison, Workbench& workbench)
      : plan_{plan}, comparison_{comparison}, workbench_{workbench}, scratch_{workbench.make()} {}

  Plan run() {
    std::set<ObjectId> renamed;
    if (comparison_.renaming) renamed = around_renames(comparison_.actual, comparison_.renaming->renames, workbench_);
    const Scene scene = make_scene(plan_, comparison_, renamed, workbench_);
    const Catalog before = first_state(comparison_, renamed, scene);
    const Catalog after = slice(comparison_.desired, scene.desired);
    workbench_.build(scratch_, before);
    go(plan_.steps, after, comparison_.accepted, "the way there");
    expect(after, comparison_.accepted, "it does not arrive");
    go(plan_.way_back, before, {}, "the way back");
    expect(before, {}, "its way back does not arrive");
    return std::move(plan_);
  }

 private:
  void go(std::vector<Step>& steps, const Catalog& wanted, std::span<const Accepted> accepted, std::string_view what) {
    execute_steps(steps, what);
    if (!brings_from_server(steps)) return;
    const Catalog found = workbench_.read(scratch_.database());
    Changes left = differences(found, wanted, workbench_);
    std::erase_if(left, [&](const Change& change) {
      return !is_brought_from_server(change, found, wanted) || is_accepted(change, found, accepted);
    });
    const Plan more = make_plan(left, found, wanted);
    execute_steps(more.steps, what);
    steps.insert(steps.end(), more.steps.begin(), more.steps.end());
  }

  void execute_steps(const std::vector<Step>& steps, std::string_view what) {
    workbench_.provide_shared(steps);
    try {
      execute(
          scratch_.database(), steps, plan_.search_path, [](std::size_t) {}, workbench_.symbols());
    } catch (const DatabaseError& error) {
      const std::string message =
          fmt::format("the plan was tried on a scratch database, and {} failed there: {}", what, error.what());
      if (is_missing(error)) throw HiddenNeedError{message};
      throw PlanError{message};
    }
  }

  void expect(const Catalog& wanted, std::span<const Accepted> accepted, std::string_view what) {
    try {
      const Catalog found = without_accepted(workbench_.read(scratch_.database()), wanted, accepted);
      expect_same(found, wanted, fmt::format("the plan was tried on a scratch database, and {}", what), workbench_);
    } catch (const PlanError& error) {
      throw PlanError{fmt::format("{}\nThis is a fault in plumb: please report it with both schemas.", error.what())};
    }
  }

  Plan plan_;
  const Comparison& comparison_;
  Workbench& workbench_;
  ScratchDatabase scratch_;
};

}  // namespace

void prove(Plan& plan, const Comparison& comparison, Workbench& workbench) {
  if (plan.steps.empty()) return;
  try {
    workbench.attempt([&] { plan = Trial{plan, comparison, workbench}.run(); });
  } catch (const HiddenNeedError&) {
    if (!comparison.search_path.empty()) throw;
    plan.search_path = path_of_hidden_code(comparison.desired);
    plan = Trial{plan, comparison, workbench}.run();
  }
}

}  // namespace plumb
