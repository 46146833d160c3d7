#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "cli/revision_workspace.h"
#include "cli/workspace.h"
#include "engine/report/diff_report.h"
#include "engine/report/findings_report.h"
#include "engine/report/wording.h"
#include "engine/revision/audit.h"
#include "engine/revision/identifiers.h"
#include "schema/error.h"

namespace plumb::cli {

namespace {

using Verdict = Finding::Verdict;

/// Looks at schema files, revisions and database, each against what comes before it.
class Check {
 public:
  Check(const RevisionWorkspace& workspace, const Options& options, Console& console)
      : workspace_{workspace},
        options_{options},
        console_{console},
        on_{session_options(options, workspace.config, console)},
        session_{on_} {}

  void run() {
    look_at_files();
    const History history{graph(), std::array{std::string{"heads"}}, settings().before};
    look_at_history(history);
    if (options_.stairway) climb(history);
    if (on_.database.is_named) look_at_database();
  }

  /// What was found so far.
  std::span<const Finding> findings() const { return findings_; }

 private:
  const RevisionGraph& graph() const { return workspace_.graph; }
  const RevisionSettings& settings() const { return workspace_.config.revisions; }

  void add(Verdict verdict, std::string subject, std::string text, std::string advice = {}) {
    findings_.push_back({verdict, std::move(subject), std::move(text), std::move(advice)});
  }

  void look_at_files() {
    for (std::string& fault : edited_parents(graph())) {
      add(Verdict::failure, "revisions", std::move(fault),
          "put the file back, and make a new revision for what is to change");
    }
    const RevisionGraph::Neighbours heads = graph().heads();
    if (heads.size() < 2) return;
    std::string ids;
    for (RevisionNumber head : heads) ids.append(ids.empty() ? "" : ", ").append(graph().id(head));
    add(Verdict::failure, "revisions", "Multiple heads detected: " + ids, "join them: plumb merge heads -m \"...\"");
  }

  void look_at_history(const History& history) {
    if (on_.schema_files.empty()) {
      return add(Verdict::warning, "history", "no schema file says what it should lead to",
                 "write what the database holds into one: plumb inspect --out schema.yaml");
    }
    const Comparison comparison = session_.compare(history);
    if (comparison.in_sync()) {
      return add(Verdict::ok, "history", "No new upgrade operations detected: it replays to what the schema files say");
    }
    add(Verdict::failure, "history",
        "New upgrade operations detected: the schema files want more than the history has\n" + differences(comparison),
        "write them down: plumb revision --autogenerate -m \"...\"");
  }

  void climb(const History& history) {
    try {
      session_.climb(history, [this](const TravelStep& step) {
        console_.progress(fmt::format("climbing {}", graph().id(step.revision)));
      });
      add(Verdict::ok, "stairway", "every revision was run up, down and up again");
    } catch (const PlanError& error) {
      add(Verdict::failure, "stairway", error.what(), "correct the section that goes back");
    } catch (const DatabaseError& error) {
      add(Verdict::failure, "stairway", error.what(), "correct the statement");
    }
  }

  void look_at_database() {
    OpenLedger open = open_ledger(options_, workspace_.config, console_);
    Ledger ledger{*open.live.database, settings().ledger};
    const std::vector<std::string> rows = ledger.heads();
    try {
      find_rows(graph(), rows);
    } catch (const UnknownRevisionError& error) {
      return add(Verdict::failure, "database", error.what());
    }
    for (std::string& fault : edited_applied(graph(), ledger)) {
      add(Verdict::failure, "database", std::move(fault),
          "put the file back, and make a new revision for what is to change");
    }
    if (const std::optional<Unfinished> unfinished = ledger.unfinished()) {
      return add(Verdict::failure, "database", fmt::format("revision {} is half done", unfinished->revision),
                 "see `plumb current`");
    }
    look_at_pending(rows);
    const Comparison comparison = session_.drift(History{graph(), rows, settings().before});
    if (comparison.in_sync()) return add(Verdict::ok, "database", open.shown + " is as its revisions made it");
    add(Verdict::failure, "database",
        fmt::format("{} was changed without a revision; against what its revisions made:\n{}", open.shown,
                    differences(comparison)),
        "undo it there, or take it over into the schema files and a revision");
  }

  void look_at_pending(std::span<const std::string> rows) {
    std::string ids;
    const Journey journey = plan_upgrade(graph(), rows, std::array{std::string{"heads"}});
    for (const TravelStep& step : journey.steps) ids.append(ids.empty() ? "" : ", ").append(graph().id(step.revision));
    if (journey.steps.empty()) return;
    add(Verdict::failure, "database",
        fmt::format("Target database is not up to date: {} pending: {}", counted(journey.steps.size(), "revision"),
                    ids),
        "bring it there: plumb upgrade heads");
  }

  static std::string differences(const Comparison& comparison) {
    std::string text =
        write_diff_text(comparison.changes, comparison.start(), comparison.desired, Style{}, comparison.renames());
    text.erase(text.find_last_not_of('\n') + 1);
    return text;
  }

  const RevisionWorkspace& workspace_;
  const Options& options_;
  Console& console_;
  SessionOptions on_;
  Session session_;
  std::vector<Finding> findings_;
};

}  // namespace

ExitCode check_revisions(const RevisionWorkspace& workspace, const Options& options, Console& console) {
  const bool is_json = format_of(options) == "json";
  Check check{workspace, options, console};
  const auto tell = [&] {
    const Style style = report_style(options, console);
    deliver(is_json ? write_findings_json(check.findings()) : write_findings_text(check.findings(), style), options,
            console);
  };
  try {
    check.run();
  } catch (const Error&) {
    // A database that cannot be reached takes nothing from what was found without it.
    if (!check.findings().empty()) tell();
    throw;
  }
  tell();
  const bool agrees =
      std::ranges::none_of(check.findings(), [](const Finding& f) { return f.verdict == Verdict::failure; });
  return agrees ? ExitCode::done : ExitCode::differences;
}

}  // namespace plumb::cli
