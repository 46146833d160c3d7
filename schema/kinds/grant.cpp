#include <algorithm>
#include <cassert>

#include <fmt/core.h>

#include "schema/kinds/column_null.h"
#include "schema/kinds/privileges.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// A grant with a name of its own is about what is no object: a column, as those of views, or an extension's member.
PrivilegeTarget target(const View& grant) {
  const auto parent = grant.parent();
  assert(parent);
  const Identity& own = grant.object().identity;
  const Identity& owner = parent->object().identity;
  const bool is_about_parent = own.table == owner.table && own.name == owner.name;
  if (owner.kind == Kind::extension) return named_target(grant);
  PrivilegeTarget target{{}, {}, {}, grant.role()};
  if (own.subject == Kind::sequence && owner.kind == Kind::column) {
    target.on = "SEQUENCE " + identity_sequence_address(*parent);
  } else if (!is_about_parent) {
    target.on = "TABLE " + full_address(*parent);
    target.column = quote_identifier(grant.name());
  } else if (owner.kind == Kind::column) {
    target.on = "TABLE " + table_address(*parent);
    target.column = quote_identifier(grant.name());
  } else {
    target.on = fmt::format("{} {}", privilege_noun(parent->rules().noun), full_address(*parent));
  }
  return target;
}

Statements create(const View& grant, std::span<const std::string>) {
  return change_privileges(target(grant), {}, privileges_of(grant));
}

Statements drop(const View& grant) { return change_privileges(target(grant), privileges_of(grant), {}); }

/// The owner that `catalog` notes down for what the grant is about; nothing where that is the role that reads it.
std::optional<std::string_view> noted_owner(const View& grant, const Catalog& catalog) {
  Identity identity = grant.whole().object().identity;
  identity.subject = identity.kind;
  identity.kind = Kind::owner;
  const Object* owner = catalog.find(identity);
  return owner != nullptr ? std::optional{View{catalog, *owner}.text("role")} : std::nullopt;
}

/// Whether its role becomes the owner, or is no longer: ALTER ... OWNER TO hands the rights of the old owner to the new
/// one (aclnewowner), so what both have besides is taken back before and granted afterwards.
bool changes_with_owner(const View& before, const View& after) {
  const std::string_view user = before.catalog().text(before.catalog().user());
  const std::string_view old_owner = noted_owner(before, before.catalog()).value_or(user);
  const std::string_view new_owner = noted_owner(after, after.catalog()).value_or(user);
  return old_owner != new_owner && (before.role() == old_owner || before.role() == new_owner);
}

// REVOKE on a table takes the same from its columns (manual, REVOKE, "Notes"), so those are granted again.
std::optional<Statements> alter(const View& before, const View& after) {
  if (changes_with_owner(before, after)) return std::nullopt;
  const Privileges old_ones = privileges_of(before);
  const Privileges new_ones = privileges_of(after);
  const Catalog& catalog = before.catalog();
  if (takes_away(old_ones, new_ones) && !catalog.needed_by(catalog.id(before.object())).empty()) return std::nullopt;
  return change_privileges(target(after), old_ones, new_ones);
}

/// The owner may do everything, so what a file grants to that role is granted. Of columns PostgreSQL notes it down all
/// the same: their lists of rights start empty (acldefault).
bool is_to_the_owner(const View& grant, const Catalog& actual) {
  if (!target(grant).column.empty() || !grant.list("revoked").empty()) return false;
  if (const auto declared = noted_owner(grant, grant.catalog())) return declared == grant.role();
  return actual.contains(grant.whole().object().identity) &&
         noted_owner(grant, actual).value_or(actual.text(actual.user())) == grant.role();
}

enum Raw : std::size_t {
  parent_catalog,
  parent_oid,
  parent_sub,
  role,
  is_identity_sequence,
  is_of_owner,
  extension,
  member_noun,
  member_address
};

constexpr RawColumn raw[] = {
    {.sql = "o.catalog"},
    {.sql = "o.parent_oid"},
    {.sql = "o.parent_sub"},
    {.sql = "g.role"},
    {.sql = "o.is_identity_sequence"},
    {.sql = R"(
  o.catalog = 1259
  and o.sub <> 0
  and g.role = (select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = o.oid))"},
    {.sql = "e.oid"},
    {.sql = "e.noun"},
    {.sql = "e.address"},
};

bool read(Reader& reader) {
  reader.set_role(reader.raw_text(role));
  if (reader.raw_oid(extension) != 0) {
    reader.set_parent({3079, reader.raw_oid(extension), 0});
    reader.set_name(
        fmt::format("{} {}", privilege_noun(reader.raw_text(member_noun)), reader.raw_text(member_address)));
    return true;
  }
  reader.set_parent(
      {reader.raw_oid(parent_catalog), reader.raw_oid(parent_oid), to_integer(reader.raw_text(parent_sub))});
  if (reader.raw_true(is_identity_sequence)) reader.set_subject(Kind::sequence);
  // Who stops owning the table hands it on with the table.
  if (reader.raw_true(is_of_owner)) reader.add_need(reader.address(), {1260, reader.raw_oid(parent_oid), 0});
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "privileges",
     .value = Value::names,
     .source = "g.plain",
     .help = "what the role may do beyond what PostgreSQL allows by itself, as in [select, insert]",
     .alter = alter},
    {.key = "grantable",
     .value = Value::names,
     .source = "g.grantable",
     .help = "the same, with the right to grant it to others",
     .alter = alter},
    {.key = "revoked",
     .value = Value::names,
     .source = "g.revoked",
     .help = "what PostgreSQL allows by itself, taken away, as in {PUBLIC: {revoked: [execute]}} on a function",
     .alter = alter},
};

constexpr Kind owners[] = {
    Kind::schema,
    Kind::table,
    Kind::column,
    Kind::view,
    Kind::materialized_view,
    Kind::sequence,
    Kind::function,
    Kind::procedure,
    Kind::aggregate,
    Kind::domain,
    Kind::composite_type,
    Kind::range_type,
    Kind::base_type,
    Kind::enumeration,
    Kind::language,
    Kind::foreign_table,
    Kind::foreign_data_wrapper,
    Kind::foreign_server,
};
constexpr Kind identity_owners[] = {Kind::column};
constexpr Kind column_owners[] = {Kind::view, Kind::materialized_view};
constexpr Kind member_owners[] = {Kind::extension};
constexpr FileForm forms[] = {
    {.section = "grants", .within = owners, .short_form = "privileges", .key_is_role = true},
    {.section = "sequence_grants",
     .within = identity_owners,
     .short_form = "privileges",
     .key_is_role = true,
     .subject = Kind::sequence},
    {.section = "column_grants",
     .within = column_owners,
     .short_form = "privileges",
     .key_is_role = true,
     .grouped = true},
    {.section = "member_grants",
     .within = member_owners,
     .short_form = "privileges",
     .key_is_role = true,
     .grouped = true},
};

}  // namespace

extern const KindRules grant_rules;
constinit const KindRules grant_rules{
    .key = "grant",
    .noun = "GRANT",
    .address = Address::database,
    .attributes = attributes,
    // Each list of privileges is compared with the one that PostgreSQL starts from; everybody may use the schema public
    // from the start, and before 15 create there too. An extension gives what pg_init_privs says. Who granted what is
    // left out: the owner is taken for it. What was granted on a language means nothing, and cannot be said again,
    // while the language is not trusted.
    .inspection = {.catalog = 1214,
                   .oid = "o.parent_oid",
                   .sub = "o.parent_sub",
                   .name = "o.name",
                   .raw = raw,
                   .from = R"(
  from o
  join g on g.acl = o.acl and g.usual = o.usual
  left join lateral (
       select o.extension as oid,
              pg_catalog.upper(pg_catalog.replace(i.type, '-', ' ')) as noun,
              case o.catalog when 1255 then o.oid::pg_catalog.regprocedure::text else i.identity end
              || case when o.sub <> 0
                      then (select ' (' || pg_catalog.quote_ident(a.attname) || ')'
                              from pg_catalog.pg_attribute a
                             where a.attrelid = o.oid
                               and a.attnum = o.sub) else '' end as address
         from pg_catalog.pg_identify_object(case when o.extension is not null then o.catalog end, o.oid, 0) i) e on true
 order by o.catalog, o.parent_oid, o.parent_sub, g.role)",
                   .with = R"(a as (
        select 1259 as catalog, c.oid, 0 as sub,
               coalesce(d.refobjid, c.oid) as parent_oid, coalesce(d.refobjsubid, 0) as parent_sub,
               null as name, d.objid is not null as is_identity_sequence,
               c.relacl as acl,
               pg_catalog.acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner) as usual
          from pg_catalog.pg_class c
          left join lateral (select i.objid, i.refobjid, i.refobjsubid
                               from pg_catalog.pg_depend i
                               join pg_catalog.pg_attribute a on a.attrelid = i.refobjid and a.attnum = i.refobjsubid
                              where c.relkind = 'S'
                                and i.classid = 1259
                                and i.objid = c.oid
                                and i.objsubid = 0
                                and i.refclassid = 1259
                                and i.deptype = 'i'
                             offset 0) d on true
         where c.relacl is not null
           and c.oid >= 16384
         union all
        select 1259, a.attrelid, a.attnum, a.attrelid, a.attnum,
               case when c.relkind in ('v', 'm') then a.attname end, false, a.attacl,
               pg_catalog.acldefault('c', c.relowner)
          from pg_catalog.pg_class c
          join pg_catalog.pg_attribute a on a.attrelid = c.oid
         where c.oid >= 16384
           and c.relkind in ('r', 'p', 'f', 'm', 'v')
           and a.attnum > 0
           and a.attacl is not null
           and not a.attisdropped
         union all
        select 1255, p.oid, 0, p.oid, 0, null, false, p.proacl, pg_catalog.acldefault('f', p.proowner)
          from pg_catalog.pg_proc p
         where p.proacl is not null
           and p.oid >= 16384
         union all
        select 1247, t.oid, 0, t.oid, 0, null, false, t.typacl, pg_catalog.acldefault('T', t.typowner)
          from pg_catalog.pg_type t
         where t.typacl is not null
           and t.oid >= 16384
         union all
        select 2615, n.oid, 0, n.oid, 0, null, false, coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner)), i.usual
          from pg_catalog.pg_namespace n
         cross join lateral (
               select case when n.nspname <> 'public'
                           then pg_catalog.acldefault('n', n.nspowner)
                           when pg_catalog.current_setting('server_version_num')::integer >= 150000
                           then pg_catalog.acldefault('n', n.nspowner)
                                || pg_catalog.makeaclitem(0, n.nspowner, 'USAGE', false)
                           else pg_catalog.acldefault('n', n.nspowner)
                                || pg_catalog.makeaclitem(0, n.nspowner, 'USAGE', false)
                                || pg_catalog.makeaclitem(0, n.nspowner, 'CREATE', false) end as usual) i
         where n.nspacl is not null
            or n.nspname = 'public'
         union all
        select 2612, l.oid, 0, l.oid, 0, null, false, l.lanacl, pg_catalog.acldefault('l', l.lanowner)
          from pg_catalog.pg_language l
         where l.lanacl is not null
           and l.lanpltrusted
           and l.oid >= 16384
         union all
        select 2328, f.oid, 0, f.oid, 0, null, false, f.fdwacl, pg_catalog.acldefault('F', f.fdwowner)
          from pg_catalog.pg_foreign_data_wrapper f
         where f.fdwacl is not null
         union all
        select 1417, s.oid, 0, s.oid, 0, null, false, s.srvacl, pg_catalog.acldefault('S', s.srvowner)
          from pg_catalog.pg_foreign_server s
         where s.srvacl is not null),
      o as materialized (
        select a.catalog, a.oid, a.sub, a.parent_oid, a.parent_sub, a.name, a.is_identity_sequence, a.acl,
               coalesce(i.initprivs, a.usual) as usual, e.refobjid as extension
          from a
          left join pg_catalog.pg_init_privs i
                 on i.classoid = a.catalog
                and i.objoid = a.oid
                and i.objsubid = a.sub
                and i.privtype = 'e'
          left join pg_catalog.pg_depend e
                 on e.classid = a.catalog
                and e.objid = a.oid
                and e.objsubid = 0
                and e.refclassid = 3079
                and e.deptype = 'e'),
      )" PLUMB_PRIVILEGE_LISTS,
                   .read = read},
    .forms = forms,
    .create = create,
    .drop = drop,
    .goes_without_saying = is_to_the_owner,
    .dies_with_parent = true,
    .follows = true,
    .about_parent = true,
    .only_if_declared = true,
    .reaches_parts = true,
};

}  // namespace plumb
