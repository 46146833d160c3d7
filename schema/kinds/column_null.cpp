#include "schema/kinds/column_null.h"

#include <algorithm>

#include <fmt/core.h>

#include "schema/file/naming.h"
#include "schema/kinds/inherited.h"
#include "schema/sql.h"

namespace plumb {

namespace {

// Until 17, DROP NOT NULL takes the same from those who inherit the column, also what is their own. From 18 on, it
// leaves what partitions have merged with it.
void keep_not_null_of_heirs(const View& before, const Catalog& after, Statements& statements) {
  for (const View& heir : heirs_of(before)) {
    if (is_remade(heir, after)) continue;
    const Object* still_there = after.find(heir.object().identity);
    if (still_there != nullptr && View{after, *still_there}.is("not_null")) {
      statements.push_back(set_not_null({after, *still_there}));
    } else {
      if (still_there != nullptr && heir.is("not_null_merged"))
        statements.push_back(alter_column(heir, "DROP NOT NULL"));
      keep_not_null_of_heirs(heir, after, statements);
    }
  }
}

bool is_in_primary_key(const View& column) {
  return std::ranges::any_of(column.parent()->children(Kind::primary_key), [&](const View& key) {
    const auto columns = key.list("columns");
    return std::ranges::find(columns, column.name()) != columns.end();
  });
}

// From 18 on, a NOT NULL that a column had before it inherited one stays its own.
void give_up_not_null_of_heirs(const View& before, const Catalog& after, Statements& statements) {
  if (after.version() < 180000) return;
  for (const View& heir : heirs_of(before)) {
    const Object* still_there = after.find(heir.object().identity);
    if (still_there == nullptr || is_remade(heir, after) || !heir.is("not_null")) continue;
    const View heir_after{after, *still_there};
    if (heir_after.is("not_null") || heir_after.is("not_null_merged") || is_in_primary_key(heir)) continue;
    statements.push_back(alter_column(heir, "DROP NOT NULL"));
  }
}

bool is_given_not_null(const View& column) {
  const auto source = original(column);
  return source && refuses_null(*source) && !source->is("not_null_no_inherit");
}

/// What the NOT NULL of a column is called, be it its own or inherited.
std::string not_null_name(const View& column) {
  if (column.has("not_null_name")) return std::string{column.text("not_null_name")};
  if (!column.is("not_null") && column.has("not_null_inherited_name")) {
    return std::string{column.text("not_null_inherited_name")};
  }
  const bool is_parents = column.is("inherited") || !column.is("not_null");
  return is_parents && is_given_not_null(column) ? not_null_name(*original(column))
                                                 : usual_not_null(column.table(), column.name());
}

bool keeps_its_link(const View& column, const Catalog& after) {
  const Object* link = link_to(column, *original(column));
  return link != nullptr && after.contains(link->identity);
}

/// Whether what inherits the column, and still does afterwards, calls its NOT NULL otherwise, which keeps PostgreSQL
/// from renaming it.
bool is_called_otherwise_by_heirs(const View& column, const Catalog& after) {
  return std::ranges::any_of(heirs_of(column), [&](const View& heir) {
    const Object* link = link_to(heir, column);
    if (link == nullptr || !after.contains(link->identity) || !refuses_null(heir)) return false;
    return not_null_name(heir) != not_null_name(column) || is_called_otherwise_by_heirs(heir, after);
  });
}

/// From PostgreSQL 18 on, a column that inherits its NOT NULL gets its parent's name for it too, unless it says its
/// own. A partition that outlives its parent keeps the name taken, so that a new parent would get another one; the
/// same may be so of other tables, where a comment is to find it under its name.
bool says_name(const View& column) {
  if (column.has("not_null_name") || column.has("not_null_comment") || column.has("not_null_inherited_name"))
    return true;
  return column.catalog().version() >= 180000 && (column.is("inherited") || !heirs_of(column).empty());
}

Statement comment_on_not_null(const View& column, std::string_view name) {
  return {fmt::format("COMMENT ON CONSTRAINT {} ON {} IS {}", quote_identifier(name), table_address(column),
                      column.has("not_null_comment") ? quote_literal(column.text("not_null_comment")) : "NULL")};
}

// ALTER FOREIGN TABLE has no words for it.
Statement rename_not_null(const View& column, std::string_view old_name, std::string_view new_name) {
  return {fmt::format("ALTER TABLE {} RENAME CONSTRAINT {} TO {}", table_address(column), quote_identifier(old_name),
                      quote_identifier(new_name))};
}

// What heirs had inherited stays with them as their own.
void leave_not_null_with_heirs(const View& before, const Catalog& after, Statements& statements) {
  for (const View& heir : heirs_of(before)) {
    const Object* still_there = after.find(heir.object().identity);
    if (still_there == nullptr || is_remade(heir, after)) continue;
    const View heir_after{after, *still_there};
    const bool becomes_its_own = !heir.is("not_null") && heir_after.is("not_null");
    if (!refuses_null(heir_after)) {
      statements.push_back(alter_column(heir, "DROP NOT NULL"));
    } else if (becomes_its_own && not_null_name(heir) != not_null_name(heir_after)) {
      statements.push_back(rename_not_null(heir_after, not_null_name(heir), not_null_name(heir_after)));
    }
  }
}

/// A column that begins or ends to inherit its NOT NULL has it under another name from then on (PostgreSQL 18); it is
/// renamed while it inherits nothing, as PostgreSQL refuses that otherwise.
void rename_not_null_of_partition(const View& before, const View& after, Statements& statements) {
  if (after.catalog().version() < 180000 || before.is("inherited") == after.is("inherited")) return;
  if (has_fixed_not_null_name(before, after)) return;
  const std::string old_name = not_null_name(before);
  const std::string new_name = not_null_name(after);
  if (old_name != new_name) statements.push_back(rename_not_null(after, old_name, new_name));
}

/// What the column of a parent, which it stays, is about to be; nothing where PostgreSQL does not let that say anything
/// about this one. Since 18, what both have of their own is one constraint that goes only with the parent's.
std::optional<View> original_to_be(const View& before, const Catalog& after) {
  if (after.version() < 180000 || partition_of(before)) return std::nullopt;
  const auto source = original(before);
  if (!source || !keeps_its_link(before, after) || is_remade(before, after)) return std::nullopt;
  const Object* same = after.find(source->object().identity);
  return same != nullptr ? std::optional{View{after, *same}} : std::nullopt;
}

/// Whether the step of a column that it inherits from gives the column its NOT NULL, too.
bool is_set_with_original(const View& before, const View& after) {
  const auto later = original_to_be(before, after.catalog());
  return later && after.is("not_null") && !is_given_not_null(before) && is_given_not_null(after);
}

/// Whether the step of a column that it inherits from takes the column's NOT NULL, too.
bool is_dropped_with_original(const View& before, const View& after) {
  const auto later = original_to_be(before, after.catalog());
  return later && before.is("not_null") && is_given_not_null(before) && !refuses_null(*later);
}

/// Heirs get their own first, the last ones before all others: from their parents they would get it under the parents'
/// name.
void set_own_not_null_of_heirs(const View& before, const Catalog& after, Statements& statements) {
  for (const View& heir : heirs_of(before)) {
    if (!original_to_be(heir, after) || refuses_null(heir)) continue;
    const View heir_after{after, *after.find(heir.object().identity)};
    set_own_not_null_of_heirs(heir, after, statements);
    if (is_set_with_original(heir, heir_after)) statements.push_back(set_not_null(heir_after));
  }
}

Statement validate_not_null(const View& column, std::string_view name) {
  return {fmt::format("{} VALIDATE CONSTRAINT {}", alter_table(column), quote_identifier(name))};
}

/// Whether a NOT NULL that is not valid yet is validated before the column that it inherits from gets one: PostgreSQL
/// lets only a valid one join that of the parent.
bool is_validated_for_original(const View& before, const Catalog& after) {
  const auto source = original(before);
  const Object* same = after.find(before.object().identity);
  const Object* source_after = source ? after.find(source->object().identity) : nullptr;
  if (same == nullptr || source_after == nullptr || refuses_null(*source)) return false;
  if (!keeps_its_link(before, after) || is_remade(before, after)) return false;
  const View parents{after, *source_after};
  return before.is("not_null_not_valid") && !View{after, *same}.is("not_null_not_valid") && refuses_null(parents) &&
         !parents.is("not_null_not_valid");
}

void validate_not_null_of_heirs(const View& before, const Catalog& after, Statements& statements) {
  for (const View& heir : heirs_of(before)) {
    if (is_validated_for_original(heir, after)) statements.push_back(validate_not_null(heir, not_null_name(heir)));
    validate_not_null_of_heirs(heir, after, statements);
  }
}

/// Heirs lose their own once their parents have lost it.
void drop_own_not_null_of_heirs(const View& before, const Catalog& after, Statements& statements) {
  for (const View& heir : heirs_of(before)) {
    if (!original_to_be(heir, after)) continue;
    const View heir_after{after, *after.find(heir.object().identity)};
    if (refuses_null(heir_after)) continue;
    if (is_dropped_with_original(heir, heir_after)) statements.push_back(alter_column(heir, "DROP NOT NULL"));
    drop_own_not_null_of_heirs(heir, after, statements);
  }
}

/// What becomes a partition, or is taken off for other bounds, gets the NOT NULL that it will inherit before that.
Statement set_not_null_to_inherit(const View& before, const View& after) {
  const auto link = partition_of(before);
  const auto later = partition_of(after);
  const bool joins = later && (!link || link->object().fingerprint != later->object().fingerprint);
  if (!joins || after.is("not_null") || after.catalog().version() < 180000) return set_not_null(after);
  return {fmt::format("{} ADD CONSTRAINT {} NOT NULL {}", alter_table(after), quote_identifier(not_null_name(after)),
                      quote_identifier(after.name()))};
}

/// Puts around `change` what keeps heirs from inheriting a NOT NULL that they call otherwise while it is made.
void free_heirs(const View& column, const Catalog& after, Statements& change) {
  const auto heirs = heirs_of(column);
  const bool has_partitions =
      std::ranges::any_of(heirs, [](const View& heir) { return partition_of(heir).has_value(); });
  if (has_partitions || !refuses_null(column) || !is_called_otherwise_by_heirs(column, after)) return;
  for (const View& heir : heirs) free_heirs(heir, after, change);
  if (!column.is("not_null")) return;
  const bool have_own = std::ranges::all_of(heirs, [](const View& heir) { return heir.is("not_null"); });
  if (have_own || is_in_primary_key(column)) {  // heirs without their own have one from then on
    const auto alter = [&](std::string_view words) {
      return Statement{fmt::format("{} ALTER CONSTRAINT {} {}", alter_table(column),
                                   quote_identifier(not_null_name(column)), words)};
    };
    change.insert(change.begin(), alter("NO INHERIT"));
    change.push_back(alter("INHERIT"));
  } else {
    change.insert(change.begin(), alter_column(column, "DROP NOT NULL"));
    change.push_back(set_not_null(column));
    if (column.has("not_null_comment")) change.push_back(comment_on_not_null(column));
  }
}

/// Whether an heir, or one of its own heirs, refuses NULL also once the column it inherits does not any more.
bool goes_on_refusing_null(const View& heir, const Catalog& after) {
  const Object* still_there = after.find(heir.object().identity);
  return (still_there != nullptr && refuses_null({after, *still_there})) ||
         std::ranges::any_of(heirs_of(heir), [&](const View& below) { return goes_on_refusing_null(below, after); });
}

// Where an heir needs its own for a primary key, PostgreSQL refuses to drop both; a partitioned table cannot be told
// alone. Before 18, an heir would lose a NOT NULL of its own as well. From 18 on, what heirs had inherited stays as
// their own then, under the name of their parent's.
void drop_not_null(const View& before, const View& after, Statements& statements) {
  const auto heirs = heirs_of(before);
  const bool may_be_alone = !heirs.empty() && !partition_of(heirs.front());
  const bool must_be_alone = std::ranges::any_of(heirs, [&](const View& heir) {
    return is_in_primary_key(heir) ||
           (after.catalog().version() < 180000 && goes_on_refusing_null(heir, after.catalog()));
  });
  if (!may_be_alone || !must_be_alone) {
    statements.push_back(alter_column(after, "DROP NOT NULL"));
    return keep_not_null_of_heirs(before, after.catalog(), statements);
  }
  statements.push_back({fmt::format("ALTER TABLE ONLY {} ALTER COLUMN {} DROP NOT NULL", table_address(after),
                                    quote_identifier(after.name()))});
  for (const View& heir : heirs) {
    const Object* still_there = after.catalog().find(heir.object().identity);
    if (still_there == nullptr || is_remade(heir, after.catalog())) continue;
    const View heir_after{after.catalog(), *still_there};
    if (!refuses_null(heir_after)) drop_not_null(heir, heir_after, statements);
  }
}

/// Whether the column goes on to inherit its NOT NULL (PostgreSQL 18).
bool is_inherited_by_both(const View& before, const View& after) {
  return after.catalog().version() >= 180000 && is_given_not_null(before) && is_given_not_null(after) &&
         keeps_its_link(before, after.catalog());
}

}  // namespace

std::string usual_not_null(std::string_view table, std::string_view column) {
  return make_object_name(table, column, "not_null");
}

void alter_not_null(const View& before, const View& after, Statements& statements) {
  if (!refuses_null(after)) {
    if (!refuses_null(before) || is_dropped_with_original(before, after)) return;
    drop_not_null(before, after, statements);
    return drop_own_not_null_of_heirs(before, after.catalog(), statements);
  }
  if (!refuses_null(before)) {
    if (is_set_with_original(before, after)) return;
    give_up_not_null_of_heirs(before, after.catalog(), statements);
    set_own_not_null_of_heirs(before, after.catalog(), statements);
    validate_not_null_of_heirs(before, after.catalog(), statements);
    statements.push_back(set_not_null_to_inherit(before, after));
    return;
  }
  rename_not_null_of_partition(before, after, statements);
  if (!before.is("not_null") && after.is("not_null") && is_inherited_by_both(before, after)) {
    statements.push_back(alter_column(after, "SET NOT NULL"));
  }
  const bool is_its_own = before.is("not_null") || !is_given_not_null(after);
  if (is_its_own && after.is("not_null_not_valid") && !before.is("not_null_not_valid")) {
    statements.push_back(alter_column(after, "DROP NOT NULL"));
    statements.push_back(set_not_null(after));
    if (after.has("not_null_comment")) statements.push_back(comment_on_not_null(after));
    return;
  }
  if (!before.is("not_null") || !after.is("not_null")) return;
  const bool is_renamed = before.is("inherited") == after.is("inherited") &&
                          not_null_name(before) != not_null_name(after) && !has_fixed_not_null_name(before, after);
  const std::string old_name = not_null_name(before);
  const std::string name = is_renamed ? not_null_name(after) : old_name;
  const auto alter = [&](std::string_view words, std::string_view which, std::string_view more = "") {
    statements.push_back(
        {fmt::format("{} {} CONSTRAINT {}{}", alter_table(after), words, quote_identifier(which), more)});
  };
  const bool is_for_heirs = !after.is("not_null_no_inherit");
  if (is_renamed && is_for_heirs) statements.push_back(rename_not_null(after, old_name, name));
  if (before.is("not_null_no_inherit") && is_for_heirs) {
    give_up_not_null_of_heirs(before, after.catalog(), statements);
    set_own_not_null_of_heirs(before, after.catalog(), statements);
    alter("ALTER", name, " INHERIT");
  } else if (!before.is("not_null_no_inherit") && !is_for_heirs) {
    alter("ALTER", old_name, " NO INHERIT");
    leave_not_null_with_heirs(before, after.catalog(), statements);
  }
  if (is_renamed && !is_for_heirs) statements.push_back(rename_not_null(after, old_name, name));
  const bool becomes_valid = before.is("not_null_not_valid") && !after.is("not_null_not_valid");
  if (becomes_valid && !is_validated_for_original(before, after.catalog())) {
    statements.push_back(validate_not_null(after, name));
  }
}

bool refuses_null(const View& column) { return column.is("not_null") || is_given_not_null(column); }

bool has_fixed_not_null_name(const View& before, const View& after) {
  if (after.catalog().version() < 180000 || !refuses_null(before) || !refuses_null(after)) return false;
  if (is_inherited_by_both(before, after) || not_null_name(before) == not_null_name(after)) return true;
  if (before.is("not_null_no_inherit") || after.is("not_null_no_inherit")) return false;
  return is_called_otherwise_by_heirs(before, after.catalog()) || is_called_otherwise_by_heirs(after, before.catalog());
}

Statements leave_not_null_to_heirs(const View& column) {
  const bool is_handed_down = column.is("not_null") && !column.is("not_null_no_inherit");
  if (column.catalog().version() < 180000 || !is_handed_down) return {};
  return {
      {fmt::format("{} ALTER CONSTRAINT {} NO INHERIT", alter_table(column), quote_identifier(not_null_name(column)))}};
}

Statements around_change_of_type(const View& before, const View& after, Statements change) {
  if (after.catalog().version() >= 180000) free_heirs(before, after.catalog(), change);
  return change;
}

bool keeps_own_not_null(const View& before, const View& after) {
  return before.is("not_null") && !after.is("not_null") && is_inherited_by_both(before, after);
}

std::string not_null(const View& column, std::string_view subject) {
  std::string sql;
  if (says_name(column)) sql = fmt::format("CONSTRAINT {} ", quote_identifier(not_null_name(column)));
  return sql.append("NOT NULL")
      .append(subject)
      .append(column.is("not_null_no_inherit") ? " NO INHERIT" : "")
      .append(column.is("not_null_not_valid") ? " NOT VALID" : "");
}

Statement set_not_null(const View& column) {
  const bool is_plain =
      !column.is("not_null") || (!column.has("not_null_name") && !column.has("not_null_comment") &&
                                 !column.is("not_null_no_inherit") && !column.is("not_null_not_valid"));
  if (is_plain) return alter_column(column, "SET NOT NULL");
  return {fmt::format("{} ADD {}", alter_table(column), not_null(column, ' ' + quote_identifier(column.name())))};
}

std::optional<Statement> rename_not_null_between_parents(const View& before, const View& after) {
  if (after.catalog().version() < 180000 || !is_given_not_null(before) || !is_given_not_null(after))
    return std::nullopt;
  const bool is_own = before.is("not_null") || after.is("not_null");
  const std::string old_name = not_null_name(before);
  const std::string new_name = not_null_name(after);
  if (is_own || old_name == new_name) return std::nullopt;
  return rename_not_null(after, old_name, new_name);
}

std::optional<Statements> alter_not_null_comment(const View& before, const View& after) {
  if (!after.is("not_null")) return Statements{};
  return Statements{comment_on_not_null(after, not_null_name(has_fixed_not_null_name(before, after) ? before : after))};
}

Statement comment_on_not_null(const View& column) { return comment_on_not_null(column, not_null_name(column)); }

}  // namespace plumb
