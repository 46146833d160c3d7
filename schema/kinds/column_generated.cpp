#include "schema/kinds/column_generated.h"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "schema/kinds/column_type.h"
#include "schema/kinds/inherited.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// Whether PostgreSQL lets nobody change the expression of a virtual column, as its table, or one that inherits the
/// column, has checks or is published by name (ATExecSetExpression).
bool is_virtual_in_use(const View& column) {
  const auto table = column.parent();
  const Catalog& catalog = column.catalog();
  const auto published = catalog.needed_by(catalog.id(table->object()));
  return !table->children(Kind::check).empty() || std::ranges::any_of(published, [&](ObjectId id) {
    return catalog.object(id).identity.kind == Kind::publication_table;
  }) || std::ranges::any_of(heirs_of(column), is_virtual_in_use);
}

/// Whether SET EXPRESSION can be said of both, which came with 17 for stored columns and with 18 for virtual ones.
bool can_set_expression(const View& before, const View& after) {
  if (before.is("virtual") != after.is("virtual")) return false;
  return before.is("virtual") ? !is_virtual_in_use(before) : after.catalog().version() >= 170000;
}

// SET EXPRESSION reaches those that inherit the column.
void restore_heirs(const View& before, const View& after, Statements& statements) {
  for (const View& heir : heirs_of(before)) {
    const Object* still_there = after.catalog().find(heir.object().identity);
    if (still_there == nullptr || is_remade(heir, after.catalog())) continue;
    const View same{after.catalog(), *still_there};
    if (same.text("generated") != after.text("generated")) statements.push_back(set_expression(same));
    restore_heirs(heir, same, statements);
  }
}

/// Whether what a generated column uses besides `changed` stays as it is.
bool stays_around(const View& generated, const View& changed, const Catalog& after) {
  const Catalog& catalog = generated.catalog();
  return std::ranges::all_of(catalog.needs(catalog.id(generated.object())), [&](ObjectId id) {
    const Object& needed = catalog.object(id);
    const Object* same = after.find(needed.identity);
    return needed.identity == changed.object().identity || (same != nullptr && same->fingerprint == needed.fingerprint);
  });
}

}  // namespace

std::optional<Statements> alter_generated(const View& before, const View& after) {
  const bool has_words = can_set_expression(before, after);
  const bool is_same_type = before.text("type") == after.text("type");
  const bool takes_type =  // the old expression is turned into the new type first
      is_same_type || (!after.is("virtual") && !convert(before.text("type"), after.text("type")).needs_using);
  if (has_words && before.has("generated") && after.has("generated") && takes_type) {
    Statements statements{set_expression(after)};
    restore_heirs(before, after, statements);
    return statements;
  }
  if (after.has("generated") || before.is("virtual")) return std::nullopt;
  if (convert(before.text("type"), after.text("type")).needs_using) return Statements{};  // `change_type` did it
  return Statements{alter_column(after, "DROP EXPRESSION")};
}

std::optional<Statements> alter_generated_here(const View& before, const View& after) {
  if (!can_set_expression(before, after)) return std::nullopt;
  Statements statements{set_expression(after)};
  restore_heirs(before, after, statements);
  return statements;
}

Statement set_expression(const View& column) {
  const std::string_view key = column.has("generated_here") ? "generated_here" : "generated";
  return alter_column(column, fmt::format("SET EXPRESSION AS ({})", column.sql(key)));
}

bool follows_type(const View& generated, const View& before, const View& after) {
  if (!generated.has("generated") || generated.is("not_null") || before.kind() != Kind::column) return false;
  const Object* found = after.catalog().find(generated.object().identity);
  if (found == nullptr || before.text("type") == after.text("type")) return false;
  const View later{after.catalog(), *found};
  const bool is_alone = heirs_of(generated).empty() && heirs_of(later).empty() && carrier(generated) == nullptr &&
                        carrier(later) == nullptr;
  return is_alone && later.has("generated") && generated.text("type") == later.text("type") &&
         can_set_expression(generated, later) && stays_around(generated, before, after.catalog());
}

Statements around_change_of_used(const View& before, const View& after, Statements change) {
  Statements first;
  Statements last;
  for (const View& generated : before.parent()->children(Kind::column)) {
    const auto needs = before.catalog().needs(before.catalog().id(generated.object()));
    const bool uses_it = std::ranges::find(needs, before.catalog().id(before.object())) != needs.end();
    if (!uses_it || !follows_type(generated, before, after)) continue;
    const View later{after.catalog(), *after.catalog().find(generated.object().identity)};
    first.push_back(alter_column(later, "SET EXPRESSION AS (NULL)"));
    last.push_back(set_expression(later));
  }
  std::ranges::move(change, std::back_inserter(first));
  std::ranges::move(last, std::back_inserter(first));
  return first;
}

}  // namespace plumb
