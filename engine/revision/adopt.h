#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/revision/alembic_sql.h"
#include "engine/revision/graph.h"
#include "engine/revision/settings.h"
#include "engine/revision/writer.h"

namespace plumb {

/// Revision files that take the place of another tool's: the same ids, the same graph.
struct Adoption {
  std::vector<Draft> drafts;          ///< parents first
  std::vector<std::string> warnings;  ///< what is left to do, by the names of revisions
};

/// With what Alembic wrote. A revision that it could not write fails, with what to do, until somebody puts its
/// statements in; one without its way back has none.
Adoption adopt(const RevisionGraph& scripts, const AlembicSql& sql, const RevisionSettings& settings);

/// Without: the first revision makes `schema`, all that a database which has every revision holds, and the others do
/// nothing. There is no way back.
Adoption adopt_baseline(const RevisionGraph& scripts, const std::string& schema, const RevisionSettings& settings);

}  // namespace plumb
