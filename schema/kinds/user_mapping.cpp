#include <fmt/core.h>

#include "schema/kinds/foreign_options.h"
#include "schema/kinds/privileges.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// "FOR app SERVER warehouse"
std::string mapping_address(const View& mapping) {
  return fmt::format("FOR {} SERVER {}", role_sql(mapping.role()), quote_identifier(mapping.table()));
}

Statements create(const View& mapping, std::span<const std::string>) {
  return {{"CREATE USER MAPPING " + mapping_address(mapping) + options_clause(mapping)}};
}

std::optional<Statements> alter(const View& before, const View& after) {
  return Statements{{fmt::format("ALTER USER MAPPING {} {}", mapping_address(after), options_change(before, after))}};
}

enum Raw : std::size_t { server, server_name, role };

constexpr RawColumn raw[] = {
    {.sql = "m.srvid"},
    {.sql = "m.srvname"},
    {.sql = "case m.umuser when 0 then 'public' else m.usename end"},
};

bool read(Reader& reader) {
  reader.set_table(reader.raw_text(server_name));
  reader.set_parent({pg_foreign_server, reader.raw_oid(server), 0});
  reader.set_role(reader.raw_text(role));
  return true;
}

constexpr AttributeRule attributes[] = {
    foreign_options_rule("m.umoptions", "options, as in {user: reader, password: \"${WAREHOUSE_PASSWORD}\"}", alter),
};

constexpr Kind owners[] = {Kind::foreign_server};
constexpr FileForm forms[] = {{.section = "user_mappings", .within = owners, .role_key = "role"}};

}  // namespace

extern const KindRules user_mapping_rules;
constinit const KindRules user_mapping_rules{
    .key = "user_mapping",
    .noun = "USER MAPPING",
    .address = Address::table,
    .address_sql = mapping_address,
    .attributes = attributes,
    // The view, because the catalog is for superusers only; it shows the options to those alone who may see them
    // (manual section 54.37), and what cannot be seen whole is not read.
    .inspection = {.catalog = pg_user_mapping,
                   .oid = "m.umid",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_user_mappings m
  join pg_catalog.pg_foreign_server s on s.oid = m.srvid
  join pg_catalog.pg_roles r on r.rolname = current_user
 where m.umid >= 16384
   and (r.rolsuper
        or m.umuser = r.oid and pg_catalog.has_server_privilege(s.oid, 'usage')
        or m.umuser in (0, r.oid) and pg_catalog.pg_has_role(s.srvowner, 'usage'))
 order by m.srvname, m.usename)",
                   .read = read},
    .takes_comments = false,
    .forms = forms,
    .create = create,
};

}  // namespace plumb
