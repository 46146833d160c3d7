#include <fmt/core.h>

#include "schema/kinds/inheritance.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string statement(const View& table, std::string_view change) {
  return fmt::format("ALTER TABLE {} {}", address(table), change);
}

Statements create(const View& table, std::span<const std::string> parts) {
  std::string sql{table.is("unlogged") ? "CREATE UNLOGGED TABLE " : "CREATE TABLE "};
  sql += address(table);
  const std::vector<std::string_view> lines{parts.begin(), parts.end()};
  const std::string body = lines.empty() ? "()" : "(\n  " + join(lines, ",\n  ") + "\n)";
  if (table.has("partition_of")) {
    sql += fmt::format(" PARTITION OF {}{} {}", table.text("partition_of"), lines.empty() ? "" : " " + body,
                       table.text("bound"));
  } else {
    sql += ' ' + body;
  }
  if (const auto inherits = table.list("inherits"); !inherits.empty())
    sql += " INHERITS (" + join(inherits, ", ") + ')';
  if (table.has("partition_by")) sql += fmt::format(" PARTITION BY {}", table.text("partition_by"));
  if (table.has("using")) sql += fmt::format(" USING {}", quote_identifier(table.text("using")));
  if (const auto with = table.list("with"); !with.empty()) sql += " WITH (" + join_options(with) + ')';
  if (table.has("tablespace")) sql += fmt::format(" TABLESPACE {}", quote_identifier(table.text("tablespace")));
  return {{sql}};
}

Statements after_create(const View& table) {
  Statements statements;
  if (table.is("row_security")) statements.push_back({statement(table, "ENABLE ROW LEVEL SECURITY")});
  if (table.is("force_row_security")) statements.push_back({statement(table, "FORCE ROW LEVEL SECURITY")});
  return statements;
}

std::optional<Statements> alter_logging(const View&, const View& after) {
  return Statements{{statement(after, after.is("unlogged") ? "SET UNLOGGED" : "SET LOGGED")}};
}

std::optional<Statements> alter_options(const View& before, const View& after) {
  return change_options(before, after, "with", "ALTER TABLE " + address(after));
}

// Before 15 the access method of a table could not be changed.
std::optional<Statements> alter_method(const View&, const View& after) {
  if (after.catalog().version() < 150000) return std::nullopt;
  return Statements{
      {statement(after, fmt::format("SET ACCESS METHOD {}",
                                    quote_identifier(after.has("using") ? after.text("using") : "heap")))}};
}

std::optional<Statements> alter_tablespace(const View&, const View& after) {
  const auto tablespace = after.has("tablespace") ? after.text("tablespace") : "pg_default";
  return Statements{{statement(after, fmt::format("SET TABLESPACE {}", quote_identifier(tablespace)))}};
}

std::optional<Statements> alter_row_security(const View& before, const View& after) {
  Statements statements;
  if (before.is("row_security") != after.is("row_security")) {
    statements.push_back(
        {statement(after, after.is("row_security") ? "ENABLE ROW LEVEL SECURITY" : "DISABLE ROW LEVEL SECURITY")});
  }
  if (before.is("force_row_security") != after.is("force_row_security")) {
    statements.push_back({statement(
        after, after.is("force_row_security") ? "FORCE ROW LEVEL SECURITY" : "NO FORCE ROW LEVEL SECURITY")});
  }
  return statements;
}

// A table that uses a type by itself has a column of it that it inherits: that column is rebound with its parent's.
std::optional<Statements> rebind(const View&, const View&) { return Statements{}; }

enum Raw : std::size_t { parents, is_partition };

constexpr RawColumn raw[] = {
    {.sql = "i.parents"},
    {.sql = "c.relispartition"},
};

bool read(Reader& reader) {
  read_inheritance(reader, reader.raw_text(parents), reader.raw_true(is_partition));
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "unlogged",
     .value = Value::boolean,
     .fallback = "false",
     .source = "c.relpersistence = 'u'",
     .help = "no write-ahead log: faster, but empty after a crash",
     .alter = alter_logging},
    {.key = "partition_by",
     .source = "case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end",
     .help = "partition key, as in \"RANGE (created_at)\""},
    {.key = "partition_of", .help = "the partitioned table that this table is a partition of"},
    {.key = "bound",
     .source = "pg_catalog.pg_get_expr(c.relpartbound, 0)",
     .help = "which rows the partition holds, as in \"FOR VALUES IN ('a')\""},
    {.key = "inherits", .value = Value::fragments, .help = "tables that it inherits from, in order"},
    {.key = "using", .source = "m.amname", .help = "table access method; heap when silent", .alter = alter_method},
    {.key = "with",
     .value = Value::options,
     .source = "c.reloptions",
     .help = "storage parameters, as in {fillfactor: 70}",
     .alter = alter_options},
    {.key = "tablespace",
     .source = R"(
  case when c.reltablespace <> 0
       then (select s.spcname from pg_catalog.pg_tablespace s where s.oid = c.reltablespace) end)",
     .help = "tablespace; the database's own when silent",
     .alter = alter_tablespace},
    {.key = "row_security",
     .value = Value::boolean,
     .fallback = "false",
     .source = "c.relrowsecurity",
     .help = "row-level security policies apply",
     .alter = alter_row_security},
    {.key = "force_row_security",
     .value = Value::boolean,
     .fallback = "false",
     .source = "c.relforcerowsecurity",
     .help = "row-level security policies apply to the owner too",
     .alter = alter_row_security},
};

constexpr FileForm forms[] = {{.section = "tables"}};

}  // namespace

extern const KindRules table_rules;
constinit const KindRules table_rules{
    .key = "table",
    .noun = "TABLE",
    .address = Address::schema,
    .name_space = NameSpace::relation,
    .attributes = attributes,
    .inspection = {.catalog = 1259,
                   .oid = "c.oid",
                   .schema = "c.relnamespace",
                   .name = "c.relname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_class c
  left join pg_catalog.pg_am m on m.oid = c.relam and m.amname <> 'heap'
  left join (select inhrelid, pg_catalog.array_agg(inhparent order by inhseqno) as parents
               from pg_catalog.pg_inherits
              group by inhrelid) i on i.inhrelid = c.oid
 where c.oid >= 16384
   and c.relkind in ('r', 'p')
   and c.relpersistence <> 't'
 order by c.relnamespace, c.relname)",
                   .read = read},
    .forms = forms,
    .create = create,
    .after_create = after_create,
    .loss = "drop-table",
    .rebind = rebind,
};

}  // namespace plumb
