#include "schema/kinds/owned_sequence.h"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/core.h>

#include "schema/kinds/domain.h"
#include "schema/sql.h"

namespace plumb {

Counting default_counting(std::string_view type, bool ascending) {
  const int bits = type == "smallint" ? 16 : type == "integer" ? 32 : 64;
  const std::int64_t highest = std::numeric_limits<std::int64_t>::max() >> (64 - bits);
  return ascending ? Counting{true, 1, highest, 1} : Counting{false, -highest - 1, -1, -1};
}

bool shuts_out(const Counting& from, const Counting& to) { return from.start < to.minimum || from.start > to.maximum; }

bool lies_ahead(const Counting& from, const Counting& to) {
  return from.ascending == to.ascending && (to.ascending ? from.start < to.minimum : from.start > to.maximum);
}

Statements move_on(std::string_view sequence, const Counting& from, const Counting& to, std::string_view as_type) {
  const std::int64_t edge = to.ascending ? to.minimum : to.maximum;
  Statements statements;
  if (edge < from.minimum || edge > from.maximum) {
    statements.push_back({fmt::format("ALTER SEQUENCE {}{} MINVALUE {} MAXVALUE {}", sequence, as_type,
                                      std::min(from.minimum, to.minimum), std::max(from.maximum, to.maximum))});
  }
  statements.push_back({fmt::format("SELECT pg_catalog.setval({}, {}, false) FROM {} WHERE last_value {} {}",
                                    quote_literal(sequence), edge, sequence, to.ascending ? '<' : '>', edge)});
  return statements;
}

Statement set_logging(std::string_view sequence, bool unlogged) {
  return {fmt::format("ALTER SEQUENCE {} SET {}", sequence, unlogged ? "UNLOGGED" : "LOGGED")};
}

Statements go_on_behind_rows(std::string_view sequence, const View& column, bool ascending) {
  const std::string last = fmt::format("{}({})", ascending ? "max" : "min", quote_identifier(column.name()));
  const std::string_view as_number = below_domains(column).text("type").starts_with("numeric") ? "::bigint" : "";
  const Statement move{fmt::format(
      "SELECT pg_catalog.setval({}, {}{}) FROM {} HAVING {} {} (SELECT last_value FROM {})", quote_literal(sequence),
      last, as_number, table_address(column), last, ascending ? ">=" : "<=", sequence)};
  const View table = *column.parent();
  if (table.kind() != Kind::table || !table.is("force_row_security")) return {move};
  return {{alter_table(column) + " NO FORCE ROW LEVEL SECURITY"},
          move,
          {alter_table(column) + " FORCE ROW LEVEL SECURITY"}};
}

Statements go_on_behind_rows(const View& default_value, const View& column) {
  constexpr std::array<std::string_view, 3> integers{"smallint", "integer", "bigint"};
  const std::string_view type = below_domains(column).text("type");
  if (!type.starts_with("numeric") && std::ranges::find(integers, type) == integers.end()) return {};
  const Catalog& catalog = default_value.catalog();
  Statements statements;
  for (ObjectId id : catalog.needs(catalog.id(default_value.object()))) {
    const View needed{catalog, catalog.object(id)};
    if (needed.kind() != Kind::sequence) continue;
    const Statements behind = go_on_behind_rows(address(needed), column, !needed.text("increment").starts_with('-'));
    statements.insert(statements.end(), behind.begin(), behind.end());
  }
  return statements;
}

}  // namespace plumb
