#include <array>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/revision_workspace.h"
#include "cli/workspace.h"
#include "engine/apply_lock.h"
#include "engine/report/revision_report.h"
#include "engine/report/wording.h"
#include "engine/revision/identifiers.h"
#include "engine/revision/migrate.h"
#include "schema/describe.h"

namespace plumb::cli {

namespace {

/// "from:to", for scripts.
struct Ends {
  std::vector<std::string> from;  ///< ids
  bool has_from = false;
  std::string to;
};

/// Only "current:to" needs the database.
Ends split_range(const RevisionWorkspace& workspace, const std::string& text, const Options& options,
                 Console& console) {
  const auto& [config, graph] = workspace;
  const auto colon = text.find(':');
  if (colon == std::string::npos) return {{}, false, text};
  Ends ends{{}, true, text.substr(colon + 1)};
  const std::string from = text.substr(0, colon);
  const std::vector<RevisionNumber> found =
      from == "current" ? find_rows(graph, current_rows(options, config, console)) : find_revisions(graph, from);
  for (RevisionNumber revision : found) ends.from.push_back(graph.id(revision));
  return ends;
}

/// A journey as a script on standard output.
void print_script(const RevisionWorkspace& workspace, const Journey& journey, bool with_ledger, Console& console) {
  if (journey.steps.empty()) console.note("nothing to do: no revision lies on this way");
  console.result(migration_script(workspace.graph, workspace.config.revisions.ledger, journey, with_ledger));
}

MigrationEvents events_for(const RevisionWorkspace& workspace, const Options& options, Console& console) {
  const RevisionGraph& graph = workspace.graph;
  MigrationEvents events;
  events.secrets_in = [&](std::string_view text) {
    Session session{session_options(options, workspace.config, console)};
    return session.secrets_in(text);
  };
  events.before_step = [&graph, &console](const TravelStep& step) {
    const bool has_message = step.way != Way::stamp && !graph[step.revision].message.empty();
    const std::string message = has_message ? ", " + message_of(graph[step.revision]) : "";
    console.note(on_one_line(fmt::format("Running {}{}", describe(step), message)));
  };
  events.warning = [&console](std::string_view text) { console.warning(text); };
  events.progress = [&console](std::string_view text) { console.note(text); };
  return events;
}

/// What was done: as JSON on standard output, else as a sentence beside it, for Alembic prints nothing there either.
void report(const std::vector<TravelStep>& done, const std::string& shown, const Options& options, Console& console) {
  if (options.format == "json") return console.result(write_steps_json(done));
  if (done.empty()) {
    console.note(fmt::format("nothing to do: {} is there already", shown));
  } else {
    console.note(fmt::format("{} in {}", counted(done.size(), "revision"), console.elapsed()));
  }
}

RevisionError range_without_sql() {
  return RevisionError{"Range revision not allowed\na range is for scripts: add --sql, or name where to go alone"};
}

}  // namespace

ExitCode run_upgrade(const Options& options, Console& console) {
  check_sql(options);
  const RevisionWorkspace workspace = open_revisions(options);
  const auto& [config, graph] = workspace;
  const Ends ends = split_range(workspace, options.revisions.front(), options, console);
  const std::array<std::string, 1> targets{ends.to};
  if (options.as_sql) {
    print_script(workspace, plan_upgrade(graph, ends.from, targets), ends.from.empty(), console);
    return ExitCode::done;
  }
  if (ends.has_from) throw range_without_sql();
  check_not_empty(workspace);
  const OpenLedger ledger = open_ledger(options, config, console);
  const std::vector<TravelStep> done = migrate(
      *ledger.live.database, ledger.shown, graph, config.revisions.ledger,
      [&](std::span<const std::string> rows) { return plan_upgrade(graph, rows, targets); },
      events_for(workspace, options, console), patience(options, config));
  report(done, ledger.shown, options, console);
  return ExitCode::done;
}

ExitCode run_downgrade(const Options& options, Console& console) {
  check_sql(options);
  const RevisionWorkspace workspace = open_revisions(options);
  const auto& [config, graph] = workspace;
  const Ends ends = split_range(workspace, options.revisions.front(), options, console);
  if (options.as_sql) {
    if (!ends.has_from) {
      throw RevisionError{"downgrade with --sql requires <fromrev>:<torev>\nas in: plumb downgrade head:base --sql"};
    }
    print_script(workspace, plan_downgrade(graph, ends.from, ends.to), false, console);
    return ExitCode::done;
  }
  if (ends.has_from) throw range_without_sql();
  const OpenLedger ledger = open_ledger(options, config, console);
  const std::vector<TravelStep> done = migrate(
      *ledger.live.database, ledger.shown, graph, config.revisions.ledger,
      [&](std::span<const std::string> rows) { return plan_downgrade(graph, rows, ends.to); },
      events_for(workspace, options, console), patience(options, config));
  report(done, ledger.shown, options, console);
  return ExitCode::done;
}

ExitCode run_stamp(const Options& options, Console& console) {
  check_sql(options);
  const RevisionWorkspace workspace = open_revisions(options);
  const auto& [config, graph] = workspace;
  if (options.as_sql) {
    if (options.purge)
      throw RevisionError{"Can't use --purge with --sql mode\na script cannot know what it would purge"};
    const Ends ends = split_range(workspace, options.revisions.front(), options, console);
    if (ends.from.size() > 1 || (ends.has_from && options.revisions.size() > 1)) {
      throw RevisionError{
          "Stamp operation with --sql only supports a single starting revision at a time\nwrite a script for each"};
    }
    std::vector<std::string> targets = options.revisions;
    targets.front() = ends.to;
    print_script(workspace, plan_stamp(graph, ends.from, targets), ends.from.empty(), console);
    return ExitCode::done;
  }
  const OpenLedger ledger = open_ledger(options, config, console);
  const std::vector<TravelStep> done = stamp(*ledger.live.database, ledger.shown, graph, config.revisions.ledger,
                                             options.revisions, options.purge, events_for(workspace, options, console));
  report(done, ledger.shown, options, console);
  return ExitCode::done;
}

ExitCode run_ensure_version(const Options& options, Console& console) {
  const Config config = find_config(options.config);
  if (options.as_sql) {
    console.result(LedgerSql{config.revisions.ledger}.ensure());
    return ExitCode::done;
  }
  const OpenLedger open = open_ledger(options, config, console);
  const ApplyLock lock{*open.live.database, open.shown, [&](std::string_view message) { console.note(message); }};
  const bool is_new = Ledger{*open.live.database, config.revisions.ledger}.ensure();
  console.note(is_new ? open.shown + " has a ledger now" : open.shown + " has its ledger already");
  return ExitCode::done;
}

}  // namespace plumb::cli
