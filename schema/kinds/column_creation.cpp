#include "schema/kinds/column_creation.h"

#include <algorithm>
#include <cstdint>

#include <fmt/core.h>

#include "schema/kinds/column_generated.h"
#include "schema/kinds/column_identity.h"
#include "schema/kinds/column_null.h"
#include "schema/kinds/column_toast.h"
#include "schema/kinds/foreign_options.h"
#include "schema/kinds/inherited.h"
#include "schema/sql.h"

namespace plumb {

namespace {

// Until 17, a column that is merged with a parent's takes over its expression, and must not say its own. What a schema
// file declares knows its parents by their names alone.
bool takes_over_expression(const View& column) {
  const auto links = column.parent()->children(Kind::inheritance);
  return std::ranges::any_of(links, [&](const View& link) {
    return std::ranges::any_of(column.catalog().objects(), [&](const Object& object) {
      if (object.identity.kind != Kind::column || object.identity.name != column.object().identity.name) return false;
      const View other{column.catalog(), object};
      return table_address(other) == link.name() && other.text("generated") == column.text("generated");
    });
  });
}

/// Whether the compression is set when the column is there: what comes from a type or another table has one by then,
/// and CREATE TABLE refuses a column of its own that has another one than the column that it is merged with.
bool is_compressed_later(const View& column) {
  return column.is("inherited") || is_of_type(column) || original(column) || column.text("compression") == "default";
}

/// Whether PostgreSQL refuses to add the column with its identity, which those that inherit it do not get ("cannot
/// recursively add identity column"); from 17 on, partitions share it.
bool becomes_identity_later(const View& column) {
  const auto heirs = heirs_of(column);
  if (!column.has("identity") || heirs.empty()) return false;
  return column.catalog().version() < 170000 || !partition_of(heirs.front());
}

/// Whether CREATE TABLE says all of the column, although it is inherited.
bool is_spelled_out(const View& column) { return column.is("inherited") && is_made_apart(*column.parent()); }

/// Whether the column has to be kept from taking over a default value.
bool needs_null_as_default(const View& column) { return lacks_inherited_default(column) && !is_spelled_out(column); }

std::string generation(const View& column) {
  return fmt::format("GENERATED ALWAYS AS ({}) {}", column.sql("generated"),
                     column.is("virtual") ? "VIRTUAL" : "STORED");
}

/// Whether a column that comes with a partition is to be computed otherwise, and PARTITION OF can say so; a schema file
/// does not know which kind of generated column it is.
bool computes_in_create(const View& column) {
  return column.has("generated_here") && partition_of(column) && !is_spelled_out(column) && original(column);
}

enum class Numbering : std::uint8_t { at_once, later };

std::string definition(const View& column, Numbering when = Numbering::at_once) {
  std::string sql = fmt::format("{} {}", quote_identifier(column.name()), column.sql("type"));
  if (column.has("compression") && !is_compressed_later(column)) {
    sql += fmt::format(" COMPRESSION {}", column.text("compression"));
  }
  sql += options_clause(column);
  if (column.has("collation")) sql += fmt::format(" COLLATE {}", column.text("collation"));
  if (column.has("generated") && !takes_over_expression(column)) sql += ' ' + generation(column);
  if (column.has("identity") && when == Numbering::at_once) sql += ' ' + identity(column);
  if (needs_null_as_default(column)) sql += " DEFAULT NULL";  // those of its parents may differ
  const bool refuses_null_at_once = is_spelled_out(column) ? refuses_null(column) : column.is("not_null");
  if (refuses_null_at_once && !column.is("not_null_not_valid")) sql += ' ' + not_null(column, "");
  return sql;
}

/// What a table has to say about a column that comes from its type; empty: nothing.
std::string options(const View& column) {
  if (!column.is("not_null") && column.children(Kind::default_value).empty()) return {};
  std::string sql = quote_identifier(column.name()) + " WITH OPTIONS";
  if (column.is("not_null") && !column.is("not_null_not_valid")) sql += ' ' + not_null(column, "");
  return sql;
}

/// Whether a NOT NULL of an inherited column has a name that only CREATE TABLE can give it. That of a partition is
/// merged then with what it inherits, which is how schema files get it, where nobody knows its name.
bool names_not_null(const View& column) {
  if (!column.is("inherited") || is_spelled_out(column) || column.is("not_null_not_valid")) return false;
  if (column.is("not_null")) return column.has("not_null_name");
  const bool may_be_merged = column.is("not_null_merged") || !original(column);
  return may_be_merged && column.has("not_null_inherited_name") && partition_of(column);
}

/// Whether one of the columns that it comes from says its storage.
bool inherits_storage(const View& column) {
  const auto source = original(column);
  return source && (source->has("storage") || inherits_storage(*source));
}

/// Whether a column has to be told its compression, because it comes with another one.
bool has_other_compression(const View& column) {
  const auto source = original(column);
  return !source || is_of_type(column) || is_spelled_out(column) ||
         source->text("compression") != column.text("compression");
}

}  // namespace

// What is inherited comes with the table.
std::string column_in_create(const View& column) {
  if (computes_in_create(column)) {
    return fmt::format("{} WITH OPTIONS {}{}", quote_identifier(column.name()), generation(column),
                       names_not_null(column) ? ' ' + not_null(column, "") : "");
  }
  if (names_not_null(column)) return not_null(column, ' ' + quote_identifier(column.name()));
  if (column.is("inherited") && !is_spelled_out(column)) return {};
  return is_of_type(column) ? options(column) : definition(column);
}

Statements create_column(const View& column, std::span<const std::string> parts) {
  const Numbering numbering = becomes_identity_later(column) ? Numbering::later : Numbering::at_once;
  std::string sql = fmt::format("{} ADD COLUMN {}", alter_table(column), definition(column, numbering));
  // It is to be taken over by another table, so it must be as that wants it. Before 18, no NOT NULL is its own then.
  const bool is_taken_over = column.is("inherited") || column.catalog().version() < 180000;
  const bool is_said = column.is("not_null") || is_spelled_out(column);
  if (is_taken_over && refuses_null(column) && !is_said) sql += ' ' + not_null(column, "");
  if (column.is("inherited") && !is_spelled_out(column)) {
    for (const View& value : column.children(Kind::default_value)) {
      if (value.rules().comes_along(value)) sql.append(" DEFAULT ").append(value.sql("expression"));
    }
  }
  for (const std::string& part : parts) sql += ' ' + part;
  Statements statements{{sql}};
  if (numbering == Numbering::later) statements.push_back(alter_column(column, "ADD " + identity(column)));
  return statements;
}

// CREATE TABLE takes STORAGE from 16 on only, the next two never, and COMPRESSION not where a type tells the columns. A
// new partition takes over default values, and NULL stays one where a type with a modifier or a domain converts it.
Statements finish_column(const View& column) {
  Statements statements;
  const bool is_said_by_create = !column.is("inherited") || is_spelled_out(column) || names_not_null(column);
  if (column.is("not_null") && (column.is("not_null_not_valid") || !is_said_by_create)) {
    statements.push_back(set_not_null(column));
  }
  if (needs_null_as_default(column)) statements.push_back(alter_column(column, "DROP DEFAULT"));
  if (column.has("compression") && is_compressed_later(column) && has_other_compression(column)) {
    statements.push_back(alter_column(column, fmt::format("SET COMPRESSION {}", column.text("compression"))));
  }
  if (column.has("storage") || (is_spelled_out(column) && inherits_storage(column))) {
    statements.push_back(set_storage(column));
  }
  if (const std::string options = options_clause(column); column.is("inherited") && !options.empty()) {
    statements.push_back(alter_column(column, options.substr(1)));
  }
  if (column.has("statistics")) {
    statements.push_back({fmt::format("{} SET STATISTICS {}", alter_column_alone(column), column.text("statistics"))});
  }
  if (const auto with = column.in_order("with"); !with.empty()) {
    statements.push_back(alter_column(column, "SET (" + join_options(with) + ')'));
  }
  if (column.has("generated_here") && !computes_in_create(column) && !is_spelled_out(column)) {
    statements.push_back(set_expression(column));
  }
  if (column.has("not_null_comment")) statements.push_back(comment_on_not_null(column));
  if (column.has("identity_persistence")) statements.push_back(set_identity_persistence(column));
  return statements;
}

}  // namespace plumb
