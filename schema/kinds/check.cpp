#include <fmt/core.h>

#include "schema/kinds/constraint.h"
#include "schema/kinds/inherited.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { unvalidated_before_18, unvalidated_since_18, local, columns };

constexpr RawColumn raw[] = {
    not_valid_before_18,
    not_valid_since_18,
    {.sql = "c.conislocal"},
    {.sql = "c.conkey"},
};

bool read(Reader& reader) {
  reader.set("not_valid", reader.raw_true(unvalidated_before_18) || reader.raw_true(unvalidated_since_18));
  reader.set("inherited", !reader.raw_true(local));
  for (const std::string& number : array_elements(reader.raw_text(columns))) {
    reader.need_column(reader.table(), to_integer(number));
  }
  for (const Names::Parent& parent : reader.names().parents(reader.table())) {
    const Oid original = reader.names().inherited_check(parent.table, reader.identity().name);
    if (original == 0) continue;
    reader.add_need(link_address(reader.table(), parent.number), reader.address());
    reader.add_need(reader.address(), {pg_constraint, original, 0});
  }
  return true;
}

std::string definition(const View& check) {
  return fmt::format("CONSTRAINT {} CHECK ({}){}{}{}", quote_identifier(check.name()), check.sql("expression"),
                     check.is("no_inherit") ? " NO INHERIT" : "", check.is("not_enforced") ? " NOT ENFORCED" : "",
                     check.is("not_valid") ? " NOT VALID" : "");
}

Statements create(const View& check, std::span<const std::string>) { return add_constraint(check, definition(check)); }

// CREATE TABLE takes every check as valid, whatever it says.
std::string part_of_create(const View& check) {
  const bool comes_by_itself = check.is("inherited") && !is_made_apart(*check.parent());
  return check.is("not_valid") || comes_by_itself ? std::string{} : definition(check);
}

Statements drop_alone(const View& check) {
  return {
      {fmt::format("ALTER TABLE ONLY {} DROP CONSTRAINT {}", table_address(check), quote_identifier(check.name()))}};
}

constexpr AttributeRule attributes[] = {
    {.key = "expression",
     .value = Value::expression,
     .source = "pg_catalog.pg_get_expr(c.conbin, c.conrelid)",
     .help = "SQL condition that no row may make false",
     .required = true,
     .unless = "inherited"},
    {.key = "no_inherit",
     .value = Value::boolean,
     .fallback = "false",
     .source = "c.connoinherit",
     .help = "does not hold for tables that inherit from this one"},
    not_valid_rule,
    not_enforced_rule,
    inherited_rule,
};

constexpr Kind owners[] = {Kind::table, Kind::foreign_table};
constexpr FileForm forms[] = {
    {.section = "checks", .within = owners, .short_form = "expression", .default_name = "{table}_check"}};

}  // namespace

extern const KindRules check_rules;
constinit const KindRules check_rules{
    .key = "check",
    .noun = "CONSTRAINT",
    .address = Address::table,
    .name_space = NameSpace::constraint,
    .address_sql = address_on_table,
    .rename = rename_part,
    .attributes = attributes,
    // Those of domains have no table.
    .inspection = {.catalog = pg_constraint,
                   .oid = "c.oid",
                   .table = "c.conrelid",
                   .name = "c.conname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_constraint c
 where c.oid >= 16384
   and c.contype = 'c'
   and c.conrelid <> 0
 order by c.conrelid, c.conname)",
                   .read = read},
    .keeps_results = [](const View&) -> std::string_view {
      return "has let pass by the old one what is there: look for values that the new one refuses";
    },
    .forms = forms,
    .create = create,
    .part_of_create = part_of_create,
    .comes_along = is_inherited,
    .drop = drop_constraint,
    .dies_with_parent = true,
    .carrier = carrier,
    .named_as_original = true,
    .drop_alone = drop_alone,
    .follows = true,
    .evaluates = true,
};

}  // namespace plumb
