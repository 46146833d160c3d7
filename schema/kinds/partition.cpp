#include <utility>

#include <fmt/core.h>

#include "schema/kinds/column_null.h"
#include "schema/kinds/inherited.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { parent_table };

constexpr RawColumn raw[] = {{.sql = "h.inhparent"}};

bool read(Reader& reader) {
  const Names& names = reader.names();
  const Names::Relation* relation = names.relation(reader.raw_oid(parent_table));
  if (relation == nullptr) return false;
  reader.set("table", qualify(names.symbols().text(relation->schema), names.symbols().text(relation->name)));
  reader.add_need(reader.address(), {1259, reader.raw_oid(parent_table), 0});
  return true;
}

Statements create(const View& partition, std::span<const std::string>) {
  return {{fmt::format("ALTER TABLE {} ATTACH PARTITION {} {}", partition.text("table"), address(*partition.parent()),
                       partition.text("bound"))}};
}

Statements drop(const View& partition) {
  return {{fmt::format("ALTER TABLE {} DETACH PARTITION {}", partition.text("table"), address(*partition.parent()))}};
}

// A partition that was attached has its own names for the NOT NULL constraints that it inherits (PostgreSQL 18), and
// one that was made as such those of the partitioned table. What is inherited cannot be renamed.
Statements settle(const View& partition) {
  Statements statements;
  for (const View& column : partition.parent()->children(Kind::column)) {
    if (auto rename = rename_inherited_not_null(column)) statements.push_back(std::move(*rename));
  }
  if (statements.empty()) return statements;
  statements.insert(statements.begin(), drop(partition).front());
  statements.push_back(create(partition, {}).front());
  return statements;
}

constexpr AttributeRule attributes[] = {
    {.key = "table", .help = "the partitioned table", .required = true},
    {.key = "bound",
     .source = "pg_catalog.pg_get_expr(c.relpartbound, 0)",
     .help = "which rows the partition holds, as in \"FOR VALUES IN ('a')\" or \"DEFAULT\"",
     .required = true},
};

constexpr Kind owners[] = {Kind::table, Kind::foreign_table};
constexpr FileForm forms[] = {{.section = "partition_of", .within = owners, .named = false}};

}  // namespace

extern const KindRules partition_rules;
constinit const KindRules partition_rules{
    .key = "partition",
    .noun = "PARTITION",
    .address = Address::table,
    .attributes = attributes,
    .inspection = {.catalog = 2611,
                   .oid = "h.inhrelid",
                   .sub = "h.inhseqno",
                   .table = "h.inhrelid",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_inherits h
  join pg_catalog.pg_class c on c.oid = h.inhrelid
 where h.inhrelid >= 16384
   and c.relkind in ('r', 'p', 'f')
   and c.relispartition
 order by h.inhrelid)",
                   .read = read},
    .forms = forms,
    .create = create,
    .settle = settle,
    .drop = drop,
    .comes_along = [](const View&) { return true; },
    .carries = Carries::all,
    .dies_with_parent = true,
    .follows = true,
    .about_parent = true,
    .interface = true,
};

}  // namespace plumb
