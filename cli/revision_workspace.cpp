#include "cli/revision_workspace.h"

#include <fmt/core.h>

#include "cli/workspace.h"
#include "engine/revision/emit/emit.h"
#include "engine/revision/folder.h"
#include "engine/revision/ledger.h"

namespace plumb::cli {

RevisionWorkspace open_revisions(const Options& options) {
  Config config = find_config(options.config);
  RevisionGraph graph{load_revisions(config.revisions.locations)};
  return {std::move(config), std::move(graph)};
}

void check_not_empty(const RevisionWorkspace& workspace) {
  if (workspace.graph.size() != 0) return;
  throw RevisionError{
      fmt::format("no revision is in {}, and nothing was done\ngo to the folder of the project, or name "
                  "the folder of its revisions under `revisions: locations:` in plumb.yaml",
                  workspace.config.revisions.locations.folders.front())};
}

void check_sql(const Options& options) {
  if (options.as_sql && options.format == "json") {
    throw UsageError{"--sql prints SQL, and --format json a JSON document: leave one of them out"};
  }
}

void check_emit(const Options& options) {
  if (options.as_sql && !options.emit.empty()) {
    throw UsageError{"--sql prints the revision, and --emit writes it: leave one of them out"};
  }
  if (options.emit.empty() == options.out.empty()) return;
  throw UsageError{options.emit.empty() ? "--out is the folder for --emit: say which runner, as in --emit alembic"
                                        : "--emit needs the folder to write to, as in --out migrations"};
}

void emit_revisions(const RevisionGraph& graph, std::span<const RevisionNumber> revisions, const Options& options,
                    Console& console) {
  const std::vector<std::string> written = write_emitted(emit(graph, revisions, options.emit), options.out);
  for (const std::string& path : written) {
    if (options.format == "json") {
      console.note(fmt::format("wrote {}", path));
    } else {
      console.result(fmt::format("wrote {}\n", path));
    }
  }
  if (written.empty()) console.note(fmt::format("nothing to write: {} has them all", options.out));
}

OpenLedger open_ledger(const Options& options, const Config& config, Console& console) {
  const SessionOptions session = session_options(options, config, console);
  console.progress(fmt::format("connecting to {}", session.database.shown));
  return {open_database(session.database), session.database.shown};
}

std::vector<std::string> current_rows(const Options& options, const Config& config, Console& console) {
  const OpenLedger ledger = open_ledger(options, config, console);
  return Ledger{*ledger.live.database, config.revisions.ledger}.heads();
}

}  // namespace plumb::cli
