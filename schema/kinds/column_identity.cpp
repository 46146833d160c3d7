#include "schema/kinds/column_identity.h"

#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/core.h>

#include "schema/file/naming.h"
#include "schema/kinds/column_null.h"
#include "schema/kinds/inherited.h"
#include "schema/kinds/owned_sequence.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string identity_options(const View& column, std::string_view prefix) {
  std::string options;
  const auto add = [&](std::string_view words, std::string_view value) {
    if (!options.empty()) options += ' ';
    options.append(prefix).append(words).append(value);
  };
  if (column.has("identity_sequence") && prefix.empty()) {
    add("SEQUENCE NAME ", qualify(column.schema(), column.text("identity_sequence")));
  }
  add("INCREMENT BY ", column.text("identity_increment"));
  add("MINVALUE ", column.text("identity_minimum"));
  if (column.has("identity_maximum")) add("MAXVALUE ", column.text("identity_maximum"));
  add("START WITH ", column.text("identity_start"));
  add("CACHE ", column.text("identity_cache"));
  add(column.is("identity_cycle") ? "CYCLE" : "NO CYCLE", "");
  return options;
}

bool has_default_identity_options(const View& column) {
  return column.text("identity_start") == "1" && column.text("identity_increment") == "1" &&
         column.text("identity_minimum") == "1" && !column.has("identity_maximum") &&
         column.text("identity_cache") == "1" && !column.is("identity_cycle") && !column.has("identity_sequence");
}

Counting counting(const View& column) {
  const auto number = [&](std::string_view key, std::int64_t otherwise) {
    const std::string_view text = column.text(key);
    std::from_chars(text.data(), text.data() + text.size(), otherwise);
    return otherwise;
  };
  Counting found = default_counting(column.text("type"), !column.text("identity_increment").starts_with('-'));
  found.minimum = number("identity_minimum", found.minimum);
  found.maximum = number("identity_maximum", found.maximum);
  found.start = number("identity_start", found.start);
  return found;
}

/// Whether the sequence begins anew, because it cannot get its new bounds where it stands (`move_on`).
bool begins_anew(const View& before, const View& after) {
  const Counting from = counting(before);
  const Counting to = counting(after);
  return shuts_out(from, to) && !move_on("", from, to, "");
}

std::string identity_change(const View& before, const View& after) {
  std::string set = fmt::format("SET GENERATED {}", after.text("identity") == "always" ? "ALWAYS" : "BY DEFAULT");
  if (has_default_identity_options(before) && has_default_identity_options(after)) return set;
  set += ' ' + identity_options(after, "SET ");
  return after.has("identity_maximum") ? set : set + " SET NO MAXVALUE";
}

std::string identity_sequence(const View& column) {
  return column.has("identity_sequence") ? std::string{column.text("identity_sequence")}
                                         : usual_identity_sequence(column.table(), column.name());
}

void set_identity(const View& before, const View& after, Statements& statements) {
  const Counting from = counting(before);
  const Counting to = counting(after);
  if (shuts_out(from, to)) {
    // A new name comes later (`alter_identity_sequence`).
    const auto moves = move_on(identity_sequence_address(before), from, to, "");
    if (moves) statements.insert(statements.end(), moves->begin(), moves->end());
  }
  statements.push_back(alter_column(after, identity_change(before, after)));
}

}  // namespace

std::string identity(const View& column) {
  std::string sql =
      fmt::format("GENERATED {} AS IDENTITY", column.text("identity") == "always" ? "ALWAYS" : "BY DEFAULT");
  if (!has_default_identity_options(column)) sql += " (" + identity_options(column, "") + ')';
  return sql;
}

std::string usual_identity_sequence(std::string_view table, std::string_view column) {
  return make_object_name(table, column, "seq");
}

std::string identity_sequence_address(const View& column) {
  return qualify(column.schema(), identity_sequence(column));
}

Statement number_behind_rows(const View& column, const View& rows) {
  return go_on_behind_rows(identity_sequence_address(column), rows,
                           !column.text("identity_increment").starts_with('-'));
}

Statement set_identity_persistence(const View& column) {
  const bool is_own = column.has("identity_persistence");
  return set_logging(identity_sequence_address(column),
                     is_own ? column.text("identity_persistence") == "unlogged" : column.parent()->is("unlogged"));
}

// What is made anew is told by what makes it.
std::optional<Statements> alter_identity_persistence(const View& before, const View& after) {
  if (!before.has("identity") || !after.has("identity")) return Statements{};
  return Statements{set_identity_persistence(after)};
}

std::optional<Statements> alter_identity_sequence(const View& before, const View& after) {
  if (!before.has("identity") || !after.has("identity") || begins_anew(before, after)) {
    return Statements{};  // it is made anew, with its name
  }
  return Statements{{fmt::format("ALTER SEQUENCE {} RENAME TO {}", identity_sequence_address(before),
                                 quote_identifier(identity_sequence(after)))}};
}

// An identity column must be NOT NULL before it becomes one and as long as it is one.
std::optional<Statements> alter_null_and_identity(const View& before, const View& after) {
  if (before.is("inherited") != after.is("inherited") && !alter_inherited(before, after)) return std::nullopt;
  Statements statements;
  const bool was = before.has("identity");
  const bool is = after.has("identity");
  const bool is_new = is && (!was || begins_anew(before, after));
  // A change of the type drops it by itself, because few types can have one.
  const bool is_dropped = is_new || (!is && before.text("type") == after.text("type"));
  if (was && is_dropped) statements.push_back(alter_column(after, "DROP IDENTITY"));
  alter_not_null(before, after, statements);
  if (is_new) statements.push_back(alter_column(after, "ADD " + identity(after)));
  if (is_new && after.has("identity_persistence")) statements.push_back(set_identity_persistence(after));
  if (is_new) statements.push_back(number_behind_rows(after, after));
  if (was && is && !is_new) set_identity(before, after, statements);
  return statements;
}

}  // namespace plumb
