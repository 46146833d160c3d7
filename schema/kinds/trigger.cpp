#include <array>
#include <string>

#include <fmt/core.h>

#include "schema/kinds/deparsed.h"
#include "schema/kinds/extension_dependency.h"
#include "schema/kinds/words.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// "BEFORE UPDATE OF status" from "before update of status". An unquoted column that is called like one of the key
/// words may be written in either case too.
std::string upper_keywords(std::string_view timing) {
  constexpr std::array<std::string_view, 9> keywords{"before", "after",  "instead",  "of", "insert",
                                                     "delete", "update", "truncate", "or"};
  std::string sql{timing};
  for (const std::string_view keyword : keywords) {
    for (auto at = find_outside(sql, keyword); at != std::string::npos; at = find_outside(sql, keyword, at + 1)) {
      const auto is_edge = [&](std::size_t i) { return i >= sql.size() || sql[i] == ' ' || sql[i] == ','; };
      if ((at > 0 && !is_edge(at - 1)) || !is_edge(at + keyword.size())) continue;
      for (std::size_t i = at; i < at + keyword.size(); ++i) sql[i] = static_cast<char>(sql[i] - 'a' + 'A');
    }
  }
  return sql;
}

std::string deferral(const View& trigger) {
  if (!trigger.is("deferrable")) return {};
  return trigger.is("initially_deferred") ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
}

std::string transition_tables(const View& trigger) {
  std::string sql;
  if (trigger.has("old_table")) sql += " OLD TABLE AS " + quote_identifier(trigger.text("old_table"));
  if (trigger.has("new_table")) sql += " NEW TABLE AS " + quote_identifier(trigger.text("new_table"));
  return sql.empty() ? sql : " REFERENCING" + sql;
}

std::string definition(const View& trigger, std::string_view verb) {
  std::string sql = fmt::format("{} TRIGGER {} {} ON {}", verb, quote_identifier(trigger.name()),
                                upper_keywords(trigger.text("timing")), table_address(trigger));
  if (trigger.has("from")) sql.append(" FROM ").append(trigger.text("from"));
  sql += deferral(trigger) + transition_tables(trigger);
  sql += trigger.text("for_each") == "row" ? " FOR EACH ROW" : " FOR EACH STATEMENT";
  if (trigger.has("when")) sql += fmt::format(" WHEN ({})", trigger.sql("when"));
  return sql.append(" EXECUTE FUNCTION ").append(trigger.text("execute"));
}

Statements create(const View& trigger, std::span<const std::string>) {
  return {{definition(trigger, trigger.is("constraint") ? "CREATE CONSTRAINT" : "CREATE")}};
}

Statement enable(const View& trigger) {
  return {fmt::format("{} {} TRIGGER {}", alter_table(trigger), enabling_verb(trigger.text("enabled")),
                      quote_identifier(trigger.name()))};
}

Statements after_create(const View& trigger) {
  return trigger.text("enabled") == "origin" ? Statements{} : Statements{enable(trigger)};
}

// CREATE OR REPLACE TRIGGER enables the trigger, with its copies on partitions, and refuses constraint triggers
// (manual, CREATE TRIGGER, "Notes").
std::optional<Statements> replace(const View& before, const View& after) {
  if (before.is("constraint") || after.is("constraint")) return std::nullopt;
  Statements statements{{definition(after, "CREATE OR REPLACE")}};
  if (before.text("enabled") == after.text("enabled") && after.text("enabled") != "origin") {
    statements.push_back(enable(after));
  }
  keep_extension_dependencies(before, after, statements);
  return statements;
}

std::optional<Statements> alter_enabled(const View&, const View& after) { return Statements{enable(after)}; }

enum Raw : std::size_t { type, update_columns, function_schema, function_name, definition_text, referenced_table };

constexpr RawColumn raw[] = {
    {.sql = "t.tgtype"},
    {.sql = R"(case when t.tgattr::text <> ''
            then array(select pg_catalog.quote_ident(a.attname)
                         from pg_catalog.pg_attribute a
                        where a.attrelid = t.tgrelid
                          and a.attnum = any (t.tgattr)
                        order by pg_catalog.array_position(t.tgattr::pg_catalog.int2[], a.attnum)) end)"},
    {.sql = "p.pronamespace"},
    {.sql = "p.proname"},
    {.sql = "case when t.tgqual is not null or t.tgnargs > 0 then pg_catalog.pg_get_triggerdef(t.oid) end"},
    {.sql = "t.tgconstrrelid"},
};

/// The bits of pg_trigger.tgtype, as PostgreSQL's catalog/pg_trigger.h names them.
enum TypeBit : int {
  row = 1,
  before = 2,
  on_insert = 4,
  on_delete = 8,
  on_update = 16,
  on_truncate = 32,
  instead = 64
};

std::string timing(Reader& reader) {
  const int bits = to_integer(reader.raw_text(type));
  std::string text = (bits & before) != 0 ? "before" : (bits & instead) != 0 ? "instead of" : "after";
  const std::string columns = [&] {
    const auto names = array_elements(reader.raw_text(update_columns));
    const std::vector<std::string_view> views{names.begin(), names.end()};
    return views.empty() ? std::string{} : " of " + join(views, ", ");
  }();
  std::string_view separator = " ";
  const auto add = [&](TypeBit bit, std::string_view event) {
    if ((bits & bit) == 0) return;
    text.append(separator).append(event);
    separator = " or ";
  };
  add(on_insert, "insert");
  add(on_delete, "delete");
  add(on_update, "update" + columns);
  add(on_truncate, "truncate");
  return text;
}

/// WHEN and the arguments come from pg_get_triggerdef: pg_get_expr knows no OLD and NEW, and tgargs is a bytea in the
/// encoding of the server.
void read_definition(Reader& reader, std::string_view sql) {
  constexpr std::string_view execute = " EXECUTE FUNCTION ";
  constexpr std::string_view when = " WHEN (";
  if (const auto at = find_outside(sql, when); at != std::string_view::npos) {
    const auto begin = at + when.size();
    const auto end = find_outside(sql, ")", begin);
    reader.set("when", sql.substr(begin, end - begin));
  }
  const auto call = find_outside(sql, execute);
  const auto arguments = call == std::string_view::npos ? call : find_outside(sql, "(", call);
  const Symbols& symbols = reader.names().symbols();
  const auto schema = symbols.text(reader.names().schema(reader.raw_oid(function_schema)));
  const auto name = reader.raw_text(function_name);
  std::string text = schema == "pg_catalog" ? quote_identifier(name) : qualify(schema, name);
  reader.set("execute", text.append(arguments == std::string_view::npos ? "()" : sql.substr(arguments)));
}

bool read(Reader& reader) {
  reader.set("timing", timing(reader));
  const bool for_each_row = (to_integer(reader.raw_text(type)) & row) != 0;
  reader.set("for_each", std::string_view{for_each_row ? "row" : "statement"});
  read_definition(reader, reader.raw_text(definition_text));
  if (const auto* referenced = reader.names().relation(reader.raw_oid(referenced_table))) {
    const Symbols& symbols = reader.names().symbols();
    reader.set("from", qualify(symbols.text(referenced->schema), symbols.text(referenced->name)));
  }
  return true;
}

constexpr std::string_view levels[] = {"row", "statement"};

constexpr AttributeRule attributes[] = {
    {.key = "timing",
     .help = "when and at which events, as in \"before insert or update of status\"",
     .alter = replace,
     .disturbs = Disturbs::dependents,
     .required = true},
    {.key = "for_each",
     .fallback = "statement",
     .help = "row or statement",
     .choices = levels,
     .alter = replace,
     .disturbs = Disturbs::dependents},
    {.key = "when",
     .value = Value::expression,
     .help = "condition on OLD and NEW without which it does nothing",
     .alter = replace,
     .disturbs = Disturbs::dependents},
    {.key = "execute",
     .help = "the function with its arguments, as in \"app.touch('updated_at')\"",
     .alter = replace,
     .disturbs = Disturbs::dependents,
     .required = true},
    {.key = "constraint",
     .value = Value::boolean,
     .fallback = "false",
     .source = "t.tgconstraint <> 0",
     .help = "is a constraint trigger, which may be deferred"},
    {.key = "deferrable",
     .value = Value::boolean,
     .fallback = "false",
     .source = "t.tgdeferrable",
     .help = "SET CONSTRAINTS may put a constraint trigger off to the commit",
     .alter = replace,
     .disturbs = Disturbs::dependents},
    {.key = "initially_deferred",
     .value = Value::boolean,
     .fallback = "false",
     .source = "t.tginitdeferred",
     .help = "runs at the commit unless SET CONSTRAINTS says else",
     .alter = replace,
     .disturbs = Disturbs::dependents},
    {.key = "from",
     .help = "the other table of a constraint trigger that works as a foreign key",
     .alter = replace,
     .disturbs = Disturbs::dependents},
    {.key = "old_table",
     .source = "t.tgoldtable",
     .help = "name of the table of the rows before",
     .alter = replace,
     .disturbs = Disturbs::dependents},
    {.key = "new_table",
     .source = "t.tgnewtable",
     .help = "name of the table of the rows after",
     .alter = replace,
     .disturbs = Disturbs::dependents},
    {.key = "enabled",
     .fallback = "origin",
     .source = "case t.tgenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end",
     .help = "origin, replica or always: by session_replication_role; or disabled",
     .choices = enabling_words,
     .alter = alter_enabled,
     .disturbs = Disturbs::dependents},
};

constexpr Kind owners[] = {Kind::table, Kind::view, Kind::foreign_table};
constexpr FileForm forms[] = {{.section = "triggers", .within = owners}};

}  // namespace

extern const KindRules trigger_rules;
constinit const KindRules trigger_rules{
    .key = "trigger",
    .noun = "TRIGGER",
    .address = Address::table,
    .address_sql = address_on_table,
    .rename = rename_object,
    .attributes = attributes,
    // The copies of a trigger on the partitions of its table (tgparentid) belong to it; see partition_trigger.
    .inspection = {.catalog = pg_trigger,
                   .oid = "t.oid",
                   .table = "t.tgrelid",
                   .name = "t.tgname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_trigger t
  join pg_catalog.pg_proc p on p.oid = t.tgfoid
 where t.oid >= 16384
   and not t.tgisinternal
   and t.tgparentid = 0
 order by t.tgrelid, t.tgname)",
                   .read = read},
    .forms = forms,
    .create = create,
    .after_create = after_create,
    .dies_with_parent = true,
};

}  // namespace plumb
