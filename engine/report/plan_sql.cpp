#include <fmt/core.h>

#include "engine/execute.h"
#include "engine/report/plan_report.h"
#include "engine/report/script_text.h"
#include "engine/report/wording.h"
#include "engine/version.h"
#include "schema/fingerprint.h"

namespace plumb {

namespace {

std::string statements_of(std::span<const Step> steps) {
  std::string text;
  for (const Step& step : steps) {
    for (const Statement& statement : step.forward) text.append(statement.sql).append("\n");
  }
  return text;
}

/// The steps in their transactions, each under its number.
std::string script_of(std::span<const Step> steps, const Symbols& symbols) {
  std::string text;
  std::size_t announced = 0;
  for (const Batch& batch : batches(steps)) {
    text += batch.in_transaction ? "\nBEGIN;\n" : "";
    for (const Batch::Item& item : batch.items) {
      const Step& step = steps[item.step];
      if (item.step + 1 > announced) {
        announced = item.step + 1;
        text += fmt::format("\n-- {}. {}\n", announced, describe_step(step, symbols));
        for (const std::string& consent : step.consents) text += "-- loses data: " + on_one_line(consent) + '\n';
      }
      text += terminated(with_variables(item.statement->sql));
    }
    text += batch.in_transaction ? "\nCOMMIT;\n" : "";
  }
  return text;
}

/// As comments, so that a script that runs whole goes one way only. For psql, a carriage return ends a comment.
std::string way_back_of(const Plan& plan, const Symbols& symbols) {
  if (plan.way_back.empty()) return {};
  const std::string script = settings_for(plan.way_back, plan.search_path) + script_of(plan.way_back, symbols);
  if (script.find('\r') != std::string::npos) {
    return "\n-- The way back holds carriage returns, which no comment can: it stands in the plan as JSON.\n";
  }
  std::string text = "\n-- The way back, in its own order; data that is lost on the way there stays lost:\n" +
                     name_secrets(statements_of(plan.way_back)) + "--\n";
  for (std::string_view line : lines_of(std::string_view{script}.substr(0, script.size() - 1))) {
    text += fmt::format("--{}{}\n", line.empty() ? "" : " ", line);
  }
  return text;
}

}  // namespace

std::string write_schema_sql(const Plan& plan) {
  std::string text = fmt::format("-- A database's schema, as plumb {} read it.\n\n", version);
  text += settings_for(plan.steps, plan.search_path);
  for (const Step& step : plan.steps) {
    for (const Statement& statement : step.forward) text += '\n' + terminated(statement.sql);
  }
  return text;
}

std::string write_plan_sql(const Plan& plan, const Symbols& symbols) {
  std::string text = fmt::format("-- plumb {}: {}{}\n-- from: {}\n-- to:   {}\n", version,
                                 plan.steps.empty() ? "nothing to do" : counted(plan.steps.size(), "step"),
                                 plan.proven && !plan.steps.empty() ? ", proven both ways on a scratch database" : "",
                                 to_hex(plan.from), to_hex(plan.to));
  if (plan.steps.empty()) return text;
  text += "-- run with: psql -X -v ON_ERROR_STOP=1 -f FILE\n" + name_secrets(statements_of(plan.steps)) + '\n' +
          settings_for(plan.steps, plan.search_path);
  return text + script_of(plan.steps, symbols) + way_back_of(plan, symbols);
}

}  // namespace plumb
