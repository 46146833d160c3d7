#include <fmt/core.h>

#include "schema/kinds/deparsed.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { domain_oid, domain_name, needs };

// pg_depend calls what the default uses a need of the domain (GenerateTypeDependencies).
constexpr RawColumn raw[] = {{.sql = "t.oid"}, {.sql = "t.typname"}, {.sql = R"(
  (select pg_catalog.string_agg(d.refclassid::bigint || ' ' || d.refobjid::bigint, ' ')
     from pg_catalog.pg_depend d
    where d.classid = 1247
      and d.objid = t.oid
      and d.refclassid in (1255, 1259, 2617)))"}};

bool read(Reader& reader) {
  reader.set_table(reader.raw_text(domain_name));
  reader.set_name(reader.raw_text(domain_name));
  reader.set_parent({pg_type, reader.raw_oid(domain_oid), 0});
  const auto addresses = vector_elements(reader.raw_text(needs));
  for (std::size_t i = 0; i + 1 < addresses.size(); i += 2) {
    reader.add_need(reader.address(), {addresses[i], addresses[i + 1], 0});
  }
  return true;
}

std::string alter_domain(const View& value) { return "ALTER DOMAIN " + table_address(value); }

std::string part_of_create(const View& value) { return default_clause(value.sql("expression")); }

Statements create(const View& value, std::span<const std::string>) {
  return {{fmt::format("{} SET {}", alter_domain(value), part_of_create(value))}};
}

std::optional<Statements> alter(const View&, const View& after) { return create(after, {}); }

Statements drop(const View& value) { return {{alter_domain(value) + " DROP DEFAULT"}}; }

constexpr AttributeRule attributes[] = {
    {.key = "expression",
     .value = Value::expression,
     .source = "pg_catalog.pg_get_expr(t.typdefaultbin, 0)",
     .help = "SQL expression for columns of the domain that have no default of their own",
     .alter = alter,
     .required = true},
};

constexpr Kind owners[] = {Kind::domain};
constexpr FileForm forms[] = {{.section = "default", .within = owners, .named = false, .short_form = "expression"}};

}  // namespace

extern const KindRules domain_default_rules;
constinit const KindRules domain_default_rules{
    .key = "domain_default",
    .noun = "DEFAULT",
    .address = Address::table,
    .attributes = attributes,
    // The address of a part that has no row of its own: that of the domain, and a number.
    .inspection = {.catalog = pg_type,
                   .oid = "t.oid",
                   .sub = "1",
                   .schema = "t.typnamespace",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_type t
 where t.oid >= 16384
   and t.typtype = 'd'
   and t.typdefaultbin is not null
 order by t.typnamespace, t.typname)",
                   .read = read},
    .takes_comments = false,
    .forms = forms,
    .create = create,
    .part_of_create = part_of_create,
    .drop = drop,
    .dies_with_parent = true,
};

}  // namespace plumb
