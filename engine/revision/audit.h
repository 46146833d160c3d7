#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/revision/graph.h"
#include "engine/revision/history.h"
#include "engine/revision/ledger.h"
#include "engine/workbench.h"
#include "schema/catalog.h"

namespace plumb {

/// Files that were edited after another revision was made from them, one sentence each.
std::vector<std::string> edited_parents(const RevisionGraph& graph);

/// Revisions of a database whose files are not as they were run, or gone, one sentence each.
std::vector<std::string> edited_applied(const RevisionGraph& graph, Ledger& ledger);

/// A live database as it would be if nobody had changed by hand what the history made: that as replayed, all else as
/// it is. `before` is what was there before the first revision.
Catalog undisturbed(const Catalog& live, const Catalog& before, const Catalog& replayed);

/// Runs every revision up, down and up again on a scratch database; `before_step` hears of each. Throws `PlanError`
/// when a way back does not lead back, and `DatabaseError` when PostgreSQL refuses a statement.
void climb(const History& history, Workbench& workbench, const std::function<void(const TravelStep&)>& before_step);

}  // namespace plumb
