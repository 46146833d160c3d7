#include <fmt/core.h>

#include "schema/kinds/constraint.h"
#include "schema/kinds/domain.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string domain_address(const View& check) {
  return fmt::format("{} ON DOMAIN {}", quote_identifier(check.name()), table_address(check));
}

std::string definition(const View& check) {
  return fmt::format("CONSTRAINT {} CHECK ({}){}", quote_identifier(check.name()), check.sql("expression"),
                     check.is("not_valid") ? " NOT VALID" : "");
}

Statements create(const View& check, std::span<const std::string>) { return add_constraint(check, definition(check)); }

// CREATE DOMAIN knows no NOT VALID.
std::string part_of_create(const View& check) { return check.is("not_valid") ? std::string{} : definition(check); }

bool needs_new_domain(const View& check, const Catalog& actual) {
  const Object* domain = actual.find(check.parent()->object().identity);
  return domain != nullptr && !check.is("not_valid") && is_inside_columns({actual, *domain});
}

/// The bounds of partitions are values that a check that is not valid may forbid: they can be older than that alone.
std::vector<View> goes_behind(const View& check) {
  std::vector<View> bounds;
  if (!check.is("not_valid")) return bounds;
  for (const Object& object : check.catalog().objects()) {
    if (object.identity.kind == Kind::partition) bounds.emplace_back(check.catalog(), object);
  }
  return bounds;
}

enum Raw : std::size_t { domain_oid, domain_name, unvalidated };

constexpr RawColumn raw[] = {{.sql = "c.contypid"}, {.sql = "t.typname"}, {.sql = "not c.convalidated"}};

bool read(Reader& reader) {
  reader.set_table(reader.raw_text(domain_name));
  reader.set_parent({pg_type, reader.raw_oid(domain_oid), 0});
  reader.set("not_valid", reader.raw_true(unvalidated));
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "expression",
     .value = Value::expression,
     .source = "pg_catalog.pg_get_expr(c.conbin, 0)",
     .help = "SQL condition that no value may make false; the value is called VALUE",
     .required = true},
    not_valid_rule,
};

constexpr Kind owners[] = {Kind::domain};
constexpr FileForm forms[] = {
    {.section = "checks", .within = owners, .short_form = "expression", .default_name = "{table}_check"}};

}  // namespace

extern const KindRules domain_check_rules;
constinit const KindRules domain_check_rules{
    .key = "domain_check",
    .noun = "CONSTRAINT",
    .address = Address::table,
    .name_space = NameSpace::constraint,
    .address_sql = domain_address,
    .rename = rename_part,
    .attributes = attributes,
    .inspection = {.catalog = pg_constraint,
                   .oid = "c.oid",
                   .schema = "t.typnamespace",
                   .name = "c.conname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_constraint c
  join pg_catalog.pg_type t on t.oid = c.contypid
 where c.oid >= 16384
   and c.contype = 'c'
 order by t.typnamespace, t.typname, c.conname)",
                   .read = read},
    .keeps_results = [](const View&) -> std::string_view {
      return "has let pass by the old one what is there: look for values that the new one refuses";
    },
    .forms = forms,
    .comes_last = [](const View& check) { return check.is("not_valid"); },
    .create = create,
    .part_of_create = part_of_create,
    .drop = drop_constraint,
    .dies_with_parent = true,
    .needs_new_parent = needs_new_domain,
    .goes_behind = goes_behind,
    .evaluates = true,
};

}  // namespace plumb
