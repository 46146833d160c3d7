#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

// In the schema of this name everybody may use what is there from initdb on, and that is taken for usual.
Statements create(const View& schema, std::span<const std::string>) {
  Statements statements{{"CREATE SCHEMA " + address(schema)}};
  if (schema.name() == "public") statements.push_back({"GRANT USAGE ON SCHEMA public TO PUBLIC"});
  return statements;
}

constexpr FileForm forms[] = {{.section = "schemas"}};

}  // namespace

extern const KindRules schema_rules;
constinit const KindRules schema_rules{
    .key = "schema",
    .noun = "SCHEMA",
    .address = Address::database,
    .inspection = {.catalog = 2615, .oid = "n.oid", .name = "n.nspname", .from = R"(
  from pg_catalog.pg_namespace n
 where n.nspname <> 'information_schema'
   and not pg_catalog.starts_with(n.nspname, 'pg_')
 order by n.nspname)"},
    .forms = forms,
    .create = create,
    .rename = rename_object,
    .holds_names = true,
    .container = true,
};

}  // namespace plumb
