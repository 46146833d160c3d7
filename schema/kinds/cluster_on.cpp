#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { index_oid };

constexpr RawColumn raw[] = {{.sql = "x.oid"}};

bool read(Reader& reader) {
  reader.add_need(reader.address(), {pg_class, reader.raw_oid(index_oid), 0});
  return true;
}

Statements create(const View& cluster, std::span<const std::string>) {
  return {{fmt::format("{} CLUSTER ON {}", alter_table(cluster), quote_identifier(cluster.text("index")))}};
}

std::optional<Statements> alter(const View&, const View& after) { return create(after, {}); }

Statements drop(const View& cluster) { return {{alter_table(cluster) + " SET WITHOUT CLUSTER"}}; }

constexpr AttributeRule attributes[] = {
    {.key = "index",
     .source = "x.relname",
     .help = "index, or key, whose order CLUSTER without a word brings the rows in",
     .alter = alter,
     .required = true},
};

constexpr Kind owners[] = {Kind::table, Kind::materialized_view};
constexpr FileForm forms[] = {{.section = "cluster_on", .within = owners, .named = false, .short_form = "index"}};

}  // namespace

extern const KindRules cluster_on_rules;
constinit const KindRules cluster_on_rules{
    .key = "cluster_on",
    .noun = "CLUSTER",
    .address = Address::table,
    .attributes = attributes,
    // `sub` tells it from the replica identity, which has the same address else.
    .inspection = {.catalog = pg_index,
                   .oid = "i.indrelid",
                   .sub = "2",
                   .table = "i.indrelid",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_index i
  join pg_catalog.pg_class x on x.oid = i.indexrelid
 where i.indrelid >= 16384
   and i.indisclustered
 order by i.indrelid)",
                   .read = read},
    .forms = forms,
    .create = create,
    .drop = drop,
    .dies_with_parent = true,
    .about_parent = true,
    .follows = true,
};

}  // namespace plumb
