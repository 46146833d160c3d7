#include <fmt/core.h>

#include "schema/kinds/foreign_options.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements create(const View& wrapper, std::span<const std::string>) {
  std::string sql = "CREATE FOREIGN DATA WRAPPER " + address(wrapper);
  if (wrapper.has("handler")) sql.append(" HANDLER ").append(wrapper.text("handler"));
  if (wrapper.has("validator")) sql.append(" VALIDATOR ").append(wrapper.text("validator"));
  return {{sql + options_clause(wrapper)}};
}

// In one statement, because new options are for the new validator.
std::optional<Statements> alter(const View& before, const View& after) {
  std::string sql = "ALTER FOREIGN DATA WRAPPER " + address(after);
  if (before.text("handler") != after.text("handler")) {
    sql += after.has("handler") ? fmt::format(" HANDLER {}", after.text("handler")) : " NO HANDLER";
  }
  if (before.text("validator") != after.text("validator")) {
    sql += after.has("validator") ? fmt::format(" VALIDATOR {}", after.text("validator")) : " NO VALIDATOR";
  }
  const std::string options = options_change(before, after);
  if (!options.empty()) sql += ' ' + options;
  return Statements{{sql}};
}

constexpr AttributeRule attributes[] = {
    {.key = "handler",
     .source = R"(
  (select pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname)
     from pg_catalog.pg_proc p
     join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where p.oid = w.fdwhandler))",
     .help = "function that tells how to reach the data; without it, foreign tables cannot be read",
     .alter = alter},
    {.key = "validator",
     .source = R"(
  (select pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname)
     from pg_catalog.pg_proc p
     join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where p.oid = w.fdwvalidator))",
     .help = "function that checks options",
     .alter = alter},
    foreign_options_rule("w.fdwoptions", "options, as in {debug: true}; a password as ${NAME}", alter),
};

constexpr FileForm forms[] = {{.section = "foreign_data_wrappers"}};

}  // namespace

extern const KindRules foreign_data_wrapper_rules;
constinit const KindRules foreign_data_wrapper_rules{
    .key = "foreign_data_wrapper",
    .noun = "FOREIGN DATA WRAPPER",
    .address = Address::database,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_foreign_data_wrapper, .oid = "w.oid", .name = "w.fdwname", .from = R"(
  from pg_catalog.pg_foreign_data_wrapper w
 where w.oid >= 16384
 order by w.fdwname)"},
    .owner_rows = R"(
        select 2328 as catalog, w.oid, w.fdwowner as owner from pg_catalog.pg_foreign_data_wrapper w)",
    .privilege_rows = R"(
        select 2328 as catalog, f.oid, 0 as sub, 0 as schema, f.fdwacl as acl,
               pg_catalog.acldefault('F', f.fdwowner) as usual
          from pg_catalog.pg_foreign_data_wrapper f
         where f.fdwacl is not null)",
    .forms = forms,
    .create = create,
};

}  // namespace plumb
