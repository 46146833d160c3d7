#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "schema/kinds/constraint.h"
#include "schema/kinds/index_parts.h"
#include "schema/kinds/inherited.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { operators = element_columns.size(), operator_schemas, inherited };

constexpr auto raw = [] {
  std::array<RawColumn, element_columns.size() + 3> columns{};
  std::copy(element_columns.begin(), element_columns.end(), columns.begin());
  columns[operators].sql = R"((select pg_catalog.array_agg(o.oprname order by e.position)
                                 from pg_catalog.unnest(c.conexclop) with ordinality e (oid, position)
                                 join pg_catalog.pg_operator o on o.oid = e.oid))";
  columns[operator_schemas].sql = R"((select pg_catalog.array_agg(o.oprnamespace order by e.position)
                                        from pg_catalog.unnest(c.conexclop) with ordinality e (oid, position)
                                        join pg_catalog.pg_operator o on o.oid = e.oid))";
  columns[inherited].sql = "c.conparentid <> 0";
  return columns;
}();

bool read(Reader& reader) {
  auto elements = read_elements(reader);
  const auto names = array_elements(reader.raw_text(operators));
  const auto schemas = array_elements(reader.raw_text(operator_schemas));
  if (elements.size() != names.size()) return false;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const std::string_view schema = reader.names().symbols().text(reader.names().schema(to_oid(schemas[i])));
    elements[i] += schema == "pg_catalog" ? fmt::format(" WITH {}", names[i])
                                          : fmt::format(" WITH OPERATOR({}.{})", quote_identifier(schema), names[i]);
  }
  reader.set_list("elements", elements);
  read_method(reader);
  set_inherited_by_partition(reader, reader.raw_true(inherited));
  return true;
}

std::string definition(const View& exclusion) {
  const std::string where = exclusion.has("where") ? fmt::format(" WHERE ({})", exclusion.sql("where")) : "";
  return fmt::format("CONSTRAINT {} EXCLUDE USING {} ({}){}{}{}{}", quote_identifier(exclusion.name()),
                     quote_identifier(exclusion.text("using")), join(exclusion.list("elements"), ", "),
                     include_clause(exclusion), constraint_storage(exclusion), where, deferral(exclusion));
}

Statements create(const View& exclusion, std::span<const std::string>) {
  return add_constraint(exclusion, definition(exclusion));
}

std::string part_of_create(const View& exclusion) {
  const bool stands_apart = exclusion.is("inherited") || repeats_a_key(exclusion, Kind::exclusion, "elements");
  return stands_apart ? std::string{} : definition(exclusion);
}

constexpr AttributeRule attributes[] = {
    using_rule,
    {.key = "elements",
     .value = Value::fragments,
     .help = "what must not be alike in two rows, and by which operator, as in \"room WITH =\"",
     .required = true,
     .unless = "inherited"},
    include_rule,
    where_rule,
    with_rule,
    index_tablespace_rule,
    deferrable_rule,
    initially_deferred_rule,
    inherited_rule,
};

constexpr Kind owners[] = {Kind::table};
constexpr FileForm forms[] = {{.section = "exclusions", .within = owners, .short_form = "elements"}};

}  // namespace

extern const KindRules exclusion_rules;
constinit const KindRules exclusion_rules{
    .key = "exclusion",
    .noun = "CONSTRAINT",
    .address = Address::table,
    .name_space = NameSpace::relation,
    .address_sql = address_on_table,
    .rename = rename_part,
    .attributes = attributes,
    .inspection = {.catalog = pg_constraint,
                   .oid = "c.oid",
                   .table = "c.conrelid",
                   .name = "c.conname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_constraint c
  join pg_catalog.pg_index i on i.indexrelid = c.conindid
  join pg_catalog.pg_class x on x.oid = c.conindid
 where c.oid >= 16384
   and c.contype = 'x'
 order by c.conrelid, c.conname)",
                   .read = read},
    .keeps_results = [](const View&) -> std::string_view {
      return "keeps the entries that the old one computed: rebuild its index with REINDEX";
    },
    .forms = forms,
    .create = create,
    .finish_copy = [](const View& index) { return settle_copy(index, "excl"); },
    .part_of_create = part_of_create,
    .comes_along = is_inherited,
    .drop = drop_constraint,
    .dies_with_parent = true,
    .carrier = carrier,
    .made_by_link = is_never_joined,
    .follows = true,
    .evaluates = true,
};

}  // namespace plumb
