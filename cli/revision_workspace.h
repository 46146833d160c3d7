#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/config.h"
#include "cli/console.h"
#include "cli/options.h"
#include "cli/usage.h"
#include "engine/live.h"
#include "engine/revision/graph.h"

namespace plumb::cli {

/// The revisions of a project, from the files that plumb.yaml names.
struct RevisionWorkspace {
  Config config;
  RevisionGraph graph;
};

/// Reads the settings and all headers of revision files. Throws with every fault.
RevisionWorkspace open_revisions(const Options& options);

/// Throws `RevisionError` where there is no revision: the folder is hardly the one that was meant.
void check_not_empty(const RevisionWorkspace& workspace);

/// `check` where there are revisions: schema files, history and database compared, and each difference said once, by
/// its cause.
ExitCode check_revisions(const RevisionWorkspace& workspace, const Options& options, Console& console);

/// Throws `UsageError` when --sql and --format json ask for two results.
void check_sql(const Options& options);

/// Throws `UsageError` unless --emit and --out stand together.
void check_emit(const Options& options);

/// Writes revisions for the runner that --emit names, and tells the files.
void emit_revisions(const RevisionGraph& graph, std::span<const RevisionNumber> revisions, const Options& options,
                    Console& console);

/// The live database, for what has to do with its ledger.
struct OpenLedger {
  Live live;
  std::string shown;  ///< what messages call it
};

OpenLedger open_ledger(const Options& options, const Config& config, Console& console);

/// The ids in the database's table of heads, for commands that ask for `current`.
std::vector<std::string> current_rows(const Options& options, const Config& config, Console& console);

}  // namespace plumb::cli
