#include <algorithm>

#include <fmt/core.h>

#include "schema/role_name.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

std::string roles(const View& policy) {
  auto names = policy.list("roles");
  std::ranges::transform(names, names.begin(), role_of);
  const bool is_everybody = names.empty() || std::ranges::find(names, everybody) != names.end();
  return is_everybody ? std::string{"PUBLIC"} : join_names(names);
}

Statements create(const View& policy, std::span<const std::string>) {
  std::string sql = "CREATE POLICY " + address_on_table(policy);
  if (!policy.is("permissive")) sql += " AS RESTRICTIVE";
  if (policy.text("for") != "all") sql += " FOR " + upper(policy.text("for"));
  if (!policy.list("roles").empty()) sql += " TO " + roles(policy);
  if (policy.has("using")) sql += fmt::format(" USING ({})", policy.sql("using"));
  if (policy.has("check")) sql += fmt::format(" WITH CHECK ({})", policy.sql("check"));
  return {{sql}};
}

// ALTER POLICY can change an expression, but not take it away.
std::optional<Statements> alter(const View& before, const View& after) {
  for (std::string_view key : {"using", "check"}) {
    if (before.has(key) && !after.has(key)) return std::nullopt;
  }
  std::string sql = "ALTER POLICY " + address_on_table(after);
  if (before.list("roles") != after.list("roles")) sql += " TO " + roles(after);
  if (before.text("using") != after.text("using")) sql += fmt::format(" USING ({})", after.sql("using"));
  if (before.text("check") != after.text("check")) sql += fmt::format(" WITH CHECK ({})", after.sql("check"));
  return Statements{{sql}};
}

constexpr std::string_view commands[] = {"all", "select", "insert", "update", "delete"};

constexpr AttributeRule attributes[] = {
    {.key = "for",
     .fallback = "all",
     .source = R"(case o.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                            when 'd' then 'delete' end)",
     .help = "all, select, insert, update or delete: the commands it applies to",
     .choices = commands},
    {.key = "permissive",
     .value = Value::boolean,
     .fallback = "true",
     .source = "o.polpermissive",
     .help = "lets rows through that any permissive policy lets through; a restrictive one must let them through too"},
    {.key = "roles",
     .value = Value::names,
     .source = R"(case when o.polroles <> '{0}'
                   then array(select case r.rolname when 'PUBLIC' then '"PUBLIC"' else r.rolname end
                                from pg_catalog.pg_roles r
                               where r.oid = any (o.polroles)
                               order by r.rolname) end)",
     .help = "roles that it applies to; everybody when silent",
     .alter = alter,
     .holds_roles = true},
    {.key = "using",
     .value = Value::expression,
     .source = "pg_catalog.pg_get_expr(o.polqual, o.polrelid)",
     .help = "SQL condition on the rows that are there",
     .alter = alter},
    {.key = "check",
     .value = Value::expression,
     .source = "pg_catalog.pg_get_expr(o.polwithcheck, o.polrelid)",
     .help = "SQL condition on the rows that are written; `using` when silent",
     .alter = alter},
};

constexpr Kind owners[] = {Kind::table};
constexpr FileForm forms[] = {{.section = "policies", .within = owners}};

}  // namespace

extern const KindRules policy_rules;
constinit const KindRules policy_rules{
    .key = "policy",
    .noun = "POLICY",
    .address = Address::table,
    .address_sql = address_on_table,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_policy, .oid = "o.oid", .table = "o.polrelid", .name = "o.polname", .from = R"(
  from pg_catalog.pg_policy o
 where o.oid >= 16384
 order by o.polrelid, o.polname)"},
    .forms = forms,
    .create = create,
    .dies_with_parent = true,
};

}  // namespace plumb
