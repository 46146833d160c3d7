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

constexpr FileForm forms[] = {{.section = "schemas", .listable = true}};

}  // namespace

extern const KindRules schema_rules;
constinit const KindRules schema_rules{
    .key = "schema",
    .noun = "SCHEMA",
    .address = Address::database,
    .holds_names = true,
    .rename = rename_object,
    .inspection = {.catalog = 2615, .oid = "n.oid", .name = "n.nspname", .from = R"(
  from pg_catalog.pg_namespace n
 where n.nspname <> 'information_schema'
   and not pg_catalog.starts_with(n.nspname, 'pg_')
 order by n.nspname)"},
    // Public (2200) belongs to the database's owner (6171), and before 15 to the first superuser (10).
    .owner_rows = R"(
        select 2615 as catalog, n.oid, n.nspowner as owner
          from pg_catalog.pg_namespace n
         where not (n.oid = 2200
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
