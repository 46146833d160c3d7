#include <set>

#include <fmt/core.h>

#include "engine/report/plan_report.h"
#include "engine/report/script_text.h"
#include "engine/report/wording.h"
#include "engine/revision/file.h"
#include "schema/secrets.h"

namespace plumb {

namespace {

/// What the words in a section are resolved by, and that bodies of functions may speak of what comes later.
std::string settings_of(const Plan& plan) {
  return fmt::format("SET search_path = {};\nSET check_function_bodies = off;\n",
                     plan.search_path.empty() ? "''" : plan.search_path);
}

/// A revision file holds no secret.
void explain_secrets(std::string& text, const Statement& statement) {
  for (std::string_view token : tokens_in(statement.sql)) {
    text += fmt::format("-- secret: {0} stands for one that the schema files tell, or the environment variable {0}\n",
                        token);
  }
}

void add_statement(std::string& text, const Statement& statement, bool is_last) {
  explain_secrets(text, statement);
  // What can be used only after a commit may share the transaction when nothing follows.
  const bool stands_alone =
      statement.transaction == Transaction::outside || (statement.transaction == Transaction::commit_after && !is_last);
  if (stands_alone) text.append(outside_marker).append("\n");
  text += terminated(statement.sql);
}

std::string section_of(const std::vector<Step>& steps, const Plan& plan, const Symbols& symbols) {
  std::string text = settings_of(plan);
  for (const Step& step : steps) {
    text += fmt::format("\n-- {}\n", describe_step(step, symbols));
    for (const std::string& consent : step.consents) text += "-- loses data: " + on_one_line(consent) + '\n';
    for (const Statement& statement : step.forward) {
      add_statement(text, statement, &step == &steps.back() && &statement == &step.forward.back());
    }
  }
  return text;
}

/// What the way there loses, the way back cannot bring.
std::string warning_of(const Plan& plan) {
  std::set<std::string> losses;
  for (const Step& step : plan.steps) losses.insert(step.consents.begin(), step.consents.end());
  std::string text;
  for (const std::string& loss : losses) text += "--   " + on_one_line(loss) + '\n';
  if (text.empty()) return text;
  return "-- The data that the upgrade loses does not come back, only the place for it:\n" + text;
}

}  // namespace

RevisionSections write_plan_revision(const Plan& plan, const Symbols& symbols) {
  return {section_of(plan.steps, plan, symbols), warning_of(plan) + section_of(plan.way_back, plan, symbols)};
}

}  // namespace plumb
