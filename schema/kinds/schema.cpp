#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements create(const View& schema, std::span<const std::string>) { return {{"CREATE SCHEMA " + address(schema)}}; }

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
    .holds_names = true,
    .container = true,
};

}  // namespace plumb
