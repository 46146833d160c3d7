#include <fmt/core.h>

#include "schema/kinds/foreign_options.h"
#include "schema/kinds/inheritance.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements create(const View& table, std::span<const std::string> parts) {
  std::string sql = "CREATE FOREIGN TABLE " + address(table);
  const std::vector<std::string_view> lines{parts.begin(), parts.end()};
  const std::string body = lines.empty() ? "()" : "(\n  " + join(lines, ",\n  ") + "\n)";
  if (table.has("partition_of")) {
    sql += fmt::format(" PARTITION OF {}{} {}", table.text("partition_of"), lines.empty() ? "" : " " + body,
                       table.text("bound"));
  } else {
    sql += ' ' + body;
  }
  if (const auto inherits = table.list("inherits"); !inherits.empty()) {
    sql += " INHERITS (" + join(inherits, ", ") + ')';
  }
  return {{sql + " SERVER " + quote_identifier(table.text("server")) + options_clause(table)}};
}

std::optional<Statements> alter_options(const View& before, const View& after) {
  return Statements{{fmt::format("ALTER FOREIGN TABLE {} {}", address(after), options_change(before, after))}};
}

enum Raw : std::size_t { parents, is_partition };

constexpr RawColumn raw[] = {
    {.sql = R"(array(select i.inhparent
                  from pg_catalog.pg_inherits i
                 where i.inhrelid = c.oid
                 order by i.inhseqno))"},
    {.sql = "c.relispartition"},
};

bool read(Reader& reader) {
  read_inheritance(reader, reader.raw_text(parents), reader.raw_true(is_partition));
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "server", .source = "s.srvname", .help = "foreign server that has the data", .required = true},
    foreign_options_rule("f.ftoptions", "options, as in {schema_name: public, table_name: orders}", alter_options),
    {.key = "partition_of", .help = "the partitioned table that it is a partition of"},
    {.key = "bound",
     .source = "pg_catalog.pg_get_expr(c.relpartbound, 0)",
     .help = "which rows the partition holds, as in \"FOR VALUES IN ('a')\""},
    {.key = "inherits", .value = Value::fragments, .help = "tables that it inherits from, in order"},
};

constexpr FileForm forms[] = {{.section = "foreign_tables", .short_form = "server"}};

}  // namespace

extern const KindRules foreign_table_rules;
constinit const KindRules foreign_table_rules{
    .key = "foreign_table",
    .noun = "FOREIGN TABLE",
    .address = Address::schema,
    .name_space = NameSpace::relation,
    .attributes = attributes,
    .inspection = {.catalog = 1259,
                   .oid = "c.oid",
                   .schema = "c.relnamespace",
                   .name = "c.relname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_foreign_table f
  join pg_catalog.pg_class c on c.oid = f.ftrelid
  join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
 where c.oid >= 16384
 order by c.relnamespace, c.relname)",
                   .read = read},
    .forms = forms,
    .create = create,
};

}  // namespace plumb
