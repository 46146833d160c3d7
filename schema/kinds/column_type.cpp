#include "schema/kinds/column_type.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace plumb {

namespace {

/// "numeric(10,2)" as its name and its modifiers; words after the parentheses belong to the name.
struct Type {
  std::string name;
  std::vector<int> modifiers;
};

Type parse(std::string_view text) {
  const auto open = text.find('(');
  if (open == std::string_view::npos || text.find('"') != std::string_view::npos) return {std::string{text}, {}};
  const auto close = text.find(')', open);
  Type type{std::string{text.substr(0, open)}.append(text.substr(close + 1)), {}};
  for (auto rest = text.substr(open + 1, close - open - 1); !rest.empty();) {
    int number = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), number);
    type.modifiers.push_back(number);
    const auto comma = rest.find(',');
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
  return type;
}

/// "interval", or one of some fields only, "interval year to month".
bool is_interval(const Type& type) {
  return type.name == "interval" || (type.name.starts_with("interval ") && !type.name.ends_with(']'));
}

using Family = std::span<const std::string_view>;

constexpr std::array<std::string_view, 6> numbers{"smallint", "integer", "bigint",
                                                  "numeric",  "real",    "double precision"};
constexpr std::array<std::string_view, 3> texts{"character varying", "text", "character"};
constexpr std::array<std::string_view, 3> moments{"date", "timestamp without time zone", "timestamp with time zone"};

/// Every type has an assignment cast to the string types, and the members of a family to each other
/// (manual section 10.3; pg_cast).
bool has_assignment_cast(const Type& from, const Type& to) {
  const auto within = [](Family family, const Type& type) {
    return std::ranges::find(family, type.name) != family.end();
  };
  if (from.name == "bit" && to.name == "bit") return from.modifiers == to.modifiers;
  return from.name == to.name || (is_interval(from) && is_interval(to)) || within(texts, to) ||
         (within(numbers, from) && within(numbers, to)) || (within(moments, from) && within(moments, to));
}

std::optional<std::ptrdiff_t> width(const Type& type) {
  constexpr std::array<std::string_view, 3> integers{"smallint", "integer", "bigint"};
  const auto found = std::ranges::find(integers, type.name);
  return found == integers.end() ? std::nullopt : std::optional{found - integers.begin()};
}

bool keeps_numeric(const Type& from, const Type& to) {
  if (to.modifiers.empty()) return true;
  if (from.modifiers.empty()) return false;
  const auto scale = [](const Type& type) { return type.modifiers.size() > 1 ? type.modifiers[1] : 0; };
  return scale(to) >= scale(from) && to.modifiers[0] - scale(to) >= from.modifiers[0] - scale(from);
}

/// The fractions of a second are kept to six digits where nobody says how many (manual section 8.5).
bool keeps_precision(const Type& from, const Type& to) {
  constexpr int most = 6;
  const auto precision = [](const Type& type) { return type.modifiers.empty() ? most : type.modifiers[0]; };
  return precision(to) >= precision(from);
}

bool has_precision(const Type& type) {
  return is_interval(type) || type.name.starts_with("timestamp ") || type.name.starts_with("time ");
}

bool keeps_integer(std::ptrdiff_t old_width, const Type& to) {
  if (const auto new_width = width(to)) return *new_width >= old_width;
  constexpr std::array<int, 3> digits{5, 10, 19};
  if (to.name != "numeric") return false;
  const int scale = to.modifiers.size() > 1 ? to.modifiers[1] : 0;
  return to.modifiers.empty() || to.modifiers[0] - scale >= digits[static_cast<std::size_t>(old_width)];
}

/// Types that hold every value of another one, whatever their modifiers.
constexpr auto wider = std::to_array<std::array<std::string_view, 2>>({
    {"boolean", "smallint"},
    {"boolean", "integer"},
    {"boolean", "bigint"},
    {"smallint", "real"},
    {"smallint", "double precision"},
    {"integer", "double precision"},
    {"real", "double precision"},
    {"date", "timestamp without time zone"},
    {"oid", "bigint"},
    {"cidr", "inet"},
    {"macaddr", "macaddr8"},
    {"jsonb", "json"},
    {"int4range", "int8range"},
    {"int4multirange", "int8multirange"},
});

bool is_citext(const Type& type) { return type.name == "citext" || type.name.ends_with(".citext"); }

bool keeps_every_value(const Type& from, const Type& to) {
  if (to.name == "text") return true;
  if (is_interval(from) && to.name == "interval") return keeps_precision(from, to);
  if (from.name == to.name) {
    if (from.name == "numeric") return keeps_numeric(from, to);
    if (has_precision(from)) return keeps_precision(from, to);
    if (from.name == "bit") return from.modifiers == to.modifiers;  // a cast fills it up, an assignment fails
    if (to.modifiers.empty()) return true;
    // `character` without a length is character(1), but format_type always prints one.
    return !from.modifiers.empty() && to.modifiers[0] >= from.modifiers[0];
  }
  if (to.name == "character varying") {
    return to.modifiers.empty() && (from.name == "text" || from.name == "character");
  }
  if (to.name == "bit varying" && from.name == "bit") {
    return to.modifiers.empty() || (!from.modifiers.empty() && to.modifiers[0] >= from.modifiers[0]);
  }
  if (is_citext(to)) return from.name == "text" || from.name == "character varying";
  if (std::ranges::find(wider, std::array<std::string_view, 2>{from.name, to.name}) != wider.end()) return true;
  const auto old_width = width(from);
  return old_width && keeps_integer(*old_width, to);
}

}  // namespace

// An array is converted as its elements are (manual section 10.3).
Conversion convert(std::string_view from, std::string_view to) {
  constexpr std::string_view array = "[]";
  if (from.ends_with(array) && to.ends_with(array)) {
    from.remove_suffix(array.size());
    to.remove_suffix(array.size());
  }
  const Type before = parse(from);
  const Type after = parse(to);
  return {!has_assignment_cast(before, after), !keeps_every_value(before, after)};
}

}  // namespace plumb
