#include <fmt/core.h>

#include "schema/kinds/index_parts.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

bool read(Reader& reader) {
  const auto elements = read_elements(reader);
  reader.set_list("columns", elements);
  read_method(reader);
  return !elements.empty();
}

std::string index_address(const View& index) { return qualify(index.schema(), index.name()); }

// The index of a partitioned table is invalid as long as a partition lacks its own, which ONLY leaves to others.
Statements create(const View& index, std::span<const std::string>) {
  std::string sql =
      fmt::format("CREATE {}INDEX {} ON {}{}", index.is("unique") ? "UNIQUE " : "", quote_identifier(index.name()),
                  index.is("invalid") && is_partitioned(index) ? "ONLY " : "", table_address(index));
  if (index.text("using") != "btree") sql += " USING " + quote_identifier(index.text("using"));
  sql += " (" + join(index.list("columns"), ", ") + ')' + include_clause(index);
  if (index.is("nulls_not_distinct")) sql += " NULLS NOT DISTINCT";
  sql += with_clause(index);
  if (index.has("tablespace")) sql += " TABLESPACE " + quote_identifier(index.text("tablespace"));
  if (index.has("where")) sql.append(" WHERE ").append(index.sql("where"));
  return {{sql}};
}

constexpr AttributeRule attributes[] = {
    {.key = "columns",
     .value = Value::fragments,
     .help = "columns and (expressions), each with its operator class and order, as in \"created_at DESC\"",
     .required = true},
    include_rule,
    {.key = "unique",
     .value = Value::boolean,
     .fallback = "false",
     .source = "i.indisunique",
     .help = "no two rows are alike in all columns"},
    {.key = "nulls_not_distinct",
     .value = Value::boolean,
     .fallback = "false",
     .source = "i.indnullsnotdistinct",
     .help = "NULL counts as equal to NULL",
     .since = 150000},
    using_rule,
    where_rule,
    with_rule,
    index_tablespace_rule,
    {.key = "invalid",
     .value = Value::boolean,
     .fallback = "false",
     .source = "not i.indisvalid",
     .help = "not used by queries, as what an interrupted CREATE INDEX CONCURRENTLY leaves behind"},
};

constexpr Kind owners[] = {Kind::table, Kind::materialized_view};
constexpr FileForm forms[] = {{.section = "indexes", .within = owners, .short_form = "columns"}};

}  // namespace

extern const KindRules index_rules;
constinit const KindRules index_rules{
    .key = "index",
    .noun = "INDEX",
    .address = Address::table,
    .name_space = NameSpace::relation,
    .attributes = attributes,
    // Indexes of constraints belong to those, attached indexes of partitions to the index of the parent.
    .inspection = {.catalog = 1259,
                   .oid = "i.indexrelid",
                   .table = "i.indrelid",
                   .name = "x.relname",
                   .raw = element_columns,
                   .from = R"(
  from pg_catalog.pg_index i
  join pg_catalog.pg_class x on x.oid = i.indexrelid
 where i.indexrelid >= 16384
   and x.relnamespace <> 99
   and x.relpersistence <> 't'
   and not x.relispartition
   and not exists (select
                     from pg_catalog.pg_constraint c
                    where c.conindid = i.indexrelid
                      and c.contype in ('p', 'u', 'x'))
 order by i.indrelid, x.relname)",
                   .read = read},
    .forms = forms,
    .create = create,
    .address_sql = index_address,
    .dies_with_parent = true,
    .follows = true,
    .interface = true,
    // Manual, CREATE INDEX, "Building Indexes Concurrently", and REINDEX, "Rebuilding Indexes Concurrently".
    .half_made = R"(
select i.indexrelid, pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, x.relname)
  from pg_catalog.pg_index i
  join pg_catalog.pg_class x on x.oid = i.indexrelid
  join pg_catalog.pg_namespace n on n.oid = x.relnamespace
 where not i.indisvalid
   and x.relkind = 'i'
 order by 1)",
};

}  // namespace plumb
