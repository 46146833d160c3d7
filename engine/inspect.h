#pragma once

#include <string_view>

#include "engine/postgres/database.h"
#include "schema/catalog.h"

namespace plumb {

/// Reads every object of a database in one snapshot: one query a kind, a few that tell the names of oids, and
/// pg_depend. System objects and members of extensions are left out, and so is what plumb keeps for itself: its own
/// schema, and the table `ledger` ("public.alembic_version").
Catalog inspect(Database& database, Symbols& symbols, std::string_view ledger = {});

}  // namespace plumb
