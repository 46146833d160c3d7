#pragma once

#include "engine/postgres/database.h"
#include "schema/catalog.h"

namespace plumb {

/// Reads every object of a database in one snapshot: one query a kind, a few that tell the names of oids, and
/// pg_depend. System objects and members of extensions are left out.
Catalog inspect(Database& database, Symbols& symbols);

}  // namespace plumb
