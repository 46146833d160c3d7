#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// " WITH ADMIN OPTION, INHERIT FALSE". What a file leaves open is not mentioned: PostgreSQL before 16 has no words for
/// it, and later ones ask the role.
std::string options_clause(const View& membership) {
  std::string sql;
  const auto add = [&](std::string_view words) { sql.append(sql.empty() ? " WITH " : ", ").append(words); };
  if (membership.is("admin")) add("ADMIN OPTION");
  if (membership.has("inherit")) add(membership.is("inherit") ? "INHERIT TRUE" : "INHERIT FALSE");
  if (!membership.is("set")) add("SET FALSE");
  return sql;
}

Statement grant(const View& membership, std::string_view options) {
  return {fmt::format("GRANT {} TO {}{}", quote_identifier(membership.name()), quote_identifier(membership.table()),
                      options)};
}

Statement revoke(const View& membership, std::string_view what) {
  return {fmt::format("REVOKE {}{} FROM {}", what, quote_identifier(membership.name()),
                      quote_identifier(membership.table()))};
}

Statements create(const View& membership, std::span<const std::string>) {
  return {grant(membership, options_clause(membership))};
}

Statements drop(const View& membership) { return {revoke(membership, "")}; }

// To grant it again changes what is mentioned; that somebody is no admin any more is said by REVOKE in all versions.
std::optional<Statements> alter(const View& before, const View& after) {
  Statements statements;
  if (before.is("admin") && !after.is("admin")) statements.push_back(revoke(after, "ADMIN OPTION FOR "));
  std::string options = options_clause(after);
  if (!before.is("set") && after.is("set")) options += options.empty() ? " WITH SET TRUE" : ", SET TRUE";
  if (!options.empty()) statements.push_back(grant(after, options));
  return statements;
}

enum Raw : std::size_t { member_name, member_oid, role_oid };

constexpr RawColumn raw[] = {{.sql = "u.rolname"}, {.sql = "m.member"}, {.sql = "m.roleid"}};

bool read(Reader& reader) {
  reader.set_table(reader.raw_text(member_name));
  reader.set_parent({pg_authid, reader.raw_oid(member_oid), 0});
  reader.add_need(reader.address(), {pg_authid, reader.raw_oid(role_oid), 0});
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "admin",
     .value = Value::boolean,
     .fallback = "false",
     .source = "pg_catalog.bool_or(m.admin_option)::text",
     .help = "may make others members, too",
     .alter = alter},
    {.key = "inherit",
     .value = Value::boolean,
     .source = "pg_catalog.bool_or(m.inherit_option)::text",
     .help = "has what that role may by itself (PostgreSQL 16); `inherit` of the member decides when silent",
     .alter = alter,
     .since = 160000},
    {.key = "set",
     .value = Value::boolean,
     .fallback = "true",
     .source = "pg_catalog.bool_or(m.set_option)::text",
     .help = "may become that role by SET ROLE (PostgreSQL 16)",
     .alter = alter,
     .since = 160000},
};

constexpr Kind owners[] = {Kind::role};
constexpr FileForm forms[] = {{.section = "member_of", .within = owners, .listable = true}};

}  // namespace

extern const KindRules membership_rules;
constinit const KindRules membership_rules{
    .key = "membership",
    .noun = "MEMBERSHIP",
    .address = Address::table,
    .attributes = attributes,
    // Since 16 several may have granted the same, and what one of them granted holds. Who granted it is left out: the
    // role that plumb runs as is taken for it.
    .inspection = {.catalog = pg_auth_members,
                   .oid = "m.member",
                   .sub = "pg_catalog.row_number() over (order by u.rolname, r.rolname)",
                   .name = "r.rolname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_auth_members m
  join pg_catalog.pg_roles u on u.oid = m.member
  join pg_catalog.pg_roles r on r.oid = m.roleid
 where m.member >= 16384
 group by m.member, m.roleid, u.rolname, r.rolname
 order by u.rolname, r.rolname)",
                   .read = read},
    .takes_comments = false,
    .forms = forms,
    .create = create,
    .drop = drop,
    .dies_with_parent = true,
    .goes_with_needed = true,
    .of_cluster = true,
};

}  // namespace plumb
