#include <array>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/revision_workspace.h"
#include "engine/report/revision_report.h"
#include "engine/report/wording.h"
#include "engine/revision/journey.h"
#include "engine/revision/ledger.h"

namespace plumb::cli {

namespace {

/// What an upgrade to all heads would run, in its order.
std::vector<RevisionNumber> pending(const RevisionGraph& graph, std::span<const std::string> rows) {
  std::vector<RevisionNumber> revisions;
  if (graph.heads().empty()) return revisions;
  const std::array<std::string, 1> heads{"heads"};
  for (const TravelStep& step : plan_upgrade(graph, rows, heads).steps) revisions.push_back(step.revision);
  return revisions;
}

std::string write_text(const RevisionGraph& graph, std::span<const RevisionNumber> current, bool all) {
  std::string text;
  for (RevisionNumber revision : current) {
    text += all ? revision_entry(graph, revision) : revision_line(graph, revision, {.tree = true});
    text += '\n';
  }
  return text;
}

std::string write_pending(const RevisionGraph& graph, std::span<const RevisionNumber> waiting) {
  if (waiting.empty()) return "Nothing is pending.\n";
  std::string text = fmt::format("Pending, {}:\n", counted(waiting.size(), "revision"));
  for (RevisionNumber revision : waiting) {
    text += "  " + revision_line(graph, revision, {.parents = true, .labels = true, .message = true}) + '\n';
  }
  return text + "Bring them with: plumb upgrade head" + (graph.heads().size() > 1 ? "s\n" : "\n");
}

std::string describe_unfinished(const Unfinished& unfinished) {
  const bool is_upgrade = unfinished.way == Way::upgrade;
  return fmt::format("revision {} is half done: its {} was interrupted after {}; go on with: plumb {}",
                     unfinished.revision, is_upgrade ? "upgrade" : "downgrade", counted(unfinished.next, "statement"),
                     is_upgrade ? "upgrade " + unfinished.revision : "downgrade -1");
}

}  // namespace

ExitCode run_current(const Options& options, Console& console) {
  const auto& [config, graph] = open_revisions(options);
  const OpenLedger open = open_ledger(options, config, console);
  Ledger ledger{*open.live.database, config.revisions.ledger};
  const std::vector<std::string> rows = ledger.heads();
  const std::vector<RevisionNumber> current = current_revisions(graph, rows);
  if (options.format == "json") {
    console.result(write_revisions_json(graph, current, current));
  } else {
    if (options.verbose) console.result(fmt::format("Current revision(s) for {}:\n", open.shown));
    console.result(write_text(graph, current, options.verbose));
    if (options.verbose) console.result(write_pending(graph, pending(graph, rows)));
  }
  if (const std::optional<Unfinished> unfinished = ledger.unfinished())
    console.warning(describe_unfinished(*unfinished));
  if (!options.check_heads || pending(graph, rows).empty()) return ExitCode::done;
  console.failure("Database is not on all head revisions\nbring it there with: plumb upgrade heads");
  return ExitCode::differences;
}

}  // namespace plumb::cli
