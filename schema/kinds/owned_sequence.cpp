#include "schema/kinds/owned_sequence.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "schema/sql.h"

namespace plumb {

Statement set_logging(std::string_view sequence, bool unlogged) {
  return {fmt::format("ALTER SEQUENCE {} SET {}", sequence, unlogged ? "UNLOGGED" : "LOGGED")};
}

Statement go_on_behind_rows(std::string_view sequence, const View& column, bool ascending) {
  const std::string last = fmt::format("{}({})", ascending ? "max" : "min", quote_identifier(column.name()));
  return {fmt::format("SELECT pg_catalog.setval({}, {}) FROM {} HAVING {} {} (SELECT last_value FROM {})",
                      quote_literal(sequence), last, table_address(column), last, ascending ? ">=" : "<=", sequence)};
}

Statements go_on_behind_rows(const View& default_value, const View& column) {
  constexpr std::array<std::string_view, 3> integers{"smallint", "integer", "bigint"};
  if (std::ranges::find(integers, column.text("type")) == integers.end()) return {};
  const Catalog& catalog = default_value.catalog();
  Statements statements;
  for (ObjectId id : catalog.needs(catalog.id(default_value.object()))) {
    const View needed{catalog, catalog.object(id)};
    if (needed.kind() != Kind::sequence) continue;
    statements.push_back(go_on_behind_rows(address(needed), column, !needed.text("increment").starts_with('-')));
  }
  return statements;
}

}  // namespace plumb
