#include "cli/commands.h"
#include "cli/revision_workspace.h"
#include "cli/twins.h"
#include "cli/workspace.h"
#include "engine/report/diff_report.h"
#include "engine/report/plan_report.h"

namespace plumb::cli {

namespace {

std::string write_diff(const Comparison& on, std::string_view format, const Style& style) {
  if (format == "json") return write_diff_json(on.changes, on.start(), on.desired, on.renames());
  return write_diff_text(on.changes, on.start(), on.desired, style, on.renames());
}

std::string write_plan(const Plan& plan, const Symbols& symbols, std::string_view format, const Style& style) {
  if (format == "json") return write_plan_json(plan, symbols);
  if (format == "sql") return write_plan_sql(plan, symbols);
  return write_plan_text(plan, symbols, style);
}

}  // namespace

ExitCode run_diff(const Options& options, Console& console) {
  const std::string format = format_of(options);
  Session session{comparison_options(options, console)};
  const Comparison comparison = session.compare();
  deliver(write_diff(comparison, format, report_style(options, console)), options, console);
  mention_twins(comparison, options, session.symbols(), console);
  return options.exit_code && !comparison.in_sync() ? ExitCode::differences : ExitCode::done;
}

ExitCode run_plan(const Options& options, Console& console) {
  const std::string format = format_of(options);
  Session session{comparison_options(options, console)};
  const Comparison comparison = compare_settled(session, options, console, [&] { return session.compare(); });
  const Plan plan = session.plan(comparison);
  deliver(write_plan(plan, session.symbols(), format, report_style(options, console)), options, console);
  return ExitCode::done;
}

ExitCode run_check(const Options& options, Console& console) {
  const RevisionWorkspace revisions = open_revisions(options);
  if (revisions.graph.size() > 0) return check_revisions(revisions, options, console);
  const std::string format = format_of(options);
  if (options.stairway) throw UsageError{"--stairway is about revisions, and there are none here"};
  SessionOptions on = comparison_options(options, console);
  const std::string shown = on.database.shown;
  Session session{std::move(on)};
  const Comparison comparison = session.compare();
  const bool in_sync = comparison.in_sync();
  if (in_sync && format == "text") {
    deliver("in sync: " + shown + " is as the schema files say\n", options, console);
  } else {
    deliver(write_diff(comparison, format, report_style(options, console)), options, console);
  }
  if (in_sync) return ExitCode::done;
  mention_twins(comparison, options, session.symbols(), console);
  console.note(shown + " is not as the schema files say: " +
               summarize(comparison.changes, comparison.start(), comparison.desired, comparison.renames()));
  return ExitCode::differences;
}

}  // namespace plumb::cli
