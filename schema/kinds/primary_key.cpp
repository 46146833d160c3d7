#include <algorithm>

#include "schema/kinds/constraint.h"
#include "schema/kinds/index_parts.h"
#include "schema/kinds/inherited.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string definition(const View& key) { return key_definition(key, "PRIMARY KEY"); }

Statements create(const View& key, std::span<const std::string>) { return add_constraint(key, definition(key)); }

/// From PostgreSQL 18 on, a key that is made together with its table gives the columns a NOT NULL of their own; where
/// it is added to a table, what they inherit is enough. (A schema file does not know what they inherit.)
bool may_give_not_null(const View& key) {
  const auto table = key.parent();
  if (table->children(Kind::inheritance).empty() && table->children(Kind::partition).empty()) return false;
  const auto columns = table->children(Kind::column);
  return !std::ranges::all_of(key.list("columns"), [&](std::string_view name) {
    return std::ranges::any_of(columns,
                               [&](const View& column) { return column.name() == name && column.is("not_null"); });
  });
}

std::string part_of_create(const View& key) {
  return key.is("inherited") || may_give_not_null(key) ? std::string{} : definition(key);
}

constexpr AttributeRule attributes[] = {
    key_columns_rule,        include_rule,          with_rule,      index_tablespace_rule, deferrable_rule,
    initially_deferred_rule, without_overlaps_rule, inherited_rule,
};

constexpr Kind owners[] = {Kind::table};
constexpr FileForm forms[] = {{.section = "primary_key",
                               .within = owners,
                               .named = false,
                               .short_form = "columns",
                               .default_name = "{table}_pkey"}};

}  // namespace

extern const KindRules primary_key_rules;
constinit const KindRules primary_key_rules{
    .key = "primary_key",
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
                   .raw = key_columns,
                   .from = R"(
  from pg_catalog.pg_constraint c
  join pg_catalog.pg_index i on i.indexrelid = c.conindid
  join pg_catalog.pg_class x on x.oid = c.conindid
 where c.oid >= 16384
   and c.contype = 'p'
 order by c.conrelid, c.conname)",
                   .read = read_key},
    .forms = forms,
    .refuses_second = "multiple primary keys for table ",
    .interface = true,
    .create = create,
    .finish_copy = [](const View& index) { return settle_copy(index, "pkey"); },
    .part_of_create = part_of_create,
    .comes_along = is_inherited,
    .drop = drop_constraint,
    .dies_with_parent = true,
    .carrier = carrier,
    .made_by_link = is_never_joined,
    .follows = true,
};

}  // namespace plumb
