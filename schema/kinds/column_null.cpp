#include "schema/kinds/column_null.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <fmt/core.h>

#include "schema/file/naming.h"
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

// Until 17, DROP NOT NULL takes the same from those who inherit the column, also what is their own. From 18 on, it
// leaves what partitions have merged with it.
void keep_not_null_of_heirs(const View& before, const Catalog& after, Statements& statements) {
  for (const View& heir : heirs_of(before)) {
    if (is_remade(heir, after)) continue;
    const Object* still_there = after.find(heir.object().identity);
    if (still_there != nullptr && View{after, *still_there}.is("not_null")) {
      statements.push_back(set_not_null({after, *still_there}));
    } else {
      if (still_there != nullptr && heir.is("not_null_merged"))
        statements.push_back(alter_column(heir, "DROP NOT NULL"));
      keep_not_null_of_heirs(heir, after, statements);
    }
  }
}

bool is_in_primary_key(const View& column) {
  return std::ranges::any_of(column.parent()->children(Kind::primary_key), [&](const View& key) {
    const auto columns = key.list("columns");
    return std::ranges::find(columns, column.name()) != columns.end();
  });
}

// From 18 on, a NOT NULL that a column had before it inherited one stays its own.
void give_up_not_null_of_heirs(const View& before, const Catalog& after, Statements& statements) {
  if (after.version() < 180000) return;
  for (const View& heir : heirs_of(before)) {
    const Object* still_there = after.find(heir.object().identity);
    if (still_there == nullptr || is_remade(heir, after) || !heir.is("not_null")) continue;
    const View heir_after{after, *still_there};
    if (heir_after.is("not_null") || heir_after.is("not_null_merged") || is_in_primary_key(heir)) continue;
    statements.push_back(alter_column(heir, "DROP NOT NULL"));
  }
}

// What heirs had inherited stays with them as their own.
void leave_heirs_without(const View& before, const Catalog& after, Statements& statements) {
  for (const View& heir : heirs_of(before)) {
    const Object* still_there = after.find(heir.object().identity);
    if (still_there == nullptr || is_remade(heir, after) || refuses_null({after, *still_there})) continue;
    statements.push_back(alter_column(heir, "DROP NOT NULL"));
  }
}

bool is_given_not_null(const View& column) {
  const auto source = original(column);
  return source && refuses_null(*source) && !source->is("not_null_no_inherit");
}

/// What the NOT NULL of a column is called, be it its own or inherited.
std::string not_null_name(const View& column) {
  if (column.has("not_null_name")) return std::string{column.text("not_null_name")};
  if (!column.is("not_null") && column.has("not_null_inherited_name")) {
    return std::string{column.text("not_null_inherited_name")};
  }
  const bool is_parents = column.is("inherited") || !column.is("not_null");
  return is_parents && is_given_not_null(column) ? not_null_name(*original(column))
                                                 : usual_not_null(column.table(), column.name());
}

bool keeps_its_link(const View& column, const Catalog& after) {
  const Object* link = link_to(column, *original(column));
  return link != nullptr && after.contains(link->identity);
}

/// Whether what inherits the column, and still does afterwards, calls its NOT NULL otherwise, which keeps PostgreSQL
/// from renaming it.
bool is_called_otherwise_by_heirs(const View& column, const Catalog& after) {
  return std::ranges::any_of(heirs_of(column), [&](const View& heir) {
    const Object* link = link_to(heir, column);
    if (link == nullptr || !after.contains(link->identity) || !refuses_null(heir)) return false;
    return not_null_name(heir) != not_null_name(column) || is_called_otherwise_by_heirs(heir, after);
  });
}

/// From PostgreSQL 18 on, a column that inherits its NOT NULL gets its parent's name for it too, unless it says its
/// own. A partition that outlives its parent keeps the name taken, so that a new parent would get another one; the
/// same may be so of other tables, where a comment is to find it under its name.
bool says_name(const View& column) {
  if (column.has("not_null_name") || column.has("not_null_comment") || column.has("not_null_inherited_name"))
    return true;
  return column.catalog().version() >= 180000 && (column.is("inherited") || !heirs_of(column).empty());
}

Statement comment_on_not_null(const View& column, std::string_view name) {
  return {fmt::format("COMMENT ON CONSTRAINT {} ON {} IS {}", quote_identifier(name), table_address(column),
                      column.has("not_null_comment") ? quote_literal(column.text("not_null_comment")) : "NULL")};
}

// ALTER FOREIGN TABLE has no words for it.
Statement rename_not_null(const View& column, std::string_view old_name, std::string_view new_name) {
  return {fmt::format("ALTER TABLE {} RENAME CONSTRAINT {} TO {}", table_address(column), quote_identifier(old_name),
                      quote_identifier(new_name))};
}

/// A column that begins or ends to inherit its NOT NULL has it under another name from then on (PostgreSQL 18); it is
/// renamed while it inherits nothing, as PostgreSQL refuses that otherwise.
void rename_not_null_of_partition(const View& before, const View& after, Statements& statements) {
  if (after.catalog().version() < 180000 || before.is("inherited") == after.is("inherited")) return;
  if (has_fixed_not_null_name(before, after)) return;
  const std::string old_name = not_null_name(before);
  const std::string new_name = not_null_name(after);
  if (old_name != new_name) statements.push_back(rename_not_null(after, old_name, new_name));
}

// Where an heir needs its own for a primary key, PostgreSQL refuses to drop both; a partitioned table cannot be told
// alone. From 18 on, what heirs had inherited stays as their own then, under the name of their parent's.
void drop_not_null(const View& before, const View& after, Statements& statements) {
  const auto heirs = heirs_of(before);
  const bool may_be_alone = !heirs.empty() && !partition_of(heirs.front());
  const bool must_be_alone = after.catalog().version() < 180000 || std::ranges::any_of(heirs, is_in_primary_key);
  if (!may_be_alone || !must_be_alone) {
    statements.push_back(alter_column(after, "DROP NOT NULL"));
    return keep_not_null_of_heirs(before, after.catalog(), statements);
  }
  statements.push_back({fmt::format("ALTER TABLE ONLY {} ALTER COLUMN {} DROP NOT NULL", table_address(after),
                                    quote_identifier(after.name()))});
  for (const View& heir : heirs) {
    const Object* still_there = after.catalog().find(heir.object().identity);
    if (still_there == nullptr || is_remade(heir, after.catalog())) continue;
    const View heir_after{after.catalog(), *still_there};
    if (!refuses_null(heir_after)) drop_not_null(heir, heir_after, statements);
  }
}

/// Whether the column goes on to inherit its NOT NULL (PostgreSQL 18).
bool is_inherited_by_both(const View& before, const View& after) {
  return after.catalog().version() >= 180000 && is_given_not_null(before) && is_given_not_null(after) &&
         keeps_its_link(before, after.catalog());
}

void alter_not_null(const View& before, const View& after, Statements& statements) {
  if (!refuses_null(after)) {
    if (!refuses_null(before)) return;
    return drop_not_null(before, after, statements);
  }
  if (!refuses_null(before)) {
    give_up_not_null_of_heirs(before, after.catalog(), statements);
    statements.push_back(set_not_null(after));
    return;
  }
  rename_not_null_of_partition(before, after, statements);
  if (!before.is("not_null") && after.is("not_null") && is_inherited_by_both(before, after)) {
    statements.push_back(alter_column(after, "SET NOT NULL"));
  }
  if (!before.is("not_null") || !after.is("not_null")) return;
  if (after.is("not_null_not_valid") && !before.is("not_null_not_valid")) {
    statements.push_back(alter_column(after, "DROP NOT NULL"));
    statements.push_back(set_not_null(after));
    if (after.has("not_null_comment")) statements.push_back(comment_on_not_null(after));
    return;
  }
  const std::string name = quote_identifier(not_null_name(after));
  const auto alter = [&](const std::string& words) { statements.push_back({alter_table(after) + ' ' + words}); };
  if (before.is("inherited") == after.is("inherited") && not_null_name(before) != not_null_name(after) &&
      !has_fixed_not_null_name(before, after)) {
    statements.push_back(rename_not_null(after, not_null_name(before), not_null_name(after)));
  }
  if (before.is("not_null_no_inherit") != after.is("not_null_no_inherit")) {
    if (!after.is("not_null_no_inherit")) give_up_not_null_of_heirs(before, after.catalog(), statements);
    alter(fmt::format("ALTER CONSTRAINT {} {}", name, after.is("not_null_no_inherit") ? "NO INHERIT" : "INHERIT"));
    if (after.is("not_null_no_inherit")) leave_heirs_without(before, after.catalog(), statements);
  }
  if (before.is("not_null_not_valid") && !after.is("not_null_not_valid")) alter("VALIDATE CONSTRAINT " + name);
}

/// PostgreSQL refuses bounds that shut out the current value, which is the start of a sequence that was never used.
bool shuts_out(const View& after, std::string_view value) {
  const auto number = [](std::string_view text) {
    std::int64_t parsed = 0;
    std::from_chars(text.data(), text.data() + text.size(), parsed);
    return parsed;
  };
  return number(value) < number(after.text("identity_minimum")) ||
         (after.has("identity_maximum") && number(value) > number(after.text("identity_maximum")));
}

std::string set_identity(const View& before, const View& after) {
  std::string set = fmt::format("SET GENERATED {}", after.text("identity") == "always" ? "ALWAYS" : "BY DEFAULT");
  if (has_default_identity_options(before) && has_default_identity_options(after)) return set;
  set += ' ' + identity_options(after, "SET ");
  return after.has("identity_maximum") ? set : set + " SET NO MAXVALUE";
}

std::string identity_sequence(const View& column) {
  return column.has("identity_sequence") ? std::string{column.text("identity_sequence")}
                                         : usual_identity_sequence(column.table(), column.name());
}

}  // namespace

std::string usual_not_null(std::string_view table, std::string_view column) {
  return make_object_name(table, column, "not_null");
}

bool refuses_null(const View& column) { return column.is("not_null") || is_given_not_null(column); }

bool has_fixed_not_null_name(const View& before, const View& after) {
  if (after.catalog().version() < 180000) return false;
  return is_inherited_by_both(before, after) || is_called_otherwise_by_heirs(before, after.catalog());
}

bool keeps_own_not_null(const View& before, const View& after) {
  return before.is("not_null") && !after.is("not_null") && is_inherited_by_both(before, after);
}

std::string not_null(const View& column, std::string_view subject) {
  std::string sql;
  if (says_name(column)) sql = fmt::format("CONSTRAINT {} ", quote_identifier(not_null_name(column)));
  return sql.append("NOT NULL")
      .append(subject)
      .append(column.is("not_null_no_inherit") ? " NO INHERIT" : "")
      .append(column.is("not_null_not_valid") ? " NOT VALID" : "");
}

Statement set_not_null(const View& column) {
  const bool is_plain =
      !column.is("not_null") || (!column.has("not_null_name") && !column.has("not_null_comment") &&
                                 !column.is("not_null_no_inherit") && !column.is("not_null_not_valid"));
  if (is_plain) return alter_column(column, "SET NOT NULL");
  return {fmt::format("{} ADD {}", alter_table(column), not_null(column, ' ' + quote_identifier(column.name())))};
}

std::optional<Statement> rename_inherited_not_null(const View& column) {
  const auto source = original(column);
  const bool is_inherited_alone = !column.is("not_null") && !column.is("not_null_merged");
  if (!source || !is_inherited_alone || !column.has("not_null_inherited_name")) return std::nullopt;
  return rename_not_null(column, not_null_name(*source), column.text("not_null_inherited_name"));
}

std::optional<Statements> alter_not_null_comment(const View& before, const View& after) {
  if (!after.is("not_null")) return Statements{};
  return Statements{comment_on_not_null(after, not_null_name(has_fixed_not_null_name(before, after) ? before : after))};
}

Statement comment_on_not_null(const View& column) { return comment_on_not_null(column, not_null_name(column)); }

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
  if (!before.has("identity") || !after.has("identity") || shuts_out(after, before.text("identity_start"))) {
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
  const bool is_new = is && (!was || shuts_out(after, before.text("identity_start")));
  // A change of the type drops it by itself, because few types can have one.
  const bool is_dropped = is_new || (!is && before.text("type") == after.text("type"));
  if (was && is_dropped) statements.push_back(alter_column(after, "DROP IDENTITY"));
  alter_not_null(before, after, statements);
  if (is_new) statements.push_back(alter_column(after, "ADD " + identity(after)));
  if (is_new && after.has("identity_persistence")) statements.push_back(set_identity_persistence(after));
  if (is_new && !was) statements.push_back(number_behind_rows(after, after));
  if (was && is && !is_new) statements.push_back(alter_column(after, set_identity(before, after)));
  return statements;
}

}  // namespace plumb
