#include <fmt/core.h>

#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

// The schema of this name has from initdb on what is taken for usual (manual section 5.9.6, "Usage Patterns").
Statements create(const View& schema, std::span<const std::string>) {
  Statements statements{{"CREATE SCHEMA " + address(schema)}};
  if (schema.name() != "public") return statements;
  const bool belongs_to_database = schema.catalog().version() >= 150000;
  if (belongs_to_database) statements.push_back({"ALTER SCHEMA public OWNER TO pg_database_owner"});
  statements.push_back(
      {fmt::format("GRANT USAGE{} ON SCHEMA public TO PUBLIC", belongs_to_database ? "" : ", CREATE")});
  statements.push_back({"COMMENT ON SCHEMA public IS 'standard public schema'"});
  return statements;
}

constexpr FileForm forms[] = {{.section = "schemas", .listable = true}};

}  // namespace

extern const KindRules schema_rules;
constinit const KindRules schema_rules{
    .key = "schema",
    .noun = "SCHEMA",
    .address = Address::database,
    .holds_names = true,
    .rename = rename_object,
    .inspection = {.catalog = pg_namespace, .oid = "n.oid", .name = "n.nspname", .from = R"(
  from pg_catalog.pg_namespace n
 where n.nspname <> 'information_schema'
   and not pg_catalog.starts_with(n.nspname, 'pg_')
 order by n.nspname)"},
    // Public belongs to the database's owner (6171), and before 15 to the first superuser (10).
    .owner_rows = R"(
        select 2615 as catalog, n.oid, n.nspowner as owner
          from pg_catalog.pg_namespace n
         where not (n.nspname = 'public'
                    and n.nspowner = case when pg_catalog.current_setting('server_version_num') >= '150000'
                                          then 6171
                                          else 10 end))",
    // Everybody may use the schema public from the start, and before 15 create there too.
    .privilege_rows = R"(
        select 2615 as catalog, n.oid, 0 as sub, n.oid as schema,
               coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner)) as acl, i.usual
          from pg_catalog.pg_namespace n
         cross join lateral (
               select case when n.nspname <> 'public'
                           then pg_catalog.acldefault('n', n.nspowner)
                           when pg_catalog.current_setting('server_version_num') >= '150000'
                           then pg_catalog.acldefault('n', n.nspowner)
                                || pg_catalog.makeaclitem(0, n.nspowner, 'USAGE', false)
                           else pg_catalog.acldefault('n', n.nspowner)
                                || pg_catalog.makeaclitem(0, n.nspowner, 'USAGE', false)
                                || pg_catalog.makeaclitem(0, n.nspowner, 'CREATE', false) end as usual) i
         where n.nspacl is not null
            or n.nspname = 'public')",
    .takes_labels = true,
    .forms = forms,
    .create = create,
    .container = true,
};

}  // namespace plumb
