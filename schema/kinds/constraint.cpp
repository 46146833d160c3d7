#include "schema/kinds/constraint.h"

#include <fmt/core.h>

#include "schema/kinds/index_parts.h"
#include "schema/kinds/inherited.h"
#include "schema/sql.h"

namespace plumb {

Statements add_constraint(const View& constraint, std::string_view definition) {
  return {{fmt::format("{} ADD {}", alter_table(constraint), definition)}};
}

Statements drop_constraint(const View& constraint) {
  return {{fmt::format("{} DROP CONSTRAINT {}", alter_table(constraint), quote_identifier(constraint.name()))}};
}

std::string deferral(const View& constraint) {
  std::string sql;
  if (constraint.is("deferrable")) sql += " DEFERRABLE";
  if (constraint.is("initially_deferred")) sql += " INITIALLY DEFERRED";
  return sql;
}

std::optional<Statements> alter_validation(const View&, const View& after) {
  if (after.is("not_valid")) return std::nullopt;
  return Statements{{fmt::format("{} VALIDATE CONSTRAINT {}", alter_table(after), quote_identifier(after.name()))}};
}

std::vector<std::string> column_names(Reader& reader, Oid relation, std::string_view numbers) {
  std::vector<std::string> names;
  for (const std::string& text : array_elements(numbers)) {
    const int number = to_integer(text);
    reader.need_column(relation, number);
    names.emplace_back(reader.names().column_name(relation, number));
  }
  return names;
}

std::string key_definition(const View& key, std::string_view words) {
  const std::string_view overlaps = key.is("without_overlaps") ? " WITHOUT OVERLAPS" : "";
  std::string sql = fmt::format("CONSTRAINT {} {} ({}{}){}", quote_identifier(key.name()), words,
                                join_names(key.list("columns")), overlaps, include_clause(key));
  return sql + constraint_storage(key) + deferral(key);
}

bool repeats_a_key(const View& key, Kind other, std::string_view columns) {
  const auto table = key.parent();
  const ObjectId own = key.catalog().id(key.object());
  for (const Kind kind : {other, key.kind()}) {
    for (const View& each : table->children(kind)) {
      const bool is_before = kind != key.kind() || each.catalog().id(each.object()) < own;
      if (is_before && each.list(columns) == key.list(columns) && each.list("include") == key.list("include"))
        return true;
    }
  }
  return false;
}

bool read_key(Reader& reader) {
  const auto key_count = static_cast<std::size_t>(to_integer(reader.raw_text(0)));
  std::vector<std::string> columns;
  std::vector<std::string> included;
  for (Oid number : vector_elements(reader.raw_text(1))) {
    reader.need_column(reader.table(), static_cast<int>(number));
    auto& names = columns.size() < key_count ? columns : included;
    names.emplace_back(reader.names().column_name(reader.table(), static_cast<int>(number)));
  }
  reader.set_list("columns", columns);
  reader.set_list("include", included);
  set_inherited_by_partition(reader, reader.raw_true(2));
  return true;
}

}  // namespace plumb
