#include <fmt/core.h>

#include "schema/kinds/column_rebind.h"
#include "schema/kinds/column_type.h"
#include "schema/kinds/foreign_options.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statement change(const View& column, std::string_view what) {
  return {fmt::format("{} ALTER COLUMN {} {}", alter_table(column), quote_identifier(column.name()), what)};
}

// ---- creating -----------------------------------------------------------------------------------------------------

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

std::string identity(const View& column) {
  std::string sql =
      fmt::format("GENERATED {} AS IDENTITY", column.text("identity") == "always" ? "ALWAYS" : "BY DEFAULT");
  if (!has_default_identity_options(column)) sql += " (" + identity_options(column, "") + ')';
  return sql;
}

std::string part_of_create(const View& column) {
  std::string sql = fmt::format("{} {}", quote_identifier(column.name()), column.sql("type"));
  if (column.has("compression")) sql += fmt::format(" COMPRESSION {}", column.text("compression"));
  sql += options_clause(column);
  if (column.has("collation")) sql += fmt::format(" COLLATE {}", column.text("collation"));
  if (column.has("generated")) {
    sql += fmt::format(" GENERATED ALWAYS AS ({}) {}", column.sql("generated"),
                       column.is("virtual") ? "VIRTUAL" : "STORED");
  }
  if (column.has("identity")) sql += ' ' + identity(column);
  if (column.is("not_null")) sql += " NOT NULL";
  return sql;
}

Statements create(const View& column, std::span<const std::string> parts) {
  std::string sql = fmt::format("{} ADD COLUMN {}", alter_table(column), part_of_create(column));
  for (const std::string& part : parts) sql += ' ' + part;
  return {{sql}};
}

// CREATE TABLE takes STORAGE from 16 on only, and the other two never.
Statements after_create(const View& column) {
  Statements statements;
  if (column.has("storage"))
    statements.push_back(change(column, fmt::format("SET STORAGE {}", column.text("storage"))));
  if (column.has("statistics")) {
    statements.push_back(change(column, fmt::format("SET STATISTICS {}", column.text("statistics"))));
  }
  if (const auto with = column.list("with"); !with.empty()) {
    statements.push_back(change(column, "SET (" + join_options(with) + ')'));
  }
  return statements;
}

/// The values of a foreign table stand elsewhere.
bool holds_values(const View& column) { return column.parent()->kind() != Kind::foreign_table; }

Statements drop(const View& column) {
  return {{fmt::format("{} DROP COLUMN {}", alter_table(column), quote_identifier(column.name())), Transaction::any,
           column.has("generated") || !holds_values(column) ? "" : "drop-column"}};
}

// ---- altering -----------------------------------------------------------------------------------------------------

std::optional<Statements> alter_type(const View& before, const View& after) {
  const Conversion conversion = convert(before.text("type"), after.text("type"));
  Statement type = change(after, fmt::format("TYPE {}", after.sql("type")));
  if (after.has("collation")) type.sql += fmt::format(" COLLATE {}", after.text("collation"));
  if (!holds_values(after)) return Statements{type};
  if (conversion.may_lose) type.consent = "change-type";
  if (!conversion.needs_using) return Statements{type};
  type.sql += fmt::format(" USING {}{}::{}", quote_identifier(after.name()), conversion.through_text ? "::text" : "",
                          after.sql("type"));
  // USING does not convert the default, and PostgreSQL refuses when it cannot cast it by itself.
  Statements statements;
  const auto old_default = before.children(Kind::default_value);
  if (!old_default.empty()) statements.push_back(change(after, "DROP DEFAULT"));
  statements.push_back(type);
  const auto new_default = after.children(Kind::default_value);
  if (!old_default.empty() && !new_default.empty()) {
    statements.push_back(change(after, fmt::format("SET DEFAULT {}", new_default.front().sql("expression"))));
  }
  return statements;
}

// An identity column must be NOT NULL before it becomes one and as long as it is one.
std::optional<Statements> alter_null_and_identity(const View& before, const View& after) {
  Statements statements;
  const bool was = before.has("identity");
  const bool is = after.has("identity");
  if (was && !is) statements.push_back(change(after, "DROP IDENTITY"));
  if (before.is("not_null") != after.is("not_null")) {
    statements.push_back(change(after, after.is("not_null") ? "SET NOT NULL" : "DROP NOT NULL"));
  }
  if (!was && is) statements.push_back(change(after, "ADD " + identity(after)));
  if (was && is) {
    std::string set = fmt::format("SET GENERATED {}", after.text("identity") == "always" ? "ALWAYS" : "BY DEFAULT");
    if (!has_default_identity_options(before) || !has_default_identity_options(after)) {
      set += ' ' + identity_options(after, "SET ");
      if (!after.has("identity_maximum")) set += " SET NO MAXVALUE";
    }
    statements.push_back(change(after, set));
  }
  return statements;
}

std::optional<Statements> alter_generated(const View& before, const View& after) {
  if (!after.has("generated") && !before.is("virtual")) return Statements{change(after, "DROP EXPRESSION")};
  return std::nullopt;
}

// SET STORAGE DEFAULT exists from 16 on only; of the built-in types these start with `main` (pg_type.typstorage).
std::string_view usual_storage(std::string_view type) {
  return type.starts_with("numeric") || type == "inet" || type == "cidr" ? "main" : "extended";
}

std::optional<Statements> alter_storage(const View&, const View& after) {
  const auto storage = after.has("storage") ? after.text("storage") : usual_storage(after.text("type"));
  return Statements{change(after, fmt::format("SET STORAGE {}", storage))};
}

std::optional<Statements> alter_compression(const View&, const View& after) {
  return Statements{change(
      after, fmt::format("SET COMPRESSION {}", after.has("compression") ? after.text("compression") : "default"))};
}

std::optional<Statements> alter_statistics(const View&, const View& after) {
  return Statements{
      change(after, fmt::format("SET STATISTICS {}", after.has("statistics") ? after.text("statistics") : "-1"))};
}

std::optional<Statements> alter_options(const View& before, const View& after) {
  return change_options(before, after, "with", change(after, "").sql);
}

std::optional<Statements> alter_foreign_options(const View& before, const View& after) {
  return Statements{change(after, options_change(before, after))};
}

// ---- reading ------------------------------------------------------------------------------------------------------

enum Raw : std::size_t { relation_kind, type, collation, type_collation, is_local, is_generated, sequence, options };

constexpr RawColumn raw[] = {
    {.sql = "c.relkind"},    {.sql = "a.atttypid"},     {.sql = "a.attcollation"}, {.sql = "t.typcollation"},
    {.sql = "a.attislocal"}, {.sql = "a.attgenerated"}, {.sql = "q.sequence"},     {.sql = "a.attoptions"},
};

// Servers from 15.20 on keep a number of their own among the options, which pg_dump leaves out too.
std::vector<std::string> column_options(std::string_view text) {
  auto all = array_elements(text);
  std::erase_if(all, [](const std::string& option) { return option.starts_with("pg_attver="); });
  return all;
}

bool read(Reader& reader) {
  Names& names = reader.names();
  const Oid own_collation = reader.raw_oid(collation);
  names.set_column(reader.table(), reader.sub(), {reader.identity().name, reader.raw_oid(type), own_collation});
  const char relation = reader.raw_text(relation_kind)[0];
  if ((relation != 'r' && relation != 'p' && relation != 'f') || !reader.raw_true(is_local)) return false;
  if (own_collation != 0 && own_collation != reader.raw_oid(type_collation)) {
    if (const auto* found = names.collation(own_collation)) {
      const Symbols& symbols = names.symbols();
      reader.set("collation", symbols.text(found->schema) == "pg_catalog"
                                  ? quote_identifier(symbols.text(found->name))
                                  : qualify(symbols.text(found->schema), symbols.text(found->name)));
    }
  }
  reader.set_list("with", column_options(reader.raw_text(options)));
  if (reader.raw_text(is_generated) == "v") reader.set("virtual", true);
  const auto sequence_name = reader.raw_text(sequence);
  const Symbols& symbols = names.symbols();
  const auto usual =
      fmt::format("{}_{}_seq", symbols.text(reader.identity().table), symbols.text(reader.identity().name));
  if (!sequence_name.empty() && sequence_name != usual) reader.set("identity_sequence", sequence_name);
  return true;
}

constexpr std::string_view storage_name = R"(
  case a.attstorage when t.typstorage then null
                    when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end)";

constexpr std::string_view maximum = R"(
  nullif(q.maximum, case a.atttypid when 21 then 32767 when 23 then 2147483647 else 9223372036854775807 end))";

constexpr AttributeRule attributes[] = {
    {.key = "type",
     .source = "pg_catalog.format_type(a.atttypid, a.atttypmod)",
     .help = "data type, as in \"varchar(20)\" or \"vector(384)\"",
     .alter = alter_type,
     .disturbs = Disturbs::dependents,
     .required = true},
    {.key = "collation",
     .help = "collation; that of the type when silent",
     .alter = alter_type,
     .disturbs = Disturbs::dependents},
    {.key = "generated",
     .value = Value::expression,
     .source = R"(
  case when a.attgenerated <> ''
       then (select pg_catalog.pg_get_expr(d.adbin, d.adrelid)
               from pg_catalog.pg_attrdef d
              where d.adrelid = a.attrelid
                and d.adnum = a.attnum) end)",
     .help = "expression that the value is computed from",
     .alter = alter_generated},
    {.key = "virtual",
     .value = Value::boolean,
     .fallback = "false",
     .help = "a generated value is computed when read instead of stored (PostgreSQL 18)"},
    {.key = "not_null",
     .value = Value::boolean,
     .fallback = "false",
     .source = "a.attnotnull",
     .help = "refuses NULL",
     .alter = alter_null_and_identity},
    {.key = "identity",
     .source = "case a.attidentity when 'a' then 'always' when 'd' then 'by default' end",
     .help = "values come from a sequence of the column's own: \"always\" or \"by default\"",
     .alter = alter_null_and_identity},
    {.key = "identity_sequence", .help = "name of that sequence; table_column_seq when silent"},
    {.key = "identity_start",
     .value = Value::integer,
     .fallback = "1",
     .source = "q.start",
     .help = "first value of the sequence",
     .alter = alter_null_and_identity},
    {.key = "identity_increment",
     .value = Value::integer,
     .fallback = "1",
     .source = "q.increment",
     .help = "step of the sequence",
     .alter = alter_null_and_identity},
    {.key = "identity_minimum",
     .value = Value::integer,
     .fallback = "1",
     .source = "q.minimum",
     .help = "lowest value of the sequence",
     .alter = alter_null_and_identity},
    {.key = "identity_maximum",
     .value = Value::integer,
     .source = maximum,
     .help = "highest value of the sequence; that of the type when silent",
     .alter = alter_null_and_identity},
    {.key = "identity_cache",
     .value = Value::integer,
     .fallback = "1",
     .source = "q.cache",
     .help = "how many values a session fetches at once",
     .alter = alter_null_and_identity},
    {.key = "identity_cycle",
     .value = Value::boolean,
     .fallback = "false",
     .source = "q.cycle",
     .help = "starts again at the other end",
     .alter = alter_null_and_identity},
    {.key = "storage",
     .source = storage_name,
     .help = "TOAST strategy: plain, external, extended or main",
     .alter = alter_storage},
    {.key = "compression",
     .source = "case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end",
     .help = "compression of large values: pglz or lz4",
     .alter = alter_compression},
    {.key = "statistics",
     .value = Value::integer,
     .source = "nullif(a.attstattarget, -1)",
     .help = "statistics target of ANALYZE",
     .alter = alter_statistics},
    {.key = "with", .value = Value::options, .help = "options, as in {n_distinct: -0.5}", .alter = alter_options},
    foreign_options_rule("a.attfdwoptions",
                         "what the wrapper of a foreign table wants to know, as in {column_name: id}",
                         alter_foreign_options),
};

constexpr Kind owners[] = {Kind::table, Kind::foreign_table};
constexpr FileForm forms[] = {{.section = "columns", .within = owners, .short_form = "type"}};

}  // namespace

extern const KindRules column_rules;
constinit const KindRules column_rules{
    .key = "column",
    .noun = "COLUMN",
    .address = Address::table,
    .attributes = attributes,
    .inspection = {.catalog = 1259,
                   .oid = "a.attrelid",
                   .sub = "a.attnum",
                   .table = "a.attrelid",
                   .name = "a.attname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'f', 'm', 'v')
  join pg_catalog.pg_type t on t.oid = a.atttypid
  left join (select o.refobjid as relation, o.refobjsubid as number, r.relname as sequence,
                    s.seqstart as start, s.seqincrement as increment, s.seqmin as minimum,
                    s.seqmax as maximum,
                    s.seqcache as cache, s.seqcycle as cycle
               from pg_catalog.pg_sequence s
               join pg_catalog.pg_class r on r.oid = s.seqrelid
               join pg_catalog.pg_depend o on o.classid = 1259 and o.objid = s.seqrelid and o.objsubid = 0
                                          and o.refclassid = 1259 and o.deptype = 'i') q
         on a.attidentity <> '' and q.relation = a.attrelid and q.number = a.attnum
 where a.attrelid >= 16384
   and a.attnum > 0
   and not a.attisdropped
 order by a.attrelid, a.attnum)",
                   .read = read},
    .forms = forms,
    .create = create,
    .after_create = after_create,
    .drop = drop,
    .part_of_create = part_of_create,
    .address_sql = [](const View& column) { return table_address(column) + '.' + quote_identifier(column.name()); },
    .dies_with_parent = true,
    .ordered = true,
    .interface = true,
    .rebind = rebind_column,
};

}  // namespace plumb
