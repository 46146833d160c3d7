#include <fmt/core.h>

#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string transform_address(const View& transform) { return fmt::format("FOR {}", transform.name()); }

std::string definition(const View& transform, std::string_view verb) {
  std::string functions;
  if (transform.has("from_sql")) functions = fmt::format("FROM SQL WITH FUNCTION {}", transform.text("from_sql"));
  if (transform.has("to_sql")) {
    functions += fmt::format("{}TO SQL WITH FUNCTION {}", functions.empty() ? "" : ", ", transform.text("to_sql"));
  }
  return fmt::format("{} TRANSFORM {} ({})", verb, transform_address(transform), functions);
}

Statements create(const View& transform, std::span<const std::string>) { return {{definition(transform, "CREATE")}}; }

std::optional<Statements> replace(const View&, const View& after) {
  return Statements{{definition(after, "CREATE OR REPLACE")}};
}

constexpr AttributeRule attributes[] = {
    {.key = "from_sql",
     .source = "case when t.trffromsql <> 0 then t.trffromsql::pg_catalog.regprocedure::text end",
     .help = "function that brings a value into the language, as in app.to_language(internal)",
     .alter = replace},
    {.key = "to_sql",
     .source = "case when t.trftosql <> 0 then t.trftosql::pg_catalog.regprocedure::text end",
     .help = "function that brings it back",
     .alter = replace},
};

constexpr FileForm forms[] = {{.section = "transforms"}};

}  // namespace

extern const KindRules transform_rules;
constinit const KindRules transform_rules{
    .key = "transform",
    .noun = "TRANSFORM",
    .address = Address::database,
    .signature = "hstore LANGUAGE plperl",
    .address_sql = transform_address,
    .attributes = attributes,
    .inspection = {.catalog = pg_transform,
                   .oid = "t.oid",
                   .name = "pg_catalog.format_type(t.trftype, null) || ' LANGUAGE ' || "
                           "pg_catalog.quote_ident(l.lanname)",
                   .from = R"(
  from pg_catalog.pg_transform t
  join pg_catalog.pg_language l on l.oid = t.trflang
 where t.oid >= 16384
 order by t.trftype, t.trflang)"},
    .forms = forms,
    .create = create,
};

}  // namespace plumb
