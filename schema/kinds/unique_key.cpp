#include "schema/kinds/constraint.h"
#include "schema/kinds/index_parts.h"
#include "schema/kinds/inherited.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string definition(const View& key) {
  return key_definition(key, key.is("nulls_not_distinct") ? "UNIQUE NULLS NOT DISTINCT" : "UNIQUE");
}

Statements create(const View& key, std::span<const std::string>) { return add_constraint(key, definition(key)); }

std::string part_of_create(const View& key) {
  return key.is("inherited") || repeats_a_key(key, Kind::primary_key) ? std::string{} : definition(key);
}

// A copy for a partition is called after what it is made of, which for WITHOUT OVERLAPS are exclusion operators.
Statements finish(const View& key) { return settle_copy(key, key.is("without_overlaps") ? "excl" : "key"); }

constexpr AttributeRule attributes[] = {
    key_columns_rule,
    include_rule,
    {.key = "nulls_not_distinct",
     .value = Value::boolean,
     .fallback = "false",
     .source = "i.indnullsnotdistinct",
     .help = "NULL counts as equal to NULL",
     .since = 150000},
    with_rule,
    index_tablespace_rule,
    deferrable_rule,
    initially_deferred_rule,
    without_overlaps_rule,
    inherited_rule,
};

constexpr Kind owners[] = {Kind::table};
constexpr FileForm forms[] = {
    {.section = "unique_keys", .within = owners, .short_form = "columns", .default_name = "{table}_{columns}_key"}};

}  // namespace

extern const KindRules unique_key_rules;
constinit const KindRules unique_key_rules{
    .key = "unique_key",
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
   and c.contype = 'u'
 order by c.conrelid, c.conname)",
                   .read = read_key},
    .forms = forms,
    .interface = true,
    .create = create,
    .finish_copy = finish,
    .part_of_create = part_of_create,
    .comes_along = is_inherited,
    .drop = drop_constraint,
    .dies_with_parent = true,
    .carrier = carrier,
    .made_by_link = is_never_joined,
    .follows = true,
};

}  // namespace plumb
