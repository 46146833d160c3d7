#include "schema/kinds/owned_sequence.h"

#include <fmt/core.h>

#include "schema/sql.h"

namespace plumb {

Statement set_logging(std::string_view sequence, bool unlogged) {
  return {fmt::format("ALTER SEQUENCE {} SET {}", sequence, unlogged ? "UNLOGGED" : "LOGGED")};
}

Statement go_on_behind_rows(std::string_view sequence, const View& column, std::string_view start) {
  const std::string name = quote_identifier(column.name());
  return {fmt::format("SELECT pg_catalog.setval({}, greatest(max({}), {}), coalesce(max({}) >= {}, false)) FROM {}",
                      sequence, name, start, name, start, table_address(column))};
}

}  // namespace plumb
