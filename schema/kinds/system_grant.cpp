#include <fmt/core.h>

#include "schema/kinds/privileges.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

Statements create(const View& grant, std::span<const std::string>) {
  return change_privileges(named_target(grant), {}, privileges_of(grant));
}

Statements drop(const View& grant) { return change_privileges(named_target(grant), privileges_of(grant), {}); }

std::optional<Statements> alter(const View& before, const View& after) {
  return change_privileges(named_target(after), privileges_of(before), privileges_of(after));
}

enum Raw : std::size_t { role, noun, address };

constexpr RawColumn raw[] = {{.sql = "g.role"}, {.sql = "n.noun"}, {.sql = "n.address"}};

bool read(Reader& reader) {
  reader.set_role(reader.raw_text(role));
  reader.set_name(fmt::format("{} {}", privilege_noun(reader.raw_text(noun)), reader.raw_text(address)));
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "privileges",
     .value = Value::names,
     .source = "g.plain",
     .help = "what the role may do beyond what it may in a new database, as in [select]",
     .alter = alter},
    {.key = "grantable",
     .value = Value::names,
     .source = "g.grantable",
     .help = "the same, with the right to grant it to others",
     .alter = alter},
    {.key = "revoked",
     .value = Value::names,
     .source = "g.revoked",
     .help = "what the role may do in a new database, taken away, as in {PUBLIC: {revoked: [execute]}} on a function",
     .alter = alter},
};

constexpr FileForm forms[] = {
    {.section = "system_grants", .short_form = "privileges", .role_key = "role", .grouped = true}};

}  // namespace

extern const KindRules system_grant_rules;
constinit const KindRules system_grant_rules{
    .key = "system_grant",
    .noun = "SYSTEM GRANT",
    .address = Address::database,
    .signature = "FUNCTION pg_catalog.pg_stat_reset()",
    .attributes = attributes,
    // What PostgreSQL itself brings starts with the privileges that initdb gave it (pg_init_privs). As pg_dump, this
    // reads what is in the schema pg_catalog (11), and languages.
    .inspection = {.catalog = pg_init_privs,
                   .oid = "o.oid",
                   .sub = "pg_catalog.row_number() over (partition by o.oid order by o.catalog, o.sub, g.role)",
                   .raw = raw,
                   .from = R"(
  from o
  join g on g.acl = o.acl and g.usual = o.usual
 cross join lateral (
       select pg_catalog.upper(pg_catalog.replace(i.type, '-', ' ')) as noun,
              case when o.catalog = 1247
                   then (select 'pg_catalog.' || pg_catalog.quote_ident(t.typname)
                           from pg_catalog.pg_type t
                          where t.oid = o.oid)
                   else i.identity end
              || case when o.sub <> 0
                      then (select ' (' || pg_catalog.quote_ident(a.attname) || ')'
                              from pg_catalog.pg_attribute a
                             where a.attrelid = o.oid
                               and a.attnum = o.sub) else '' end as address
         from pg_catalog.pg_identify_object(o.catalog, o.oid, 0) i) n
 order by o.catalog, o.oid, o.sub, g.role)",
                   .with = R"(o as materialized (
        select a.catalog, a.oid, a.sub, a.acl, coalesce(i.initprivs, a.usual) as usual
          from ({}) a
          left join pg_catalog.pg_init_privs i
                 on i.classoid = a.catalog
                and i.objoid = a.oid
                and i.objsubid = a.sub
         where a.oid < 16384
           and a.schema = 11
           and a.acl <> coalesce(i.initprivs, a.usual)),
      )" PLUMB_PRIVILEGE_LISTS,
                   .gathered = &KindRules::privilege_rows,
                   .read = read},
    .takes_comments = false,
    .forms = forms,
    .only_if_declared = true,
    .create = create,
    .drop = drop,
    .reaches_parts = true,
};

}  // namespace plumb
