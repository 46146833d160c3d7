
#include "schema/kinds/foreign_options.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements create(const View& server, std::span<const std::string>) {
  std::string sql = "CREATE SERVER " + address(server);
  if (server.has("type")) sql += " TYPE " + quote_literal(server.text("type"));
  if (server.has("version")) sql += " VERSION " + quote_literal(server.text("version"));
  sql += " FOREIGN DATA WRAPPER " + quote_identifier(server.text("wrapper"));
  return {{sql + options_clause(server)}};
}

std::optional<Statements> alter(const View& before, const View& after) {
  std::string sql = "ALTER SERVER " + address(after);
  if (before.text("version") != after.text("version")) {
    sql += " VERSION " + (after.has("version") ? quote_literal(after.text("version")) : "NULL");
  }
  const std::string options = options_change(before, after);
  if (!options.empty()) sql += ' ' + options;
  return Statements{{sql}};
}

constexpr AttributeRule attributes[] = {
    {.key = "wrapper", .source = "w.fdwname", .help = "foreign-data wrapper that reaches it", .required = true},
    {.key = "type", .source = "s.srvtype", .help = "type, where the wrapper knows several"},
    {.key = "version", .source = "s.srvversion", .help = "version, where the wrapper wants to know it", .alter = alter},
    foreign_options_rule("s.srvoptions", "options, as in {host: db.example, dbname: shop}; a password as ${NAME}",
                         alter),
};

constexpr FileForm forms[] = {{.section = "foreign_servers", .short_form = "wrapper"}};

}  // namespace

extern const KindRules foreign_server_rules;
constinit const KindRules foreign_server_rules{
    .key = "foreign_server",
    .noun = "SERVER",
    .address = Address::database,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_foreign_server, .oid = "s.oid", .name = "s.srvname", .from = R"(
  from pg_catalog.pg_foreign_server s
  join pg_catalog.pg_foreign_data_wrapper w on w.oid = s.srvfdw
 where s.oid >= 16384
 order by s.srvname)"},
    .owner_rows = R"(
        select 1417 as catalog, s.oid, s.srvowner as owner from pg_catalog.pg_foreign_server s)",
    .privilege_rows = R"(
        select 1417 as catalog, s.oid, 0 as sub, 0 as schema, s.srvacl as acl,
               pg_catalog.acldefault('S', s.srvowner) as usual
          from pg_catalog.pg_foreign_server s
         where s.srvacl is not null)",
    .forms = forms,
    .create = create,
};

}  // namespace plumb
