#include "schema/kinds/inherited.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/core.h>

#include "schema/kinds/column_order.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::optional<View> table_of(const View& part) {
  auto owner = part.parent();
  while (owner && owner->rules().address == Address::table) owner = owner->parent();
  return owner;
}

/// What the part is inherited from, the nearest first.
std::vector<View> originals_of(const View& part) {
  const Catalog& catalog = part.catalog();
  std::vector<View> originals;
  for (ObjectId id : catalog.needs(catalog.id(part.object()))) {
    const View needed{catalog, catalog.object(id)};
    if (needed.kind() == part.kind() && needed.object().parent != part.object().parent) originals.push_back(needed);
  }
  return originals;
}

}  // namespace

std::optional<View> partition_of(const View& part) {
  const auto table = table_of(part);
  if (!table) return std::nullopt;
  const auto links = table->children(Kind::partition);
  return links.empty() ? std::nullopt : std::optional{links.front()};
}

namespace {

bool is_inherited_under_another_name(const View& column) {
  return !column.is("not_null") && !column.is("not_null_merged") && column.has("not_null_inherited_name");
}

}  // namespace

// What a schema file declares of a partition knows nothing of its parent's columns.
bool is_made_apart(const View& table) {
  const auto link = table.children(Kind::partition);
  if (link.empty()) return false;
  const Catalog& catalog = table.catalog();
  std::vector<ObjectId> originals;
  bool has_own_names = false;
  for (const View& column : table.children(Kind::column)) {
    const auto source = original(column);
    if (!source) return false;
    originals.push_back(catalog.id(source->object()));
    has_own_names = has_own_names || is_inherited_under_another_name(column);
  }
  return has_own_names || !std::ranges::is_sorted(originals);
}

std::optional<View> original(const View& part) {
  const auto originals = originals_of(part);
  return originals.empty() ? std::nullopt : std::optional{originals.front()};
}

const Object* carrier(const View& part) {
  if (!part.is("inherited")) return nullptr;
  if (const auto partition = partition_of(part)) return &partition->object();
  const auto links = table_of(part)->children(Kind::inheritance);
  if (links.empty()) return nullptr;
  const auto source = original(part);
  const auto found =
      std::ranges::find_if(links, [&](const View& link) { return source && link.name() == table_address(*source); });
  return &(found != links.end() ? *found : links.front()).object();
}

bool is_inherited(const View& part) { return part.is("inherited"); }

bool is_of_type(const View& column) { return !column.parent()->children(Kind::row_type).empty(); }

bool is_partitioned_by(const View& column) {
  const auto table = column.parent();
  if (table->kind() != Kind::table || !table->has("partition_by")) return false;
  const auto key = table->list("partition_columns");
  return key.empty() || std::ranges::find(key, column.name()) != key.end();
}

std::vector<View> heirs_of(const View& part) {
  const Catalog& catalog = part.catalog();
  std::vector<View> heirs;
  for (ObjectId id : catalog.needed_by(catalog.id(part.object()))) {
    const View dependent{catalog, catalog.object(id)};
    const bool is_elsewhere = dependent.object().parent != part.object().parent;
    if (dependent.kind() == part.kind() && is_elsewhere) heirs.push_back(dependent);
  }
  return heirs;
}

const Object* link_to(const View& heir, const View& column) {
  if (const auto partition = partition_of(heir)) return &partition->object();
  for (const View& link : heir.parent()->children(Kind::inheritance)) {
    if (link.name() == table_address(column)) return &link.object();
  }
  return nullptr;
}

std::string alter_column_alone(const View& column) {
  const std::string name = quote_identifier(column.name());
  return !heirs_of(column).empty() ? fmt::format("ALTER TABLE ONLY {} ALTER COLUMN {}", table_address(column), name)
                                   : fmt::format("{} ALTER COLUMN {}", alter_table(column), name);
}

bool lacks_inherited_default(const View& column) {
  if (!column.children(Kind::default_value).empty() || column.has("generated") || column.has("identity")) return false;
  const auto source = original(column);
  return source && !source->children(Kind::default_value).empty();
}

namespace {

/// Whether the part is gone where it comes from, and stays with all heirs that are heirs still
/// (`KindRules::drop_alone`).
bool is_left_alone(const View& part, const Catalog& after) {
  const auto source = original(part);
  if (!source || source->is("inherited") || after.contains(source->object().identity)) return false;
  return std::ranges::all_of(heirs_of(*source), [&](const View& heir) {
    const Object* link = carrier(heir);
    if (link == nullptr || !after.contains(link->identity)) return true;
    const Object* same = after.find(heir.object().identity);
    return link->identity.kind == Kind::inheritance && same != nullptr && !View{after, *same}.is("inherited");
  });
}

/// Whether none of the links is left by which the part is inherited.
bool are_links_gone(const View& part, const Catalog& after) {
  if (after.contains(carrier(part)->identity)) return false;
  return std::ranges::none_of(originals_of(part), [&](const View& source) {
    const Object* link = link_to(part, source);
    return link != nullptr && after.contains(link->identity);
  });
}

}  // namespace

std::optional<Statements> alter_inherited(const View& before, const View& after) {
  if (after.is("inherited")) {
    return partition_of(after) && !is_never_joined(after) ? std::optional{Statements{}} : std::nullopt;
  }
  const Object* link = carrier(before);
  const bool is_left_behind =
      link != nullptr && (are_links_gone(before, after.catalog()) || is_left_alone(before, after.catalog()));
  return is_left_behind ? std::optional{Statements{}} : std::nullopt;
}

bool is_remade(const View& heir, const Catalog& after) {
  return std::ranges::any_of(heir.parent()->children(Kind::column), [&](const View& column) {
    const Object* same = after.find(column.object().identity);
    return same != nullptr && column.is("inherited") != View{after, *same}.is("inherited") &&
           !alter_inherited(column, {after, *same});
  });
}

bool is_never_joined(const View& constraint) {
  return constraint.kind() == Kind::exclusion ||
         (find_attribute(constraint.rules(), "without_overlaps") != nullptr && constraint.is("without_overlaps"));
}

namespace {

/// What follows the name in CREATE TABLE: its parts, and what it is made of, a partition of, or inherits from.
std::string body_of(const View& table, std::span<const std::string> parts) {
  const std::vector<std::string_view> lines{parts.begin(), parts.end()};
  const std::string body = lines.empty() ? "()" : "(\n  " + join(lines, ",\n  ") + "\n)";
  std::string sql;
  const auto partitions = table.children(Kind::partition);
  const auto types = table.children(Kind::row_type);
  if (!types.empty()) {
    sql = fmt::format(" OF {}{}", types.front().text("type"), lines.empty() ? "" : ' ' + body);
  } else if (!partitions.empty() && !is_made_apart(table)) {
    const View& partition = partitions.front();
    sql = fmt::format(" PARTITION OF {}{} {}", partition.text("table"), lines.empty() ? "" : ' ' + body,
                      partition.text("bound"));
  } else {
    sql = ' ' + body;
  }
  std::vector<std::string_view> parents;
  for (const View& link : table.children(Kind::inheritance)) parents.push_back(link.name());
  if (!parents.empty()) sql += " INHERITS (" + join(parents, ", ") + ')';
  return sql;
}

}  // namespace

Statements create_table(const View& table, std::string_view head, std::span<const std::string> parts,
                        std::string_view tail) {
  if (has_declared_order(table)) return {{create_in_declared_order(table, head, parts, tail)}};
  Statements statements{{fmt::format("{}{}{}", head, body_of(table, parts), tail)}};
  if (!is_made_apart(table)) return statements;
  const View link = table.children(Kind::partition).front();
  std::ranges::move(link.rules().create(link, {}), std::back_inserter(statements));
  return statements;
}

CatalogAddress link_address(Oid child, int number) { return {pg_inherits, child, number}; }

void set_inherited_by_partition(Reader& reader, bool inherited) {
  reader.set("inherited", inherited);
  if (inherited) reader.add_need(link_address(reader.table(), 1), reader.address());
}

}  // namespace plumb
