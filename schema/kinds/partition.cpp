#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/core.h>

#include "schema/kinds/column_identity.h"
#include "schema/kinds/column_null.h"
#include "schema/kinds/inherited.h"
#include "schema/kinds/owned_sequence.h"
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
  reader.add_need(reader.address(), {pg_class, reader.raw_oid(parent_table), 0});
  return true;
}

Statements create(const View& partition, std::span<const std::string>) {
  return {{fmt::format("ALTER TABLE {} ATTACH PARTITION {} {}", partition.text("table"), address(*partition.parent()),
                       partition.text("bound"))}};
}

/// What gives the column its numbers: the one of a partitioned table that it comes from, at any distance.
View numbered_by(const View& column) {
  const auto source = original(column);
  return source ? numbered_by(*source) : column;
}

bool is_as_in(const Catalog& actual, const View& view) {
  const Object* before = actual.find(view.object().identity);
  return before != nullptr && before->fingerprint == view.object().fingerprint;
}

/// Whether the table was a partition of one with this column before, and that was not made anew since.
bool has_rows_of(const View& partition, const View& column, const Catalog& actual) {
  const Object* before = actual.find(partition.object().identity);
  if (before == nullptr || View{actual, *before}.text("table") != partition.text("table")) return false;
  // A table goes with what it is partitioned by, and that with its type.
  const auto stays = [&](const View& key) {
    const Catalog& desired = key.catalog();
    return is_as_in(actual, key) && std::ranges::all_of(desired.needs(desired.id(key.object())), [&](ObjectId id) {
             return is_as_in(actual, {desired, desired.object(id)});
           });
  };
  return is_as_in(actual, *column.parent()) &&
         std::ranges::all_of(column.parent()->children(Kind::column),
                             [&](const View& each) { return !is_partitioned_by(each) || stays(each); });
}

// The sequences that number the rows of the partitioned table go on behind those that come with the partition, unless
// another server has these.
Statements create_beside(const View& partition, const Catalog& actual) {
  Statements statements;
  for (const View& column : partition.parent()->children(Kind::column)) {
    const Object* before = actual.find(column.object().identity);
    auto rename = before != nullptr ? rename_not_null_between_parents({actual, *before}, column) : std::nullopt;
    if (rename) statements.push_back(std::move(*rename));
  }
  statements.push_back(create(partition, {}).front());
  if (partition.parent()->kind() == Kind::foreign_table) return statements;
  for (const View& column : partition.parent()->children(Kind::column)) {
    const View source = numbered_by(column);
    if (!actual.contains(column.object().identity) || has_rows_of(partition, source, actual)) continue;
    if (source.has("identity")) std::ranges::move(number_behind_rows(source, column), std::back_inserter(statements));
    for (const View& value : source.children(Kind::default_value)) {
      const Statements behind = go_on_behind_rows(value, column);
      statements.insert(statements.end(), behind.begin(), behind.end());
    }
  }
  return statements;
}

Statements drop(const View& partition) {
  return {{fmt::format("ALTER TABLE {} DETACH PARTITION {}", partition.text("table"), address(*partition.parent()))}};
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
    .inspection = {.catalog = pg_inherits,
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
    .interface = true,
    .create = create,
    .create_beside = create_beside,
    .comes_along = [](const View&) { return true; },
    .drop = drop,
    .dies_with_parent = true,
    .about_parent = true,
    .carries = Carries::all,
    .follows = true,
};

}  // namespace plumb
