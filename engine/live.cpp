#include "engine/live.h"

#include <fmt/core.h>

#include "engine/postgres/sqlstate.h"
#include "schema/error.h"

namespace plumb {

namespace {

Live open_embedded(const ConnectionTarget& target) {
  const int major = major_version_at(target.location);
  const auto installations = find_installations();
  for (const Installation& installation : installations) {
    if (major != 0 && installation.major() != major) continue;
    Live live;
    live.server.emplace(Server::at(installation, target.location));
    live.connection = live.server->url();
    live.database = std::make_unique<Database>(live.connection);
    return live;
  }
  throw DatabaseError{major == 0
                          ? std::string{"no PostgreSQL server is installed that could serve "} + target.shown +
                                ": install one (apt-get install postgresql), or set PLUMB_POSTGRES to its bin folder"
                          : fmt::format("{} was made by PostgreSQL {}, which is not installed: install it "
                                        "(apt-get install postgresql-{}), or set PLUMB_POSTGRES",
                                        target.shown, major, major)};
}

}  // namespace

Live open_database(const ConnectionTarget& target) {
  if (target.embedded) return open_embedded(target);
  try {
    Live live;
    live.connection = target.location;
    live.database = std::make_unique<Database>(target.location);
    return live;
  } catch (const DatabaseError& error) {
    throw DatabaseError{explain_connection_failure(error.what(), target)};
  }
}

Catalog read_live(const Live& live, const ConnectionTarget& target, Symbols& symbols, const InspectOptions& options) {
  try {
    return inspect(*live.database, symbols, options);
  } catch (const DatabaseError& error) {
    if (!is_not_unicode(error)) throw;
    throw DatabaseError{fmt::format("{} holds a text that is no UTF-8 ({}): plumb reads all texts as UTF-8, so write "
                                    "this one, a default value, a comment or a body of a routine, in that",
                                    target.shown, error.what()),
                        error.state};
  }
}

}  // namespace plumb
