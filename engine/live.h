#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/inspect.h"
#include "engine/postgres/connection.h"
#include "engine/postgres/database.h"
#include "engine/postgres/server.h"

namespace plumb {

/// A database that a person named: the connection, and the private server behind an "embedded:" one.
struct Live {
  std::optional<Server> server;
  std::string connection;  ///< libpq's keyword form; may hold a password
  std::unique_ptr<Database> database;
};

/// Connects. Throws a `DatabaseError` that says why it failed and what to do, and never holds a password.
Live open_database(const ConnectionTarget& target);

/// Reads it (engine/inspect.h). Throws a `DatabaseError` that says what to do where texts are not readable.
Catalog read_live(const Live& live, const ConnectionTarget& target, Symbols& symbols, const InspectOptions& options);

}  // namespace plumb
