#include <algorithm>
#include <array>
#include <map>

#include "schema/kinds/privileges.h"
#include "schema/reader.h"
#include "schema/role_name.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

constexpr std::string_view with_option = " WITH GRANT OPTION";
constexpr std::string_view taken_away = "NO ";

/// "SELECT, INSERT WITH GRANT OPTION, NO EXECUTE"
Privileges parse(std::string_view text) {
  Privileges privileges;
  while (!text.empty()) {
    const auto comma = text.find(',');
    std::string word = upper(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    word.erase(0, word.find_first_not_of(' '));
    if (word.starts_with(taken_away)) {
      privileges.revoked.push_back(word.substr(taken_away.size()));
    } else if (word.ends_with(with_option)) {
      privileges.grantable.push_back(word.substr(0, word.size() - with_option.size()));
    } else if (!word.empty()) {
      privileges.plain.push_back(std::move(word));
    }
  }
  return privileges;
}

using ByRole = std::map<std::string_view, Privileges>;

ByRole privileges_in(const View& setting, std::string_view key) {
  ByRole roles;
  for (std::string_view entry : setting.list(key)) {
    const auto equals = entry.find('=');
    roles[role_of(entry.substr(0, equals))] = parse(entry.substr(equals + 1));
  }
  return roles;
}

/// A class of objects: the attribute, and the word in ALTER DEFAULT PRIVILEGES.
struct Class {
  std::string_view key;
  std::string_view words;
};

constexpr std::array classes{Class{"tables", "TABLES"},       Class{"sequences", "SEQUENCES"},
                             Class{"functions", "FUNCTIONS"}, Class{"types", "TYPES"},
                             Class{"schemas", "SCHEMAS"},     Class{"large_objects", "LARGE OBJECTS"}};

/// What turns one class of `before` into that of `after`; either may be missing. `View` of the one that exists.
void change(const View& setting, const Class& each, const ByRole& before, const ByRole& after, Statements& statements) {
  std::string prefix = "ALTER DEFAULT PRIVILEGES FOR ROLE " + quote_identifier(setting.role());
  if (!setting.schema().empty()) prefix += " IN SCHEMA " + quote_identifier(setting.schema());
  ByRole all = before;
  all.insert(after.begin(), after.end());
  const auto of = [](const ByRole& roles, std::string_view role) {
    const auto found = roles.find(role);
    return found == roles.end() ? Privileges{} : found->second;
  };
  for (const auto& [role, ignored] : all) {
    const PrivilegeTarget target{prefix + ' ', std::string{each.words}, {}, role};
    // Those of one schema start from nothing (manual, ALTER DEFAULT PRIVILEGES, "Description").
    const bool is_of_owner = role == setting.role() && setting.schema().empty();
    const Privileges left = is_of_owner ? left_to_owner(of(before, role), of(after, role)) : of(after, role);
    const Statements more = change_privileges(target, of(before, role), left);
    statements.insert(statements.end(), more.begin(), more.end());
  }
}

Statements create(const View& setting, std::span<const std::string>) {
  Statements statements;
  for (const Class& each : classes) change(setting, each, {}, privileges_in(setting, each.key), statements);
  return statements;
}

Statements drop(const View& setting) {
  Statements statements;
  for (const Class& each : classes) change(setting, each, privileges_in(setting, each.key), {}, statements);
  return statements;
}

std::optional<Statements> alter(const View& before, const View& after) {
  Statements statements;
  for (const Class& each : classes) {
    change(after, each, privileges_in(before, each.key), privileges_in(after, each.key), statements);
  }
  return statements;
}

// ---- what they do to new objects ----------------------------------------------------------------------------------

/// The class that a new object belongs to; empty when it has no privileges.
std::string_view class_of(const View& object) {
  if (object.rules().privilege_rows.empty()) return {};  // the functions of families
  const std::string_view noun = privilege_noun(object.rules().noun);
  if (noun == "TABLE") return "tables";
  if (noun == "SEQUENCE") return "sequences";
  if (noun == "FUNCTION" || noun == "PROCEDURE") return "functions";
  if (noun == "TYPE" || noun == "DOMAIN") return "types";
  if (noun == "SCHEMA") return "schemas";
  return {};
}

/// Whether PostgreSQL gives the role everything of the class by itself (acldefault).
bool is_usual(std::string_view role, std::string_view key, std::string_view user) {
  return role == user || (role == everybody && (key == "functions" || key == "types"));
}

/// Settings without a schema say what goes instead of the usual, those of a schema add to that (manual, ALTER DEFAULT
/// PRIVILEGES).
ByRole privileges_of_new(std::span<const View> settings, std::string_view key, std::string_view schema,
                         std::string_view user) {
  ByRole roles;
  for (const bool of_schema : {false, true}) {
    for (const View& setting : settings) {
      if (setting.role() != user || setting.schema().empty() == of_schema) continue;
      if (of_schema && setting.schema() != schema) continue;
      for (const auto& [role, more] : privileges_in(setting, key)) {
        Privileges& all = roles[role];
        for (const std::string& word : more.revoked) all.revoked.push_back(word);
        for (const std::string& word : more.grantable) {
          std::erase(all.plain, word);
          std::erase(all.revoked, word);
          if (std::ranges::find(all.grantable, word) == all.grantable.end()) all.grantable.push_back(word);
        }
        for (const std::string& word : more.plain) {
          const bool is_given_back = std::erase(all.revoked, word) > 0 || is_usual(role, key, user);
          const bool is_there = std::ranges::find(all.plain, word) != all.plain.end() ||
                                std::ranges::find(all.grantable, word) != all.grantable.end();
          if (!is_given_back && !is_there) all.plain.push_back(word);
        }
      }
    }
  }
  std::erase_if(roles, [](const auto& entry) { return entry.second.empty(); });
  return roles;
}

/// The sequence of an identity column is made with the column, and no object of its own.
bool has_sequence(const View& object) { return object.kind() == Kind::column && object.has("identity"); }

Identity grant_on(const View& created) {
  Identity identity = created.object().identity;
  identity.subject = identity.kind;
  identity.kind = Kind::grant;
  if (has_sequence(created)) identity.subject = Kind::sequence;
  return identity;
}

std::vector<Gift> gives(std::span<const View> settings, const View& created, std::string_view user) {
  std::vector<Gift> gifts;
  const std::string_view key = has_sequence(created) ? "sequences" : class_of(created);
  if (key.empty()) return gifts;
  for (const auto& [role, privileges] : privileges_of_new(settings, key, created.schema(), user)) {
    Gift gift{grant_on(created), {}};
    gift.identity.role = created.catalog().symbols().intern(role);
    if (!privileges.plain.empty()) gift.attributes.emplace_back("privileges", privileges.plain);
    if (!privileges.grantable.empty()) gift.attributes.emplace_back("grantable", privileges.grantable);
    if (!privileges.revoked.empty()) gift.attributes.emplace_back("revoked", privileges.revoked);
    gifts.push_back(std::move(gift));
  }
  return gifts;
}

// ---- reading --------------------------------------------------------------------------------------------------------

bool read(Reader& reader) {
  reader.set_role(reader.raw_text(0));
  if (reader.identity().schema != Symbol::none) reader.set_parent({pg_namespace, reader.raw_oid(1), 0});
  return true;
}

constexpr RawColumn raw[] = {{.sql = "pg_catalog.pg_get_userbyid(d.role)"}, {.sql = "d.schema"}};

constexpr AttributeRule attributes[] = {
    {.key = "tables",
     .value = Value::options,
     .source = "d.tables",
     .help = "privileges by role on tables and views, as in {app: [select, insert]}",
     .alter = alter,
     .holds_roles = true},
    {.key = "sequences",
     .value = Value::options,
     .source = "d.sequences",
     .help = "privileges by role on sequences",
     .alter = alter,
     .holds_roles = true},
    {.key = "functions",
     .value = Value::options,
     .source = "d.functions",
     .help = "privileges by role on functions and procedures, as in {PUBLIC: no execute}",
     .alter = alter,
     .holds_roles = true},
    {.key = "types",
     .value = Value::options,
     .source = "d.types",
     .help = "privileges by role on types and domains",
     .alter = alter,
     .holds_roles = true},
    {.key = "schemas",
     .value = Value::options,
     .source = "d.schemas",
     .help = "privileges by role on schemas",
     .alter = alter,
     .holds_roles = true},
    {.key = "large_objects",
     .value = Value::options,
     .source = "d.large_objects",
     .help = "privileges by role on large objects (PostgreSQL 18)",
     .alter = alter,
     .holds_roles = true},
};

constexpr Kind owners[] = {Kind::schema};
constexpr FileForm forms[] = {
    {.section = "default_privileges", .role_key = "role"},
    {.section = "default_privileges", .within = owners, .role_key = "role"},
};

}  // namespace

extern const KindRules default_privileges_rules;
constinit const KindRules default_privileges_rules{
    .key = "default_privileges",
    .noun = "DEFAULT PRIVILEGES",
    .address = Address::database,
    .attributes = attributes,
    // Those without a schema stand for the whole list that a new object gets, those of a schema are added to it: so the
    // first are compared with what PostgreSQL gives by itself, the others with nothing.
    .inspection = {.catalog = pg_default_acl,
                   .oid = "d.oid",
                   .schema = "nullif(d.schema, 0)",
                   .raw = raw,
                   .from = R"(
  from (select pg_catalog.min(e.oid) as oid, e.role, e.schema,
               pg_catalog.array_agg(e.entry) filter (where e.class = 'r') as tables,
               pg_catalog.array_agg(e.entry) filter (where e.class = 'S') as sequences,
               pg_catalog.array_agg(e.entry) filter (where e.class = 'f') as functions,
               pg_catalog.array_agg(e.entry) filter (where e.class = 'T') as types,
               pg_catalog.array_agg(e.entry) filter (where e.class = 'n') as schemas,
               pg_catalog.array_agg(e.entry) filter (where e.class = 'L') as large_objects
          from (select x.oid, x.role, x.schema, x.class,
                       case when x.grantee = 0 then 'public'
                            when pg_catalog.pg_get_userbyid(x.grantee) = 'PUBLIC' then '"PUBLIC"'
                            else pg_catalog.pg_get_userbyid(x.grantee) end || '='
                       || pg_catalog.string_agg(x.words, ', ' order by x.words like 'NO %', x.place) as entry
                  from (select d.oid, d.defaclrole as role, d.defaclnamespace as schema, d.defaclobjtype as class,
                               coalesce(a.grantee, a.usual_grantee) as grantee,
                               )" PLUMB_PRIVILEGE_ORDER("coalesce(a.privilege_type, a.usual_type)") R"( as place,
                               case when a.grantee is null then 'NO ' || a.usual_type
                                    when a.is_grantable then a.privilege_type || ' WITH GRANT OPTION'
                                    else a.privilege_type end as words
                          from pg_catalog.pg_default_acl d
                         cross join lateral (
                               select g.grantee, g.privilege_type, g.is_grantable, u.grantee as usual_grantee,
                                      u.privilege_type as usual_type
                                 from pg_catalog.aclexplode(d.defaclacl) g
                                 full join pg_catalog.aclexplode(
                                        case when d.defaclnamespace = 0
                                             then pg_catalog.acldefault(
                                                    case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end,
                                                    d.defaclrole) end) u
                                        on u.grantee = g.grantee
                                       and u.privilege_type = g.privilege_type
                                where g.grantee is null or u.grantee is null or g.is_grantable) a
                       ) x
                 group by x.oid, x.role, x.schema, x.class, x.grantee) e
         group by e.role, e.schema) d
 order by d.schema, d.role)",
                   .read = read},
    .takes_comments = false,
    .forms = forms,
    .only_if_declared = true,
    .create = create,
    .gives = gives,
    .drop = drop,
    .dies_with_parent = true,
};

}  // namespace plumb
