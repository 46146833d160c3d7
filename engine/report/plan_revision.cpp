#include <set>

#include <fmt/core.h>

#include "engine/report/plan_report.h"
#include "engine/report/wording.h"
#include "engine/revision/file.h"

namespace plumb {

namespace {

/// What the words in a section are resolved by, and that bodies of functions may speak of what comes later.
std::string settings_of(const Plan& plan) {
  return fmt::format("SET search_path = {};\nSET check_function_bodies = off;\n",
                     plan.search_path.empty() ? "''" : plan.search_path);
}

void add_statement(std::string& text, const Statement& statement, bool is_last) {
  // What can be used only after a commit may share the transaction when nothing follows.
  const bool stands_alone =
      statement.transaction == Transaction::outside || (statement.transaction == Transaction::commit_after && !is_last);
  if (stands_alone) text.append(outside_marker).append("\n");
  text += statement.sql;
  const std::size_t last_line = statement.sql.rfind('\n') + 1;
  const bool could_end_in_comment = statement.sql.find("--", last_line) != std::string::npos;
  text += could_end_in_comment ? "\n;\n" : ";\n";
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
