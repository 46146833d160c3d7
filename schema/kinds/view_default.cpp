#include <fmt/core.h>

#include "schema/names.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

// What INSERT into the view puts into a column that it does not name (manual, ALTER VIEW, "Parameters").
Statements create(const View& value, std::span<const std::string>) {
  return {alter_column(value, fmt::format("SET DEFAULT {}", value.sql("expression")))};
}

std::optional<Statements> alter(const View&, const View& after) { return create(after, {}); }

Statements drop(const View& value) { return {alter_column(value, "DROP DEFAULT")}; }

constexpr AttributeRule attributes[] = {
    {.key = "expression",
     .value = Value::expression,
     .source = PLUMB_DEFAULT_EXPRESSION,
     .help = "SQL expression that gives the value of a column when a row is inserted into the view without one",
     .alter = alter,
     .required = true},
};

constexpr Kind owners[] = {Kind::view};
constexpr FileForm forms[] = {{.section = "defaults", .within = owners, .short_form = "expression"}};

}  // namespace

extern const KindRules view_default_rules;
constinit const KindRules view_default_rules{
    .key = "view_default",
    .noun = "DEFAULT",
    .address = Address::table,
    .attributes = attributes,
    .inspection = {.catalog = pg_attrdef, .oid = "d.oid", .table = "d.adrelid", .name = "a.attname", .from = R"(
  from pg_catalog.pg_class c
  join pg_catalog.pg_attrdef d on d.adrelid = c.oid
  join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
 where c.oid >= 16384
   and c.relkind = 'v'
 order by d.adrelid, d.adnum)"},
    .takes_comments = false,
    .forms = forms,
    .create = create,
    .drop = drop,
    .dies_with_parent = true,
    .follows = true,
};

}  // namespace plumb
