#include <fmt/core.h>

#include "schema/kinds/foreign_options.h"
#include "schema/kinds/inherited.h"
#include "schema/kinds/rights.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements create(const View& table, std::span<const std::string> parts) {
  const std::string tail = fmt::format(" SERVER {}{}", quote_identifier(table.text("server")), options_clause(table));
  return create_table(table, "CREATE FOREIGN TABLE " + address(table), parts, tail);
}

std::optional<Statements> alter_options(const View& before, const View& after) {
  return Statements{{fmt::format("ALTER FOREIGN TABLE {} {}", address(after), options_change(before, after))}};
}

constexpr AttributeRule attributes[] = {
    {.key = "server", .source = "s.srvname", .help = "foreign server that has the data", .required = true},
    foreign_options_rule("f.ftoptions", "options, as in {schema_name: public, table_name: orders}", alter_options),
};

constexpr FileForm forms[] = {{.section = "foreign_tables", .short_form = "server"}};

}  // namespace

extern const KindRules foreign_table_rules;
constinit const KindRules foreign_table_rules{
    .key = "foreign_table",
    .noun = "FOREIGN TABLE",
    .address = Address::schema,
    .name_space = NameSpace::relation,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_class, .oid = "c.oid", .schema = "c.relnamespace", .name = "c.relname", .from = R"(
  from pg_catalog.pg_foreign_table f
  join pg_catalog.pg_class c on c.oid = f.ftrelid
  join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
 where c.oid >= 16384
 order by c.relnamespace, c.relname)"},
    .owner_rows = relation_owners,
    .privilege_rows = relation_privileges,
    .takes_labels = true,
    .forms = forms,
    .create = create,
};

}  // namespace plumb
