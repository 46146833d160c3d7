#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/revision/file.h"
#include "engine/revision/graph.h"
#include "engine/revision/journey.h"

namespace plumb {

/// What Alembic makes of its revisions as SQL, without a database (`alembic upgrade --sql`).
struct AlembicSql {
  std::map<std::string, Section> upgrades, downgrades;  ///< by id; without those that failed
  std::map<std::string, std::string> upgrade_faults;    ///< what Alembic said, by the id of the revision
  std::map<std::string, std::string> downgrade_faults;
  std::string version_table = "alembic_version";  ///< where Alembic keeps its heads, as its statements say
};

/// Runs the program `alembic` in the current folder, with the configuration that it finds there. Nothing when it is not
/// installed. A revision that cannot be written so, as its Python asks the database, is a fault, and the others are
/// written all the same. Throws `RevisionError` when Alembic comes to no revision at all.
std::optional<AlembicSql> ask_alembic(const RevisionGraph& graph);

}  // namespace plumb
