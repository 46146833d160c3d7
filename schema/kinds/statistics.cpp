#include <algorithm>

#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

// Two of one table may have one name in two schemas, so that of another schema than the table's stands in the name.
std::string statistics_address(const View& statistics) {
  if (!statistics.has("schema")) return qualify(statistics.schema(), statistics.name());
  const std::string_view schema = statistics.text("schema");
  const bool is_qualified = statistics.name().starts_with(quote_identifier(schema) + '.');
  return is_qualified ? std::string{statistics.name()} : qualify(schema, statistics.name());
}

Statements rename(const View& statistics, std::string_view name) {
  std::string own = quote_identifier(name);
  if (statistics.has("schema")) {
    const std::string prefix = quote_identifier(statistics.text("schema")) + '.';
    if (name.starts_with(prefix)) own = name.substr(prefix.size());
  }
  return {{fmt::format("ALTER STATISTICS {} RENAME TO {}", statistics_address(statistics), own)}};
}

Statement set_target(const View& statistics) {
  return {
      fmt::format("ALTER STATISTICS {} SET STATISTICS {}", statistics_address(statistics), statistics.text("target"))};
}

Statements create(const View& statistics, std::span<const std::string>) {
  const auto kinds = statistics.list("kinds");
  return {{fmt::format("CREATE STATISTICS {}{} ON {} FROM {}", statistics_address(statistics),
                       kinds.empty() ? "" : " (" + join(kinds, ", ") + ')', join(statistics.list("columns"), ", "),
                       table_address(statistics))}};
}

Statements after_create(const View& statistics) {
  return statistics.text("target") == "-1" ? Statements{} : Statements{set_target(statistics)};
}

std::optional<Statements> alter_target(const View&, const View& after) { return Statements{set_target(after)}; }

enum Raw : std::size_t { name, own_schema, columns, expressions };

constexpr RawColumn raw[] = {
    {.sql = "s.stxname"},
    {.sql = "s.stxnamespace"},
    {.sql = "s.stxkeys"},
    {.sql = "case when s.stxexprs is not null then pg_catalog.pg_get_statisticsobjdef_expressions(s.oid) end"},
};

// PostgreSQL keeps the columns in the order of their numbers, which tells how the table came about and no more.
bool read(Reader& reader) {
  const Symbol schema = reader.names().schema(reader.raw_oid(own_schema));
  if (schema == reader.identity().schema) {
    reader.set_name(reader.raw_text(name));
  } else {
    const std::string_view text = reader.names().symbols().text(schema);
    reader.set("schema", text);
    reader.set_name(qualify(text, reader.raw_text(name)));
  }
  std::vector<std::string> texts;
  for (Oid number : vector_elements(reader.raw_text(columns))) {
    texts.push_back(quote_identifier(reader.names().column_name(reader.table(), static_cast<int>(number))));
  }
  std::ranges::sort(texts);
  for (const std::string& expression : array_elements(reader.raw_text(expressions))) {
    texts.push_back('(' + expression + ')');
  }
  reader.set_list("columns", texts);
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "schema", .help = "its schema, where that is another than the table's; its name is then as in app.name"},
    {.key = "columns",
     .value = Value::fragments,
     .help = "columns, and expressions in parentheses, that depend on each other",
     .required = true},
    {.key = "kinds",
     .value = Value::names,
     // All kinds of several columns, and the one kind of a single expression, are what CREATE STATISTICS takes by
     // itself.
     .source = R"(case when not s.stxkind @> '{d,f,m}' and s.stxkind <> '{e}'
                   then array(select case k.kind when 'd' then 'ndistinct' when 'f' then 'dependencies' else 'mcv' end
                                from pg_catalog.unnest(s.stxkind) k(kind)
                               where k.kind <> 'e'
                               order by 1) end)",
     .help = "ndistinct, dependencies, mcv; all of them when silent"},
    {.key = "target",
     .value = Value::integer,
     .fallback = "-1",
     .source = "s.stxstattarget",
     .help = "statistics target of ANALYZE",
     .alter = alter_target},
};

constexpr Kind owners[] = {Kind::table, Kind::materialized_view, Kind::foreign_table};
constexpr FileForm forms[] = {{.section = "statistics", .within = owners, .short_form = "columns"}};

}  // namespace

extern const KindRules statistics_rules;
constinit const KindRules statistics_rules{
    .key = "statistics",
    .noun = "STATISTICS",
    .address = Address::table,
    .name_space = NameSpace::statistics,
    .address_sql = statistics_address,
    .rename = rename,
    .attributes = attributes,
    .inspection = {.catalog = pg_statistic_ext,
                   .oid = "s.oid",
                   .table = "s.stxrelid",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_statistic_ext s
 where s.oid >= 16384
 order by s.stxrelid, s.stxname)",
                   .read = read},
    .owner_rows = R"(
        select 3381 as catalog, s.oid, s.stxowner as owner from pg_catalog.pg_statistic_ext s)",
    .forms = forms,
    .create = create,
    .after_create = after_create,
    .dies_with_parent = true,
    .follows = true,
};

}  // namespace plumb
