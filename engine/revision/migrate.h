#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/lock_waits.h"
#include "engine/postgres/database.h"
#include "engine/revision/graph.h"
#include "engine/revision/journey.h"
#include "engine/revision/ledger.h"
#include "schema/secrets.h"

namespace plumb {

/// How a journey is planned, once it is known where the database is.
using JourneyPlanner = std::function<Journey(std::span<const std::string> rows)>;

/// Who is told what happens, and who tells what files do not.
struct MigrationEvents {
  std::function<void(const TravelStep&)> before_step = [](const TravelStep&) {};
  std::function<void(std::string_view)> warning = [](std::string_view) {};
  std::function<void(std::string_view)> progress = [](std::string_view) {};  ///< also whom it waits for
  /// The secrets whose tokens stand in a text, as far as they are known.
  std::function<Secrets(std::string_view)> secrets_in = [](std::string_view) { return Secrets{}; };
};

/// Takes a database along a journey, under the lock that keeps other plumbs away, one transaction a revision; the row
/// of the ledger is committed together with what it tells. Transactions wait for locks with patience. A revision with
/// statements that run outside a transaction is committed part by part: when it was interrupted, the next journey goes
/// on where it stopped.
///
/// A statement that fails leaves its transaction rolled back, the revisions before it done, and the ledger true; the
/// `DatabaseError` says so. All files are read before the first statement runs, and a secret that nobody tells is a
/// `RevisionError` then. `shown` is what errors call the
/// database. Returns what was done.
std::vector<TravelStep> migrate(Database& database, std::string_view shown, const RevisionGraph& graph,
                                const LedgerOptions& ledger, const JourneyPlanner& plan, const MigrationEvents& events,
                                Patience patience = {});

/// Notes down, under the same lock, that the database is at `targets`, without running anything; with `purge` also when
/// its rows are of no file. A revision that was interrupted counts as settled then. Returns what was noted.
std::vector<TravelStep> stamp(Database& database, std::string_view shown, const RevisionGraph& graph,
                              const LedgerOptions& ledger, std::span<const std::string> targets, bool purge,
                              const MigrationEvents& events);

/// What `migrate` does, as a script for psql, which starts from a database whose table of heads is as the journey
/// expects it; `begins_with_ledger`: the script makes the ledger first.
std::string migration_script(const RevisionGraph& graph, const LedgerOptions& ledger, const Journey& journey,
                             bool begins_with_ledger);

}  // namespace plumb
