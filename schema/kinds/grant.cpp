#include <algorithm>
#include <cassert>

#include <fmt/core.h>

#include "schema/kinds/column_identity.h"
#include "schema/kinds/privileges.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

/// A grant with a name of its own is about what is no object: a column of a view, a system column, or an extension's
/// member.
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
    // GRANT knows an aggregate over all rows, as count(*), as a function without arguments.
    std::string address = full_address(*parent);
    if (owner.kind == Kind::aggregate && address.ends_with("(*)")) address.replace(address.size() - 2, 1, "");
    target.on = fmt::format("{} {}", privilege_noun(parent->rules().noun), address);
  }
  return target;
}

/// The owner that `catalog` notes down for what the grant is about; nothing where that is the role that reads it. That
/// of the schema public goes without saying (see schema.cpp).
std::optional<std::string_view> noted_owner(const View& grant, const Catalog& catalog) {
  const View whole = grant.whole();
  Identity identity = whole.object().identity;
  identity.subject = identity.kind;
  identity.kind = Kind::owner;
  if (const Object* owner = catalog.find(identity)) return View{catalog, *owner}.text("role");
  if (whole.kind() != Kind::schema || whole.name() != "public" || catalog.version() < 150000) return std::nullopt;
  return "pg_database_owner";
}

/// The role that owns what the grant is about in `catalog`.
std::string_view owner_in(const Catalog& catalog, const View& grant) {
  return noted_owner(grant, catalog).value_or(catalog.text(catalog.user()));
}

Statements create(const View& grant, std::span<const std::string>) {
  return change_privileges(target(grant), {}, privileges_of(grant));
}

/// Columns have no rights by acldefault.
bool is_the_owners(const View& grant) {
  return target(grant).column.empty() && owner_in(grant.catalog(), grant) == grant.role();
}

Statements drop(const View& grant) {
  const Privileges privileges = privileges_of(grant);
  return change_privileges(target(grant), privileges,
                           is_the_owners(grant) ? left_to_owner(privileges, {}) : Privileges{});
}

/// Whether its role becomes the owner, or is no longer: ALTER ... OWNER TO hands the rights of the old owner to the new
/// one (aclnewowner), so what both have besides is taken back before and granted afterwards.
bool changes_with_owner(const View& before, const View& after) {
  const std::string_view old_owner = owner_in(before.catalog(), before);
  const std::string_view new_owner = owner_in(after.catalog(), after);
  return old_owner != new_owner && (before.role() == old_owner || before.role() == new_owner);
}

// REVOKE on a table takes the same from its columns (manual, REVOKE, "Notes"), so those are granted again.
std::optional<Statements> alter(const View& before, const View& after) {
  if (changes_with_owner(before, after)) return std::nullopt;
  const Privileges old_ones = privileges_of(before);
  Privileges new_ones = privileges_of(after);
  const Catalog& catalog = before.catalog();
  if (takes_away(old_ones, new_ones) && !catalog.needed_by(catalog.id(before.object())).empty()) return std::nullopt;
  if (is_the_owners(after)) new_ones = left_to_owner(old_ones, std::move(new_ones));
  return change_privileges(target(after), old_ones, new_ones);
}

/// The owner may do everything, so what a file grants to that role is granted. Of columns PostgreSQL notes it down all
/// the same: their lists of rights start empty (acldefault).
bool is_to_the_owner(const View& grant, const Catalog& actual) {
  if (!target(grant).column.empty() || !grant.list("revoked").empty()) return false;
  if (actual.contains(grant.object().identity)) return false;
  if (const auto declared = noted_owner(grant, grant.catalog())) return declared == grant.role();
  return actual.contains(grant.whole().object().identity) &&
         noted_owner(grant, actual).value_or(actual.text(actual.user())) == grant.role();
}

/// What its role was granted becomes a part of its rights when it gets to own the object.
bool is_absorbed(const View& grant, const Catalog& desired) {
  if (!target(grant).column.empty() || !grant.list("revoked").empty()) return false;
  const std::string_view new_owner = owner_in(desired, grant);
  return grant.role() == new_owner && owner_in(grant.catalog(), grant) != new_owner;
}

/// The columns of views stand in an attribute of theirs, each with its type or alone.
bool has_column(const View& relation, std::string_view name) {
  return std::ranges::any_of(relation.list("columns"), [&](std::string_view column) {
    return column.starts_with(name) && (column.size() == name.size() || column[name.size()] == ' ');
  });
}

bool is_on_column_of(const View& grant, const View& parent) {
  const auto actual = grant.parent();
  if (find_attribute(parent.rules(), "columns") == nullptr || actual->kind() != parent.kind()) return true;
  return !has_column(*actual, grant.name()) || has_column(parent, grant.name());
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
    {.sql = "coalesce(s.refobjid, o.oid)"},
    {.sql = "coalesce(s.refobjsubid, o.sub)"},
    {.sql = "g.role"},
    {.sql = "s.refobjid is not null"},
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
    reader.set_parent({pg_extension, reader.raw_oid(extension), 0});
    reader.set_name(
        fmt::format("{} {}", privilege_noun(reader.raw_text(member_noun)), reader.raw_text(member_address)));
    return true;
  }
  reader.set_parent(
      {reader.raw_oid(parent_catalog), reader.raw_oid(parent_oid), to_integer(reader.raw_text(parent_sub))});
  if (reader.raw_true(is_identity_sequence)) reader.set_subject(Kind::sequence);
  // Who stops owning the table hands it on with the table.
  if (reader.raw_true(is_of_owner)) reader.add_need(reader.address(), {pg_authid, reader.raw_oid(parent_oid), 0});
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

constexpr Kind identity_owners[] = {Kind::column};
constexpr Kind column_owners[] = {Kind::view, Kind::materialized_view, Kind::table, Kind::foreign_table};
constexpr Kind member_owners[] = {Kind::extension};
constexpr FileForm forms[] = {
    {.section = "grants",
     .applies_to = [](const KindRules& granted) { return !granted.privilege_rows.empty(); },
     .short_form = "privileges",
     .role_key = "role"},
    {.section = "sequence_grants",
     .within = identity_owners,
     .short_form = "privileges",
     .role_key = "role",
     .subject = Kind::sequence},
    {.section = "column_grants",
     .within = column_owners,
     .short_form = "privileges",
     .role_key = "role",
     .grouped = true},
    {.section = "member_grants",
     .within = member_owners,
     .short_form = "privileges",
     .role_key = "role",
     .grouped = true},
};

}  // namespace

extern const KindRules grant_rules;
constinit const KindRules grant_rules{
    .key = "grant",
    .noun = "GRANT",
    .address = Address::database,
    .attributes = attributes,
    // Each list of privileges is compared with the one that PostgreSQL starts from; an extension gives what
    // pg_init_privs says. Who granted what is left out: the owner is taken for it. Nobody tells the owner of what an
    // extension made, and where it is the role that reads, as on scratch, grants to it leave no trace. The sequence of
    // an identity column (`s`) is no object of its own.
    .inspection = {.catalog = pg_shdepend,
                   .oid = "o.oid",
                   .sub = "o.sub",
                   .name = R"(
  case when o.sub <> 0
       then (select a.attname
               from pg_catalog.pg_attribute a
               join pg_catalog.pg_class c on c.oid = a.attrelid
              where a.attrelid = o.oid
                and a.attnum = o.sub
                and (c.relkind in ('v', 'm') or a.attnum < 0)) end)",
                   .raw = raw,
                   .from = R"(
  from o
  join g on g.acl = o.acl and g.usual = o.usual
  left join pg_catalog.pg_depend s
         on o.catalog = 1259
        and o.sub = 0
        and s.classid = 1259
        and s.objid = o.oid
        and s.objsubid = 0
        and s.refclassid = 1259
        and s.refobjsubid > 0
        and s.deptype = 'i'
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
 where o.extension is null
    or g.role <> current_user
 order by o.catalog, o.oid, o.sub, g.role)",
                   .with = R"(o as materialized (
        select a.catalog, a.oid, a.sub, a.acl, coalesce(i.initprivs, a.usual) as usual, e.refobjid as extension
          from ({}) a
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
                and e.deptype = 'e'
         where a.oid >= 16384
            or (a.catalog = 2615 and a.oid = 2200)),
      )" PLUMB_PRIVILEGE_LISTS,
                   .gathered = &KindRules::privilege_rows,
                   .read = read},
    .forms = forms,
    .only_if_declared = true,
    .goes_without_saying = is_to_the_owner,
    .is_absorbed = is_absorbed,
    .create = create,
    .drop = drop,
    .dies_with_parent = true,
    .about_parent = true,
    .fits = is_on_column_of,
    .reaches_parts = true,
    .follows = true,
};

}  // namespace plumb
