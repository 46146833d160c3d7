#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string statement(const View& domain, std::string_view change) {
  return fmt::format("ALTER DOMAIN {} {}", address(domain), change);
}

Statements create(const View& domain, std::span<const std::string> parts) {
  std::string sql = fmt::format("CREATE DOMAIN {} AS {}", address(domain), domain.sql("type"));
  if (domain.has("collation")) sql += fmt::format(" COLLATE {}", domain.text("collation"));
  if (domain.has("default")) sql += fmt::format(" DEFAULT {}", domain.sql("default"));
  if (domain.is("not_null")) sql += " NOT NULL";
  for (const std::string& part : parts) sql += "\n  " + part;
  return {{sql}};
}

std::optional<Statements> alter_default(const View&, const View& after) {
  return Statements{
      {statement(after, after.has("default") ? fmt::format("SET DEFAULT {}", after.sql("default")) : "DROP DEFAULT")}};
}

std::optional<Statements> alter_not_null(const View&, const View& after) {
  return Statements{{statement(after, after.is("not_null") ? "SET NOT NULL" : "DROP NOT NULL")}};
}

enum Raw : std::size_t { collation };

constexpr RawColumn raw[] = {{.sql = "case when t.typcollation <> b.typcollation then t.typcollation end"}};

bool read(Reader& reader) {
  if (const auto* found = reader.names().collation(reader.raw_oid(collation))) {
    const Symbols& symbols = reader.names().symbols();
    reader.set("collation", symbols.text(found->schema) == "pg_catalog"
                                ? quote_identifier(symbols.text(found->name))
                                : qualify(symbols.text(found->schema), symbols.text(found->name)));
  }
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "type",
     .source = "pg_catalog.format_type(t.typbasetype, t.typtypmod)",
     .help = "data type that the domain is over, as in \"varchar(20)\"",
     .required = true},
    {.key = "collation", .help = "collation; that of the type when silent"},
    {.key = "default",
     .value = Value::expression,
     .source = "pg_catalog.pg_get_expr(t.typdefaultbin, 0)",
     .help = "SQL expression for columns of the domain that have no default of their own",
     .alter = alter_default},
    {.key = "not_null",
     .value = Value::boolean,
     .fallback = "false",
     .source = "t.typnotnull",
     .help = "refuses NULL",
     .alter = alter_not_null},
};

constexpr FileForm forms[] = {{.section = "domains", .short_form = "type"}};

}  // namespace

extern const KindRules domain_rules;
constinit const KindRules domain_rules{
    .key = "domain",
    .noun = "DOMAIN",
    .address = Address::schema,
    .name_space = NameSpace::type,
    .attributes = attributes,
    .inspection = {.catalog = 1247,
                   .oid = "t.oid",
                   .schema = "t.typnamespace",
                   .name = "t.typname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_type t
  join pg_catalog.pg_type b on b.oid = t.typbasetype
 where t.oid >= 16384
   and t.typtype = 'd'
   and not pg_catalog.pg_is_other_temp_schema(t.typnamespace)
 order by t.typnamespace, t.typname)",
                   .read = read},
    .forms = forms,
    .create = create,
    .rename = rename_object,
    .steps_aside = true,
};

}  // namespace plumb
