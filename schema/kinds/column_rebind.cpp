#include "schema/kinds/column_rebind.h"

#include <algorithm>

#include <fmt/core.h>

#include "schema/kinds/column_toast.h"
#include "schema/kinds/composite_type.h"
#include "schema/kinds/inherited.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// What an object is made of, however deep: domains and composite types.
std::vector<View> types_below(const View& object) {
  std::vector<View> types;
  for (ObjectId id : object.catalog().needs(object.catalog().id(object.object()))) {
    const View needed{object.catalog(), object.catalog().object(id)};
    if (needed.kind() != Kind::domain && needed.kind() != Kind::composite_type) continue;
    types.push_back(needed);
    for (const View& deeper : types_below(needed)) types.push_back(deeper);
  }
  return types;
}

/// Whether the composite types among both are the same and have the same attributes in the same places.
bool keep_their_places(std::vector<View> old_types, std::vector<View> new_types) {
  const auto is_other = [](const View& type) { return type.kind() != Kind::composite_type; };
  std::erase_if(old_types, is_other);
  std::erase_if(new_types, is_other);
  return std::ranges::equal(old_types, new_types, [](const View& one, const View& other) {
    return one.object().identity == other.object().identity && fields_of(one) == fields_of(other);
  });
}

/// The attributes of a value by their names, in the new order.
std::string row_of(const std::string& column, const std::vector<Field>& old_fields,
                   const std::vector<Field>& new_fields) {
  std::string values;
  for (const Field& field : new_fields) {
    const bool is_kept = std::ranges::find(old_fields, field.name, &Field::name) != old_fields.end();
    values += values.empty() ? "" : ", ";
    values += is_kept ? fmt::format("({}).{}::text::{}", column, field.name, field.type) : "NULL";
  }
  return fmt::format("ROW({})", values);
}

/// The expression behind USING.
struct Using {
  std::string sql;
  std::string_view consent = {};
};

/// There is no cast between a type and its replacement, but the text of a value leads from one to the other. With
/// composite types it does so only while the attributes keep their places.
std::optional<Using> convert(const View& before, const View& after) {
  const std::string column = quote_identifier(after.name());
  const std::string through_text = fmt::format("{}::text::{}", column, after.sql("type"));
  const auto old_types = types_below(before);
  if (old_types.empty()) return Using{through_text};
  const auto is_composite = [](const View& type) { return type.kind() == Kind::composite_type; };
  // A cast to a domain cuts off what is too long for its type, and says nothing.
  if (std::ranges::none_of(old_types, is_composite)) return Using{through_text, "change-type"};
  const auto new_types = types_below(after);
  const bool has_domains = !std::ranges::all_of(old_types, is_composite);
  if (has_domains && keep_their_places(old_types, new_types)) return Using{through_text, "change-type"};
  if (old_types.size() != 1 || new_types.size() != 1 || !is_composite(new_types.front())) return std::nullopt;
  const auto old_fields = fields_of(old_types.front());
  const auto new_fields = fields_of(new_types.front());
  if (old_fields == new_fields) return Using{through_text};
  if (after.text("type").ends_with("[]")) return std::nullopt;
  const bool drops = !std::ranges::all_of(old_fields, [&](const Field& field) {
    return std::ranges::find(new_fields, field.name, &Field::name) != new_fields.end();
  });
  return Using{fmt::format("CASE WHEN {} IS DISTINCT FROM NULL THEN {}::{} END", column,
                           row_of(column, old_fields, new_fields), after.sql("type")),
               drops ? "drop-attribute" : "change-type"};
}

}  // namespace

bool holds_values(const View& column) { return column.parent()->kind() != Kind::foreign_table; }

std::optional<Statements> rebind_column(const View& before, const View& after) {
  // PostgreSQL takes no USING for the one, and lets nobody touch the other.
  if (after.has("generated") || is_partitioned_by(before)) return std::nullopt;
  const auto conversion = holds_values(after) ? convert(before, after) : std::optional{Using{}};
  if (!conversion) return std::nullopt;
  const std::string collate = after.has("collation") ? fmt::format(" COLLATE {}", after.text("collation")) : "";
  Statement type = alter_column(after, fmt::format("TYPE {}{}", after.sql("type"), collate));
  if (holds_values(after)) type.sql += " USING " + conversion->sql;
  type.consent = conversion->consent;
  Statements statements{std::move(type)};
  restore_storage(before, after, statements);
  return statements;
}

}  // namespace plumb
