#include <algorithm>

#include <fmt/core.h>

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
  reader.set_name(qualify(names.symbols().text(relation->schema), names.symbols().text(relation->name)));
  reader.add_need(reader.address(), {pg_class, reader.raw_oid(parent_table), 0});
  std::vector<std::string> parents_before;
  for (const Names::Parent& parent : names.parents(reader.table())) {
    if (parent.table == reader.raw_oid(parent_table)) break;
    const Names::Relation& one = *names.relation(parent.table);
    parents_before.push_back(qualify(names.symbols().text(one.schema), names.symbols().text(one.name)));
  }
  reader.set_list("behind", parents_before);
  return true;
}

Statement change(const View& link, std::string_view words) {
  return {fmt::format("{} {} {}", alter_table(link), words, link.name())};
}

Statements create(const View& link, std::span<const std::string>) { return {change(link, "INHERIT")}; }

Statements drop(const View& link) { return {change(link, "NO INHERIT")}; }

/// INHERIT puts a parent behind those that are there.
std::optional<Statements> move(const View& before, const View& after) {
  const auto had = before.list("behind");
  auto place = had.begin();
  for (std::string_view parent : after.list("behind")) {
    place = std::find(place, had.end(), parent);
    if (place == had.end()) return std::nullopt;
    ++place;
  }
  return Statements{};
}

constexpr AttributeRule attributes[] = {{.key = "behind",
                                         .value = Value::fragments,
                                         .help = "the parents that come before it",
                                         .alter = move,
                                         .derived = true}};

constexpr Kind owners[] = {Kind::table, Kind::foreign_table};
constexpr FileForm forms[] = {{.section = "inherits", .within = owners, .list_of_names = true}};

}  // namespace

extern const KindRules inheritance_rules;
constinit const KindRules inheritance_rules{
    .key = "inheritance",
    .noun = "INHERIT",
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
   and c.relkind in ('r', 'f')
   and not c.relispartition
 order by h.inhrelid, h.inhseqno)",
                   .read = read},
    .forms = forms,
    .interface = true,
    .create = create,
    .comes_along = [](const View&) { return true; },
    .drop = drop,
    .dies_with_parent = true,
    .ordered = true,
    .carries = Carries::what_it_brought,
    .follows = true,
};

}  // namespace plumb
