#pragma once

#include <string>
#include <vector>

#include "engine/postgres/database.h"
#include "schema/catalog.h"

namespace plumb {

/// Reads every object of a database in one snapshot: one query a kind, a few that tell the names of oids, and
/// pg_depend. System objects and members of extensions are left out. `unknown`, where it is given, gets what users have
/// made and no kind has read, in PostgreSQL's words: "type app.complex".
Catalog inspect(Database& database, Symbols& symbols, std::vector<std::string>* unknown = nullptr);

}  // namespace plumb
