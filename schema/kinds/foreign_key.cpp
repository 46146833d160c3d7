#include <algorithm>

#include <fmt/format.h>

#include "schema/file/naming.h"
#include "schema/kinds/constraint.h"
#include "schema/kinds/inherited.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

// A logged table cannot refer to one that is not (manual, CREATE TABLE, "UNLOGGED").
bool goes_unlogged(const View& key) { return key.parent()->kind() == Kind::table && key.parent()->is("unlogged"); }

enum Raw : std::size_t {
  columns,
  referenced_table,
  referenced_columns,
  match,
  on_update,
  on_delete,
  on_delete_columns,
  unvalidated_before_18,
  unvalidated_since_18,
  inherited
};

constexpr RawColumn raw[] = {
    {.sql = "c.conkey"},
    {.sql = "c.confrelid"},
    {.sql = "c.confkey"},
    {.sql = "c.confmatchtype"},
    {.sql = "c.confupdtype"},
    {.sql = "c.confdeltype"},
    {.sql = "c.confdelsetcols", .since = 150000},
    not_valid_before_18,
    not_valid_since_18,
    {.sql = "c.conparentid <> 0"},
};

std::string_view action(std::string_view code) {
  switch (code.empty() ? 'a' : code.front()) {
    case 'r':
      return "restrict";
    case 'c':
      return "cascade";
    case 'n':
      return "set null";
    case 'd':
      return "set default";
    default:
      return "no action";
  }
}

bool read(Reader& reader) {
  Names& names = reader.names();
  const Names::Relation* referenced = names.relation(reader.raw_oid(referenced_table));
  if (referenced == nullptr) return false;
  reader.set_list("columns", column_names(reader, reader.table(), reader.raw_text(columns)));
  reader.set("table", qualify(names.symbols().text(referenced->schema), names.symbols().text(referenced->name)));
  reader.set_list("referenced_columns",
                  column_names(reader, reader.raw_oid(referenced_table), reader.raw_text(referenced_columns)));
  reader.set("match", reader.raw_text(match) == "f" ? std::string_view{"full"} : std::string_view{"simple"});
  reader.set("on_update", action(reader.raw_text(on_update)));
  reader.set("on_delete", action(reader.raw_text(on_delete)));
  reader.set_list("on_delete_columns", column_names(reader, reader.table(), reader.raw_text(on_delete_columns)));
  reader.set("not_valid", reader.raw_true(unvalidated_before_18) || reader.raw_true(unvalidated_since_18));
  set_inherited_by_partition(reader, reader.raw_true(inherited));
  return true;
}

/// "(room, PERIOD during)": the period is the last column.
std::string column_list(const View& key, std::string_view attribute) {
  auto names = key.list(attribute);
  if (names.empty()) return {};
  if (!key.is("period")) return '(' + join_names(names) + ')';
  const std::string_view period = names.back();
  names.pop_back();
  return fmt::format("({}, PERIOD {})", join_names(names), quote_identifier(period));
}

std::string actions(const View& key) {
  std::string sql;
  if (key.text("match") != "simple") sql += " MATCH " + upper(key.text("match"));
  if (key.text("on_update") != "no action") sql += " ON UPDATE " + upper(key.text("on_update"));
  if (key.text("on_delete") != "no action") sql += " ON DELETE " + upper(key.text("on_delete"));
  if (const auto names = key.list("on_delete_columns"); !names.empty()) sql += " (" + join_names(names) + ')';
  return sql;
}

Statements create(const View& key, std::span<const std::string>) {
  if (key.is("inherited")) return {};  // it comes with the table, or with the link to it
  return add_constraint(
      key, fmt::format("CONSTRAINT {} FOREIGN KEY {} REFERENCES {}{}{}{}{}{}", quote_identifier(key.name()),
                       column_list(key, "columns"), key.text("table"), column_list(key, "referenced_columns"),
                       actions(key), deferral(key), key.is("not_enforced") ? " NOT ENFORCED" : "",
                       key.is("not_valid") ? " NOT VALID" : ""));
}

/// From PostgreSQL 18 on; what is enforced from now on is checked at once.
std::optional<Statements> alter_enforcement(const View& before, const View& after) {
  if (before.is("not_enforced") == after.is("not_enforced")) return alter_validation(before, after);
  if (after.is("not_valid")) return std::nullopt;
  return Statements{{fmt::format("{} ALTER CONSTRAINT {} {}", alter_table(after), quote_identifier(after.name()),
                                 after.is("not_enforced") ? "NOT ENFORCED" : "ENFORCED")}};
}

// A partition gets the key under the name that it has where it comes from, if that is free
// (CloneForeignKeyConstraints).
Statements finish(const View& key) {
  const auto source = original(key);
  if (!key.is("inherited") || !source || source->name() == key.name()) return {};
  const auto siblings = key.parent()->children(Kind::foreign_key);
  const bool is_taken =
      std::ranges::any_of(siblings, [&](const View& other) { return other.name() == source->name(); });
  const std::string given =
      is_taken ? make_object_name(key.table(), fmt::format("{}", fmt::join(key.list("columns"), "_")), "fkey")
               : std::string{source->name()};
  if (given == key.name()) return {};
  return {{fmt::format("{} RENAME CONSTRAINT {} TO {}", alter_table(key), quote_identifier(given),
                       quote_identifier(key.name()))}};
}

/// A key of a partition that bears the name of one that it is to inherit has it first, and the copy gets another.
std::vector<View> goes_behind(const View& key) {
  std::vector<View> own;
  for (const View& copy : heirs_of(key)) {
    for (const View& other : copy.parent()->children(Kind::foreign_key)) {
      if (!other.is("inherited") && other.name() == key.name()) own.push_back(other);
    }
  }
  return own;
}

std::optional<Statements> alter_deferral(const View&, const View& after) {
  const std::string_view words = after.is("initially_deferred") ? "DEFERRABLE INITIALLY DEFERRED"
                                 : after.is("deferrable")       ? "DEFERRABLE INITIALLY IMMEDIATE"
                                                                : "NOT DEFERRABLE";
  return Statements{
      {fmt::format("{} ALTER CONSTRAINT {} {}", alter_table(after), quote_identifier(after.name()), words)}};
}

constexpr AttributeRule with_alter(AttributeRule rule, Alter alter) {
  rule.alter = alter;
  return rule;
}

constexpr std::string_view matches[] = {"simple", "full"};
constexpr std::string_view action_words[] = {"no action", "restrict", "cascade", "set null", "set default"};

constexpr AttributeRule attributes[] = {
    {.key = "columns",
     .value = Value::names,
     .help = "columns that refer, in order",
     .required = true,
     .unless = "inherited"},
    {.key = "table", .help = "table that they refer to", .required = true, .unless = "inherited"},
    {.key = "referenced_columns",
     .value = Value::names,
     .help = "columns of that table, in order; its primary key when silent"},
    {.key = "match",
     .fallback = "simple",
     .help = "simple or full: whether some of the columns may be NULL",
     .choices = matches},
    {.key = "on_delete",
     .fallback = "no action",
     .help = "when the row referred to goes: no action, restrict, cascade, set null or set default",
     .choices = action_words},
    {.key = "on_update",
     .fallback = "no action",
     .help = "when the key referred to changes: no action, restrict, cascade, set null or set default",
     .choices = action_words},
    {.key = "on_delete_columns",
     .value = Value::names,
     .help = "the only columns that on_delete sets to null or to their default",
     .since = 150000},
    {.key = "period",
     .value = Value::boolean,
     .fallback = "false",
     .source = "c.conperiod",
     .help = "the last column is a range that the referenced ranges must cover",
     .since = 180000},
    with_alter(deferrable_rule, alter_deferral),
    with_alter(initially_deferred_rule, alter_deferral),
    with_alter(not_valid_rule, alter_enforcement),
    with_alter(not_enforced_rule, alter_enforcement),
    inherited_rule,
};

constexpr Kind tables[] = {Kind::table};
constexpr Kind column_kind[] = {Kind::column};
constexpr Alias table_words[] = {{.word = "references", .attribute = "table"}};
constexpr Alias column_words[] = {{.word = "columns", .attribute = "referenced_columns"}};
constexpr FileForm forms[] = {
    {.section = "foreign_keys", .within = tables, .default_name = "{table}_{columns}_fkey", .aliases = table_words},
    {.section = "references",
     .within = column_kind,
     .named = false,
     .short_form = "table",
     .default_name = "{table}_{columns}_fkey",
     .aliases = column_words,
     .owner_as = "columns"},
};

}  // namespace

extern const KindRules foreign_key_rules;
constinit const KindRules foreign_key_rules{
    .key = "foreign_key",
    .noun = "CONSTRAINT",
    .address = Address::table,
    .name_space = NameSpace::constraint,
    .address_sql = address_on_table,
    .rename = rename_part,
    .attributes = attributes,
    // Copies for the partitions of the referenced table are no objects of their own.
    .inspection = {.catalog = pg_constraint,
                   .oid = "c.oid",
                   .table = "c.conrelid",
                   .name = "c.conname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_constraint c
 where c.oid >= 16384
   and c.contype = 'f'
   and (c.conparentid = 0
        or c.conrelid <> (select p.conrelid
                            from pg_catalog.pg_constraint p
                           where p.oid = c.conparentid))
 order by c.conrelid, c.conname)",
                   .read = read},
    .forms = forms,
    .create = create,
    .finish_copy = finish,
    .comes_along = is_inherited,
    .drop = drop_constraint,
    .alters_parent_first = goes_unlogged,
    .carrier = carrier,
    .goes_behind = goes_behind,
    .follows = true,
};

}  // namespace plumb
