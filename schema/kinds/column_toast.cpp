#include "schema/kinds/column_toast.h"

#include <fmt/core.h>

#include "schema/kinds/domain.h"
#include "schema/kinds/inherited.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statement set(const View& column, std::string_view what, std::string_view value) {
  return alter_column(column, fmt::format("SET {} {}", what, value));
}

/// Whether the type changes, which leaves only what `restore_storage` says.
bool is_retyped(const View& before, const View& after) {
  return before.text("type") != after.text("type") || before.text("collation") != after.text("collation");
}

/// The storage that the type has by itself (pg_type.typstorage), of the types whose columns can have another one; those
/// of pgvector are kept uncompressed.
std::string_view usual_storage(const View& column) {
  const View innermost = below_domains(column);
  const std::string_view type = innermost.text("type");
  if (type.ends_with("[]")) return "extended";
  const Catalog& catalog = column.catalog();
  for (ObjectId id : catalog.needs(catalog.id(innermost.object()))) {
    const View needed{catalog, catalog.object(id)};
    if (needed.kind() == Kind::base_type && address(needed) == type) return needed.text("storage");
  }
  if (type.starts_with("numeric") || type == "inet" || type == "cidr") return "main";
  std::string_view name = type.substr(0, type.find('('));
  name = name.substr(name.rfind('.') + 1);
  return name == "vector" || name == "halfvec" || name == "sparsevec" ? "external" : "extended";
}

}  // namespace

std::string_view effective_storage(const View& column) {
  if (column.has("storage")) return column.text("storage");
  const auto source = column.is("inherited") ? original(column) : std::nullopt;
  return source ? effective_storage(*source) : usual_storage(column);
}

// From 16 on, PostgreSQL knows better what a type of an extension has by itself.
Statement set_storage(const View& column) {
  const bool is_silent = !column.has("storage") && !(column.is("inherited") && original(column));
  return set(column, "STORAGE",
             is_silent && column.catalog().version() >= 160000 ? "DEFAULT" : effective_storage(column));
}

namespace {

// SET STORAGE reaches those that inherit the column.
void restore_storage_of_heirs(const View& before, const View& after, Statements& statements) {
  const Catalog& desired = after.catalog();
  for (const View& heir : heirs_of(before)) {
    const Object* still_there = desired.find(heir.object().identity);
    if (still_there == nullptr || is_remade(heir, desired)) continue;
    const View same{desired, *still_there};
    if (effective_storage(same) != effective_storage(after)) statements.push_back(set_storage(same));
    restore_storage_of_heirs(heir, same, statements);
  }
}

}  // namespace

// SET COMPRESSION does not reach those that inherit the column.
void restore_storage(const View& before, const View& after, Statements& statements) {
  if (after.has("storage")) statements.push_back(set_storage(after));
  if (after.has("compression") && after.text("compression") != "default") {
    statements.push_back(set(after, "COMPRESSION", after.text("compression")));
  }
  const Catalog& desired = after.catalog();
  for (const View& heir : heirs_of(before)) {
    const Object* still_there = desired.find(heir.object().identity);
    if (still_there == nullptr || is_remade(heir, desired)) continue;
    const View same{desired, *still_there};
    const bool is_overwritten = !same.has("storage") && effective_storage(same) != effective_storage(after);
    if (is_overwritten) statements.push_back(set_storage(same));
    restore_storage(heir, same, statements);
  }
}

std::optional<Statements> alter_storage(const View& before, const View& after) {
  if (is_retyped(before, after)) return Statements{};
  Statements statements{set_storage(after)};
  restore_storage_of_heirs(before, after, statements);
  return statements;
}

void restore_storage_without_parent(const View& before, const View& after, Statements& statements) {
  const bool says_the_same = before.text("storage") == after.text("storage");
  if (before.is("inherited") == after.is("inherited") || !says_the_same || is_retyped(before, after)) return;
  if (effective_storage(before) != effective_storage(after)) statements.push_back(set_storage(after));
}

std::optional<Statements> alter_compression(const View& before, const View& after) {
  if (is_retyped(before, after)) return Statements{};
  return Statements{set(after, "COMPRESSION", after.has("compression") ? after.text("compression") : "default")};
}

}  // namespace plumb
