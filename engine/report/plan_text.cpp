#include <fmt/core.h>

#include "engine/report/plan_report.h"
#include "engine/report/wording.h"
#include "schema/describe.h"

namespace plumb {

namespace {

void add_statement(std::string& text, const Statement& statement, const Style& style) {
  for (std::string_view line : lines_of(statement.sql)) text += fmt::format("      {}\n", line);
  text.pop_back();
  text += ';';
  if (statement.transaction == Transaction::outside) text += tinted("  -- outside any transaction", Tone::faint, style);
  text += '\n';
}

/// A way back is shown by its first line: all of it stands in JSON. What is made or dropped with something else on the
/// way back has none of its own.
void add_back(std::string& text, const Step& step, const Style& style) {
  std::string back = step.back.empty() ? "done with other steps" : "";
  for (const Statement& statement : step.back) {
    const std::vector<std::string_view> lines = lines_of(statement.sql);
    if (!back.empty()) back += ' ';
    back += lines.front();
    back += lines.size() > 1 ? fmt::format(" ... ({} lines);", lines.size()) : ";";
  }
  text += "    " + tinted("back: " + back, Tone::faint, style) + '\n';
}

void add_step(std::string& text, std::size_t number, const Step& step, const Symbols& symbols, const Style& style) {
  text += fmt::format("\n{:>3} {}\n", fmt::format("{}.", number),
                      tinted(describe_step(step, symbols), tone_of(step.action), style));
  for (const Statement& statement : step.forward) add_statement(text, statement, style);
  add_back(text, step, style);
  for (const std::string& consent : step.consents) {
    text += "    " + tinted("loses data: needs --allow " + on_one_line(shell_quoted(consent)), Tone::bad, style) + '\n';
  }
}

}  // namespace

std::string describe_step(const Step& step, const Symbols& symbols) {
  const std::string reason = step.reason.empty() ? "" : ": " + step.reason;
  return on_one_line(fmt::format("{} {}{}", to_word(step.action), describe(step.subject, symbols), reason));
}

std::string write_plan_text(const Plan& plan, const Symbols& symbols, const Style& style) {
  if (plan.steps.empty()) return "Nothing to do: there is no difference.\n";
  std::vector<Action> actions;
  for (const Step& step : plan.steps) actions.push_back(step.action);
  std::string text = tinted(counted(plan.steps.size(), "step"), Tone::strong, style) + ": " + count_actions(actions);
  text += plan.proven ? "; proven both ways on a scratch database\n" : "; not proven\n";
  for (std::size_t i = 0; i < plan.steps.size(); ++i) add_step(text, i + 1, plan.steps[i], symbols, style);
  return text;
}

}  // namespace plumb
