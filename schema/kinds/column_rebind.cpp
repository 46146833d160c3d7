#include "schema/kinds/column_rebind.h"

#include <algorithm>

#include <fmt/core.h>

#include "schema/kinds/column_cast.h"
#include "schema/kinds/column_copies.h"
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

bool is_composite(const View& type) { return type.kind() == Kind::composite_type; }

/// Whether the composite types among both are the same and have attributes of the same names in the same places.
bool keep_their_places(std::vector<View> old_types, std::vector<View> new_types) {
  std::erase_if(old_types, [](const View& type) { return !is_composite(type); });
  std::erase_if(new_types, [](const View& type) { return !is_composite(type); });
  return std::ranges::equal(old_types, new_types, [](const View& one, const View& other) {
    return one.object().identity == other.object().identity &&
           std::ranges::equal(fields_of(one), fields_of(other), {}, &Field::name, &Field::name);
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
/// composite types it does so only while the attributes keep their places. `type` is that of the result.
std::optional<Using> convert(const View& before, const View& after, std::string_view type) {
  const std::string column = quote_identifier(after.name());
  const std::string through_text = fmt::format("{}::text::{}", column, type);
  const auto old_types = types_below(before);
  if (old_types.empty()) return Using{through_text};
  const auto new_types = types_below(after);
  // A cast to a domain cuts off what is too long for its type, and says nothing.
  if (std::ranges::none_of(old_types, is_composite)) return Using{through_text, "change-type"};
  if (keep_their_places(old_types, new_types)) return Using{through_text, "change-type"};
  if (old_types.size() != 1 || new_types.size() != 1 || !is_composite(new_types.front())) return std::nullopt;
  if (before.text("type").ends_with("[]")) return std::nullopt;
  const auto old_fields = fields_of(old_types.front());
  const auto new_fields = fields_of(new_types.front());
  const bool drops = !std::ranges::all_of(old_fields, [&](const Field& field) {
    return std::ranges::find(new_fields, field.name, &Field::name) != new_fields.end();
  });
  return Using{fmt::format("CASE WHEN {} IS DISTINCT FROM NULL THEN {}::{} END", column,
                           row_of(column, old_fields, new_fields), type),
               drops ? "drop-attribute" : "change-type"};
}

/// The same for a column that may become one of arrays: its value is the one element then.
std::optional<Using> convert(const View& before, const View& after) {
  const std::string_view type = after.sql("type");
  const bool was_array = before.text("type").ends_with("[]");
  const bool is_array = after.text("type").ends_with("[]");
  if (was_array == is_array) return convert(before, after, type);
  auto element = was_array ? std::nullopt : convert(before, after, type.substr(0, type.rfind('[')));
  if (element) element->sql = array_of_one(quote_identifier(after.name()), element->sql, type);
  return element;
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
  restore_comments_of_copies(before, after, statements);
  return statements;
}

}  // namespace plumb
