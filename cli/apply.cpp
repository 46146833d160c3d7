#include <filesystem>

#include <fmt/core.h>

#include "cli/commands.h"
#include "cli/consent.h"
#include "cli/twins.h"
#include "cli/workspace.h"
#include "engine/report/plan_report.h"
#include "engine/report/wording.h"
#include "schema/file/faults.h"
#include "schema/file/text.h"

namespace plumb::cli {

namespace {

Plan load_plan(const std::string& path, Symbols& symbols) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw PlanError{path + ": is a folder, and no plan: a folder of schema files is named by --schema"};
  }
  Faults faults;
  const std::optional<std::string> text =
      read_text(path, faults, "is empty: a plan is what `plumb plan --format json` writes");
  faults.raise();
  try {
    return read_plan_json(*text, symbols);
  } catch (const PlanError& error) {
    throw PlanError{fmt::format("{}: {}", path, error.what())};
  }
}

/// A person at a terminal sees the plan and is asked; a script has asked already by starting plumb.
bool is_wanted(const Plan& plan, const Symbols& symbols, const std::string& shown, const Options& options,
               Console& console) {
  if (options.yes || !console.can_ask()) return true;
  return console.ask(fmt::format("Apply {} to {}?", counted(plan.steps.size(), "step"), shown),
                     write_plan_text(plan, symbols, console.message_style()));
}

void report(std::size_t steps, const std::string& shown, const Options& options, Console& console) {
  if (options.format == "json") {
    console.result(fmt::format("{{\"applied\": {}}}\n", steps));
  } else if (steps == 0) {
    console.result("nothing to do: there is no difference\n");
  } else {
    console.result(fmt::format("applied {} to {} in {}\n", counted(steps, "step"), shown, console.elapsed()));
  }
}

}  // namespace

ExitCode run_apply(const Options& options, Console& console) {
  const bool is_saved = !options.plan_file.empty();
  if (is_saved && !options.files.empty()) {
    throw UsageError{"a saved plan says all that is to be done: leave out --schema, or the plan"};
  }
  SessionOptions on =
      is_saved ? session_options(options, find_config(options.config), console) : comparison_options(options, console);
  const std::string shown = on.database.shown;
  Session session{std::move(on)};
  const Plan plan = is_saved
                        ? load_plan(options.plan_file, session.symbols())
                        : session.plan(compare_settled(session, options, console, [&] { return session.compare(); }));

  require_consent(plan, options.allow);
  if (plan.steps.empty()) {
    report(0, shown, options, console);
    return ExitCode::done;
  }
  if (!plan.proven) console.warning("this plan was not proven on a scratch database");
  if (!is_wanted(plan, session.symbols(), shown, options, console)) {
    console.note("nothing was done");
    return ExitCode::refused;
  }
  session.apply(plan, [&](std::size_t index) {
    console.note(
        fmt::format("{}/{} {}", index + 1, plan.steps.size(), describe_step(plan.steps[index], session.symbols())));
  });
  report(plan.steps.size(), shown, options, console);
  return ExitCode::done;
}

}  // namespace plumb::cli
