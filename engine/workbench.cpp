#include "engine/workbench.h"

#include "engine/execute.h"
#include "engine/inspect.h"

namespace plumb {

Workbench::Workbench(const ScratchOptions& options, Symbols& symbols)
    : scratch_{options}, symbols_{symbols}, version_{options.version} {}

const Catalog& Workbench::base() {
  if (!base_) {
    ScratchDatabase empty = make();
    base_.emplace(inspect(empty.database(), symbols_));
  }
  return *base_;
}

std::vector<ObjectId> Workbench::common_with_base(const Catalog& catalog) {
  std::vector<ObjectId> ids;
  for (const Object& object : base().objects()) {
    if (const Object* found = catalog.find(object.identity)) ids.push_back(catalog.id(*found));
  }
  return ids;
}

void Workbench::provide_roles(const Words& words) { scratch_.provide_roles(words); }

void Workbench::provide_roles(const std::vector<Step>& steps) {
  Words words;
  for (const Step& step : steps) {
    for (const Statement& statement : step.forward) collect_words(statement.sql, words);
  }
  scratch_.provide_roles(words);
}

void Workbench::build(ScratchDatabase& scratch, const Catalog& catalog) {
  const Plan plan = make_plan(diff(base(), catalog), base(), catalog);
  provide_roles(plan.steps);
  execute(
      scratch.database(), plan.steps, {}, [](std::size_t) {}, symbols_);
}

}  // namespace plumb
