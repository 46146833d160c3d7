#include "schema/kinds/column_toast.h"

#include <fmt/core.h>

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

// SET STORAGE DEFAULT exists from 16 on only; of the built-in types these start with `main` (pg_type.typstorage).
std::string_view usual_storage(std::string_view type) {
  return type.starts_with("numeric") || type == "inet" || type == "cidr" ? "main" : "extended";
}

}  // namespace

// SET STORAGE reaches those that inherit the column, SET COMPRESSION does not.
void restore_storage(const View& before, const View& after, Statements& statements) {
  if (after.has("storage")) statements.push_back(set(after, "STORAGE", after.text("storage")));
  if (after.has("compression") && after.text("compression") != "default") {
    statements.push_back(set(after, "COMPRESSION", after.text("compression")));
  }
  const Catalog& desired = after.catalog();
  for (const View& heir : heirs_of(before)) {
    const Object* still_there = desired.find(heir.object().identity);
    if (still_there == nullptr || is_remade(heir, desired)) continue;
    restore_storage(heir, {desired, *still_there}, statements);
  }
}

std::optional<Statements> alter_storage(const View& before, const View& after) {
  if (is_retyped(before, after)) return Statements{};
  const auto storage = after.has("storage") ? after.text("storage") : usual_storage(after.text("type"));
  return Statements{set(after, "STORAGE", storage)};
}

std::optional<Statements> alter_compression(const View& before, const View& after) {
  if (is_retyped(before, after)) return Statements{};
  return Statements{set(after, "COMPRESSION", after.has("compression") ? after.text("compression") : "default")};
}

}  // namespace plumb
