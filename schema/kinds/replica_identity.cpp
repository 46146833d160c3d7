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

Statement set(const View& identity, std::string_view words) {
  return {fmt::format("{} REPLICA IDENTITY {}", alter_table(identity), words)};
}

Statements create(const View& identity, std::span<const std::string>) {
  if (identity.has("index")) return {set(identity, "USING INDEX " + quote_identifier(identity.text("index")))};
  return {set(identity, identity.text("rows") == "full" ? "FULL" : "NOTHING")};
}

std::optional<Statements> alter(const View&, const View& after) { return create(after, {}); }

// A table without a replica identity of its own has that of its primary key.
Statements drop(const View& identity) { return {set(identity, "DEFAULT")}; }

constexpr std::string_view row_words[] = {"full", "nothing"};

constexpr AttributeRule attributes[] = {
    {.key = "rows",
     .source = "case c.relreplident when 'f' then 'full' when 'n' then 'nothing' end",
     .help = "what logical replication knows an old row by: full (all columns) or nothing",
     .choices = row_words,
     .alter = alter},
    {.key = "index",
     .source = "x.relname",
     .help = "unique index, or key, whose columns it knows an old row by instead",
     .alter = alter},
};

constexpr Kind owners[] = {Kind::table};
constexpr FileForm forms[] = {{.section = "replica_identity", .within = owners, .named = false, .short_form = "rows"}};

}  // namespace

extern const KindRules replica_identity_rules;
constinit const KindRules replica_identity_rules{
    .key = "replica_identity",
    .noun = "REPLICA IDENTITY",
    .address = Address::table,
    .attributes = attributes,
    // That of a table whose index was dropped is the index still, and says nothing.
    .inspection = {.catalog = pg_index,
                   .oid = "c.oid",
                   .sub = "1",
                   .table = "c.oid",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_class c
  left join pg_catalog.pg_index i on c.relreplident = 'i' and i.indrelid = c.oid and i.indisreplident
  left join pg_catalog.pg_class x on x.oid = i.indexrelid
 where c.oid >= 16384
   and c.relkind in ('r', 'p')
   and c.relreplident <> 'd'
   and (c.relreplident <> 'i' or x.oid is not null)
 order by c.oid)",
                   .read = read},
    .forms = forms,
    .create = create,
    .drop = drop,
    .dies_with_parent = true,
    .about_parent = true,
    .follows = true,
};

}  // namespace plumb
