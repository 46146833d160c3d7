#include "cli/revision_workspace.h"

#include <fmt/core.h>

#include "cli/workspace.h"
#include "engine/revision/folder.h"
#include "engine/revision/ledger.h"

namespace plumb::cli {

RevisionWorkspace open_revisions(const Options& options) {
  Config config = find_config(options.config);
  RevisionGraph graph{load_revisions(config.revisions.locations)};
  return {std::move(config), std::move(graph)};
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
