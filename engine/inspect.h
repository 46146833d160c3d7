#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/postgres/database.h"
#include "schema/catalog.h"

namespace plumb {

struct InspectOptions {
  std::string_view ledger = {};                 ///< a table of plumb's to be left out: "public.alembic_version"
  std::vector<std::string>* unknown = nullptr;  ///< gets what users made and no kind reads: "type app.complex"
  bool cluster = false;                         ///< also what belongs to the whole cluster

  /// From how many objects on a catalog is kept (`KeptReading`) and not read again while nothing has changed; never
  /// where silent.
  std::optional<std::size_t> kept_from{};
};

/// Reads every object of a database in one snapshot: one query a kind, a few that tell the names of oids, and
/// pg_depend. System objects and members of extensions are left out, and so is what plumb keeps for itself in its own
/// schema.
Catalog inspect(Database& database, Symbols& symbols, const InspectOptions& options = {});

}  // namespace plumb
