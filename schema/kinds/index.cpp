#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "schema/kinds/index_parts.h"
#include "schema/kinds/inherited.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { inherited = element_columns.size(), invalid_original, partitions };

constexpr auto raw = [] {
  std::array<RawColumn, element_columns.size() + 3> columns{};
  std::copy(element_columns.begin(), element_columns.end(), columns.begin());
  columns[inherited].sql = "x.relispartition";
  columns[invalid_original].sql = R"(
  case when x.relispartition
        and i.indexrelid in (select h.inhrelid
                               from pg_catalog.pg_index o
                               join pg_catalog.pg_inherits h on h.inhparent = o.indexrelid
                              where not o.indisvalid)
       then (select pg_catalog.format('%I.%I', n.nspname, c.relname)
               from pg_catalog.pg_inherits h
               join pg_catalog.pg_index o on o.indexrelid = h.inhparent
               join pg_catalog.pg_class c on c.oid = o.indexrelid
               join pg_catalog.pg_namespace n on n.oid = c.relnamespace
              where h.inhrelid = i.indexrelid) end)";
  columns[partitions].sql = R"(
  case when x.relkind = 'I'
        and not x.relispartition
        and not i.indisvalid
       then array(select h.inhrelid
                    from pg_catalog.pg_inherits h
                   where h.inhparent = i.indrelid
                     and not exists (select
                                       from pg_catalog.pg_inherits a
                                       join pg_catalog.pg_index o on o.indexrelid = a.inhrelid
                                      where a.inhparent = i.indexrelid
                                        and o.indrelid = h.inhrelid)) end)";
  return columns;
}();

bool read(Reader& reader) {
  const auto elements = read_elements(reader);
  reader.set_list("columns", elements);
  read_method(reader);
  if (const auto name = reader.raw(invalid_original)) {
    reader.set("inherited", true);  // but it comes after the link
    reader.set("attached_to", *name);
  } else {
    set_inherited_by_partition(reader, reader.raw_true(inherited));
  }
  // What joins later is given the index that it lacks.
  for (const std::string& partition : array_elements(reader.raw(partitions).value_or(""))) {
    reader.add_need(reader.address(), link_address(to_oid(partition), 1));
  }
  return !elements.empty();
}

std::string index_address(const View& index) { return qualify(index.schema(), index.name()); }

Statement attach(const View& index) {
  return {fmt::format("ALTER INDEX {} ATTACH PARTITION {}", index.text("attached_to"), index_address(index))};
}

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
  Statements statements{{sql}};
  if (index.has("attached_to")) statements.push_back(attach(index));
  return statements;
}

// When its table is attached or detached, so is the index.
std::optional<Statements> alter_attached(const View& before, const View& after) {
  if (partition_of(before).has_value() != partition_of(after).has_value()) return Statements{};
  if (before.has("attached_to") || before.is("inherited")) return std::nullopt;
  return Statements{attach(after)};
}

std::string_view number_of(std::string_view target) { return target.substr(0, target.find('=')); }

Statement set_target(const View& index, std::string_view number, std::string_view target) {
  return {fmt::format("ALTER INDEX {} ALTER COLUMN {} SET STATISTICS {}", index_address(index), number, target)};
}

Statements after_create(const View& index) {
  Statements statements;
  for (std::string_view target : index.list("statistics")) {
    statements.push_back(set_target(index, number_of(target), target.substr(target.find('=') + 1)));
  }
  return statements;
}

std::optional<Statements> alter_statistics(const View& before, const View& after) {
  Statements statements;
  const auto targets = after.list("statistics");
  for (std::string_view old : before.list("statistics")) {
    if (std::ranges::find(targets, number_of(old), number_of) == targets.end()) {
      statements.push_back(set_target(after, number_of(old), "-1"));
    }
  }
  for (Statement& statement : after_create(after)) statements.push_back(std::move(statement));
  return statements;
}

/// No statement makes such an index on purpose.
bool becomes_half_made(const View&, const View& after) { return after.is("half_made"); }

constexpr AttributeRule attributes[] = {
    {.key = "columns",
     .value = Value::fragments,
     .help = "columns and (expressions), each with its operator class and order, as in \"created_at DESC\"",
     .required = true,
     .unless = "inherited"},
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
    {.key = "statistics",
     .value = Value::options,
     .source = R"(
  case when i.indexprs is not null
       then (select pg_catalog.array_agg(a.attnum || '=' || a.attstattarget)
               from pg_catalog.pg_attribute a
              where a.attrelid = i.indexrelid
                and a.attstattarget >= 0) end)",
     .help = "statistics targets of expressions by their places in the index, as in {2: 500}",
     .alter = alter_statistics,
     .own = true},
    {.key = "invalid",
     .value = Value::boolean,
     .fallback = "false",
     .source = "not i.indisvalid and x.relkind = 'I'",
     .help = "of a partitioned table: it waits for indexes of partitions, as after CREATE INDEX ON ONLY"},
    {.key = "half_made",
     .value = Value::boolean,
     .fallback = "false",
     .source = "not i.indisvalid and x.relkind = 'i'",
     .help = "not used by queries, as what an interrupted CREATE INDEX CONCURRENTLY leaves behind",
     .derived = true,
     .is_fixed = becomes_half_made},
    inherited_rule,
    {.key = "attached_to",
     .help = "index of the partitioned table that it has joined, where that lacks those of other partitions",
     .alter = alter_attached},
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
    .address_sql = index_address,
    .rename = rename_object,
    .attributes = attributes,
    // Indexes of constraints belong to those.
    .inspection = {.catalog = pg_class,
                   .oid = "i.indexrelid",
                   .table = "i.indrelid",
                   .name = "x.relname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_index i
  join pg_catalog.pg_class x on x.oid = i.indexrelid
 where i.indexrelid >= 16384
   and x.relnamespace <> 99
   and x.relpersistence <> 't'
   and not exists (select
                     from pg_catalog.pg_constraint c
                    where c.conindid = i.indexrelid
                      and c.contype in ('p', 'u', 'x'))
 order by i.indrelid, x.relname)",
                   .read = read},
    // Manual, CREATE INDEX, "Building Indexes Concurrently", and REINDEX, "Rebuilding Indexes Concurrently". What
    // another session is building is none of it; of one whose role hides the index, the table is known by its lock.
    .half_made = R"(
select i.indexrelid, pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, x.relname)
  from pg_catalog.pg_index i
  join pg_catalog.pg_class x on x.oid = i.indexrelid
  join pg_catalog.pg_namespace n on n.oid = x.relnamespace
 where not i.indisvalid
   and x.relkind = 'i'
   and not exists (select
                     from pg_catalog.pg_stat_progress_create_index p
                     left join pg_catalog.pg_locks l
                       on l.pid = p.pid
                      and l.relation = i.indrelid
                      and l.mode = 'ShareUpdateExclusiveLock'
                    where p.pid <> pg_catalog.pg_backend_pid()
                      and (p.index_relid = i.indexrelid or (p.index_relid is null and l.pid is not null)))
 order by 1)",
    .keeps_results = [](const View&) -> std::string_view {
      return "keeps the entries that the old one computed: rebuild it with REINDEX";
    },
    .forms = forms,
    .comes_last = [](const View& index) { return index.is("invalid") || index.has("attached_to"); },
    .interface = true,
    .create = create,
    .after_create = after_create,
    .finish_copy = [](const View& index) { return settle_copy(index, "idx"); },
    .comes_along = [](const View& index) { return is_inherited(index) && !index.has("attached_to"); },
    .dies_with_parent = true,
    .carrier = carrier,
    .follows = true,
    .evaluates = true,
};

}  // namespace plumb
