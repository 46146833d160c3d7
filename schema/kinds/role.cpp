#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "schema/kinds/settings.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// What a role may, and the words of CREATE ROLE for that.
struct Option {
  std::string_view key;
  std::string_view yes;
  std::string_view no;
};

constexpr std::array options{
    Option{"login", "LOGIN", "NOLOGIN"},
    Option{"superuser", "SUPERUSER", "NOSUPERUSER"},
    Option{"createdb", "CREATEDB", "NOCREATEDB"},
    Option{"createrole", "CREATEROLE", "NOCREATEROLE"},
    Option{"inherit", "INHERIT", "NOINHERIT"},
    Option{"replication", "REPLICATION", "NOREPLICATION"},
    Option{"bypassrls", "BYPASSRLS", "NOBYPASSRLS"},
};

/// " LOGIN CONNECTION LIMIT 5", for what `is_wanted` of a role. PostgreSQL asks for rights on whatever is mentioned, so
/// the rest is not.
template <typename Wanted>
std::string options_of(const View& role, Wanted is_wanted) {
  std::string sql;
  for (const Option& option : options) {
    if (is_wanted(option.key)) sql.append(" ").append(role.is(option.key) ? option.yes : option.no);
  }
  if (is_wanted("connection_limit")) sql += fmt::format(" CONNECTION LIMIT {}", role.text("connection_limit"));
  if (is_wanted("valid_until")) sql += " VALID UNTIL " + quote_literal(role.text("valid_until"));
  return sql;
}

std::string alter_role(const View& role) { return "ALTER ROLE " + quote_identifier(role.name()); }

Statement set(const View& role, std::string_view setting) {
  return {fmt::format("{} SET {}", alter_role(role), setting_sql(setting))};
}

Statement comment_on(const View& role) {
  const std::string text = role.has("comment") ? quote_literal(role.text("comment")) : "NULL";
  return {fmt::format("COMMENT ON ROLE {} IS {}", quote_identifier(role.name()), text)};
}

Statements create(const View& role, std::span<const std::string>) {
  const auto is_said = [&](std::string_view key) {
    return role.text(key) != find_attribute(role.rules(), key)->fallback;
  };
  Statements statements{{"CREATE ROLE " + quote_identifier(role.name()) + options_of(role, is_said)}};
  for (std::string_view setting : role.list("settings")) statements.push_back(set(role, setting));
  if (role.has("comment")) statements.push_back(comment_on(role));
  return statements;
}

std::optional<Statements> alter(const View& before, const View& after) {
  const auto changes = [&](std::string_view key) { return before.text(key) != after.text(key); };
  return Statements{{alter_role(after) + options_of(after, changes)}};
}

std::optional<Statements> alter_settings(const View& before, const View& after) {
  const auto old_ones = before.list("settings");
  const auto new_ones = after.list("settings");
  const auto name_of = [](std::string_view setting) { return setting.substr(0, setting.find('=')); };
  Statements statements;
  for (std::string_view setting : old_ones) {
    if (std::ranges::find(new_ones, name_of(setting), name_of) != new_ones.end()) continue;
    statements.push_back({fmt::format("{} RESET {}", alter_role(after), quote_identifier(name_of(setting)))});
  }
  for (std::string_view setting : new_ones) {
    if (std::ranges::find(old_ones, setting) == old_ones.end()) statements.push_back(set(after, setting));
  }
  return statements;
}

std::optional<Statements> alter_comment(const View&, const View& after) { return Statements{comment_on(after)}; }

constexpr AttributeRule option_rule(std::string_view key, std::string_view source, std::string_view help,
                                    std::string_view fallback = "false") {
  return {.key = key, .value = Value::boolean, .fallback = fallback, .source = source, .help = help, .alter = alter};
}

constexpr AttributeRule attributes[] = {
    option_rule("login", "r.rolcanlogin::text", "may connect; a password is set apart, and never read"),
    option_rule("superuser", "r.rolsuper::text", "may do everything"),
    option_rule("createdb", "r.rolcreatedb::text", "may create databases"),
    option_rule("createrole", "r.rolcreaterole::text", "may create roles"),
    option_rule("inherit", "r.rolinherit::text", "has by itself what the roles may that it is a member of", "true"),
    option_rule("replication", "r.rolreplication::text", "may replicate"),
    option_rule("bypassrls", "r.rolbypassrls::text", "sees all rows, whatever policies say"),
    {.key = "connection_limit",
     .value = Value::integer,
     .fallback = "-1",
     .source = "r.rolconnlimit::text",
     .help = "how many connections it may have at once; -1: any number",
     .alter = alter},
    {.key = "valid_until",
     .fallback = "infinity",
     .source = "r.rolvaliduntil::text",
     .help = "when its password ends to be valid, as in \"2030-01-01 00:00+00\"",
     .alter = alter},
    {.key = "settings",
     .value = Value::options,
     .source = R"(case when r.rolconfig is not null
                   then array(select s.setting
                                from pg_catalog.unnest(r.rolconfig) s(setting)
                               order by s.setting collate "C") end)",
     .help = "settings of its sessions in every database, as in {search_path: app}",
     .alter = alter_settings},
    {.key = "comment",
     .source = "pg_catalog.shobj_description(r.oid, 'pg_authid')",
     .help = "what \\du+ and other tools show",
     .alter = alter_comment},
};

constexpr FileForm forms[] = {{.section = "roles"}};

}  // namespace

extern const KindRules role_rules;
constinit const KindRules role_rules{
    .key = "role",
    .noun = "ROLE",
    .address = Address::database,
    .holds_roles = true,
    .rename = rename_object,
    .attributes = attributes,
    // The view, because it has no passwords. The first superuser (10) and the role that plumb runs as are left alone:
    // neither can be made by a file, and the other would saw off the branch that it sits on.
    .inspection = {.catalog = pg_authid, .oid = "r.oid", .name = "r.rolname", .from = R"(
  from pg_catalog.pg_roles r
 where r.oid >= 16384
   and r.rolname <> current_user
 order by r.rolname)"},
    .takes_comments = false,
    .forms = forms,
    .create = create,
    .loss = "drop-role",
    .of_cluster = true,
    .untouched = "select r.rolname from pg_catalog.pg_roles r where r.oid = 10 or r.rolname = current_user",
    .right = R"(
      select (r.rolsuper or r.rolcreaterole)::text
        from pg_catalog.pg_roles r
       where r.rolname = current_user)",
    .right_advice = "run plumb as a superuser, or let one run ALTER ROLE ... CREATEROLE for that role",
};

}  // namespace plumb
