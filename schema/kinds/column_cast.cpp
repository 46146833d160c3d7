#include "schema/kinds/column_cast.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/core.h>

#include "schema/catalog.h"
#include "schema/kinds/domain.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// A type without its modifiers, and whether a cast that PostgreSQL has by itself may lead from it or to it.
struct Plain {
  std::string name;
  bool is_array = false;
  bool is_bare = false;  ///< an enum, a row or a range made by users: only their texts lead there
};

std::string without_modifiers(std::string_view type) {
  const auto open = type.find('(');
  if (open == std::string_view::npos || type.find('"') != std::string_view::npos) return std::string{type};
  return std::string{type.substr(0, open)}.append(type.substr(type.find(')', open) + 1));
}

/// The type of a column or of a domain, below all domains.
Plain plain_type(const View& typed) {
  const View innermost = below_domains(typed);
  Plain plain{without_modifiers(innermost.text("type"))};
  plain.is_array = plain.name.ends_with("[]");
  if (plain.is_array) plain.name.resize(plain.name.size() - 2);
  if (plain.name.find('.') == std::string::npos) return plain;
  const Catalog& catalog = typed.catalog();
  for (ObjectId id : catalog.needs(catalog.id(innermost.object()))) {
    const View needed{catalog, catalog.object(id)};
    const bool is_type = needed.kind() != Kind::base_type && qualify(needed.schema(), needed.name()) == plain.name;
    plain.is_bare = plain.is_bare || is_type;
  }
  return plain;
}

struct Casts {
  std::string_view from;
  std::array<std::string_view, 4> to;
};

constexpr std::array<std::string_view, 6> numbers{"smallint", "integer", "bigint",
                                                  "numeric",  "real",    "double precision"};
constexpr std::array<std::string_view, 4> texts{"character varying", "text", "character", "name"};

/// PostgreSQL's own casts (pg_cast) between types that are no strings, beside those among numbers.
constexpr auto own_casts = std::to_array<Casts>({
    {"boolean", {"integer"}},
    {"integer", {"boolean", "\"char\"", "money", "oid"}},
    {"\"char\"", {"integer"}},
    {"bigint", {"money", "oid"}},
    {"numeric", {"money"}},
    {"money", {"numeric"}},
    {"oid", {"integer", "bigint", "regclass"}},
    {"regclass", {"integer", "bigint", "oid"}},
    {"bit", {"bit varying"}},
    {"bit varying", {"bit"}},
    {"date", {"timestamp without time zone", "timestamp with time zone"}},
    {"timestamp without time zone", {"date", "timestamp with time zone", "time without time zone"}},
    {"timestamp with time zone",
     {"date", "timestamp without time zone", "time without time zone", "time with time zone"}},
    {"time without time zone", {"interval", "time with time zone"}},
    {"time with time zone", {"time without time zone"}},
    {"interval", {"time without time zone"}},
    {"json", {"jsonb"}},
    {"jsonb", {"json", "boolean"}},
    {"inet", {"cidr"}},
    {"cidr", {"inet"}},
    {"macaddr", {"macaddr8"}},
    {"macaddr8", {"macaddr"}},
    {"point", {"box"}},
    {"lseg", {"point"}},
    {"path", {"polygon"}},
    {"box", {"point", "lseg", "polygon", "circle"}},
    {"polygon", {"point", "path", "box", "circle"}},
    {"circle", {"point", "box", "polygon"}},
    {"int4range", {"int4multirange"}},
    {"int8range", {"int8multirange"}},
    {"numrange", {"nummultirange"}},
    {"daterange", {"datemultirange"}},
    {"tsrange", {"tsmultirange"}},
    {"tstzrange", {"tstzmultirange"}},
});

/// Casts of extensions (hstore, citext, pgvector), whose types may stand in any schema.
constexpr auto casts_of_extensions = std::to_array<Casts>({
    {"hstore", {"json", "jsonb"}},
    {"text[]", {"hstore"}},
    {"citext", {"inet", "boolean"}},
    {"inet", {"citext"}},
    {"boolean", {"citext"}},
    {"integer[]", {"vector", "halfvec", "sparsevec"}},
    {"real[]", {"vector", "halfvec", "sparsevec"}},
    {"double precision[]", {"vector", "halfvec", "sparsevec"}},
    {"numeric[]", {"vector", "halfvec", "sparsevec"}},
    {"vector", {"real[]", "halfvec", "sparsevec"}},
    {"halfvec", {"real[]", "vector", "sparsevec"}},
    {"sparsevec", {"vector", "halfvec"}},
});

bool holds(const auto& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

bool has_own_cast(std::string_view from, std::string_view to) {
  if (from == to || holds(texts, from) || holds(texts, to)) return true;
  if (holds(numbers, to) && (holds(numbers, from) || from == "jsonb")) return true;
  const bool is_whole = from == "integer" || from == "bigint" || to == "integer" || to == "bigint";
  if (is_whole && (from == "bit" || to == "bit")) return true;
  const auto casts = std::ranges::find(own_casts, from, &Casts::from);
  return casts != own_casts.end() && holds(casts->to, to);
}

bool is_domain(const View& column) {
  const Catalog& catalog = column.catalog();
  return std::ranges::any_of(catalog.needs(catalog.id(column.object())), [&](ObjectId id) {
    const View needed{catalog, catalog.object(id)};
    return needed.kind() == Kind::domain && qualify(needed.schema(), needed.name()) == column.text("type");
  });
}

/// PostgreSQL lets users make casts of domains, and does not use them (manual, CREATE CAST).
bool has_cast_of_users(const View& before, const View& after) {
  if (is_domain(before) || is_domain(after)) return false;
  const std::string name = fmt::format("{} AS {}", before.text("type"), after.text("type"));
  const auto has = [&](const Catalog& catalog) {
    return catalog.contains({.kind = Kind::cast, .name = catalog.symbols().intern(name)});
  };
  return has(before.catalog()) && has(after.catalog());
}

bool has_cast_of_extension(const Plain& from, const Plain& to) {
  const auto own_name = [](const Plain& type) {
    return type.name.substr(type.name.rfind('.') + 1).append(type.is_array ? "[]" : "");
  };
  if (from.is_bare || to.is_bare) return false;
  const auto casts = std::ranges::find(casts_of_extensions, own_name(from), &Casts::from);
  return casts != casts_of_extensions.end() && holds(casts->to, own_name(to));
}

/// Whether a value that is no text of JSON becomes one: an array or a row by its parts, and anything else as one value.
bool becomes_json(const Plain& from, const Plain& to) {
  const auto is_json = [](const Plain& type) {
    return !type.is_array && (type.name == "json" || type.name == "jsonb");
  };
  return is_json(to) && !is_json(from) && (from.is_array || !from.name.ends_with(".citext"));
}

bool is_point_in_time(const Plain& type) {
  if (type.is_array) return false;
  return type.name == "timestamp without time zone" || type.name == "timestamp with time zone";
}

/// The type that both have casts for where neither has one for the other: money is made of numeric, and truth and
/// rows of bits of integer.
std::string_view type_between(std::string_view from, std::string_view to) {
  const auto leads = [&](std::string_view one, auto is_other) {
    return (from == one && is_other(to)) || (to == one && is_other(from));
  };
  const auto is_number = [](std::string_view name) { return holds(numbers, name); };
  if (leads("money", is_number)) return "numeric";
  if (leads("boolean", [&](std::string_view name) { return is_number(name) || name == "bit"; })) return "integer";
  if (leads("bit", [](std::string_view name) { return name == "smallint"; })) return "integer";
  return "text";
}

/// The cast between both to take first, if any: over text where no other way leads from the one to the other.
std::string detour(const Plain& from, const Plain& to) {
  if (from.is_bare || to.is_bare) return "::text";
  if (has_own_cast(from.name, to.name)) return "";
  const std::string_view between = type_between(from.name, to.name);
  return fmt::format("::{}{}", between, from.is_array && between != "text" ? "[]" : "");
}

}  // namespace

std::string convert_value(std::string_view column, const View& before, const View& after) {
  const auto type = after.sql("type");
  const auto cast = [&](std::string_view through) { return fmt::format("{}{}::{}", column, through, type); };
  if (has_cast_of_users(before, after)) return cast("");
  const Plain from = plain_type(before);
  const Plain to = plain_type(after);
  const bool is_text = !from.is_array && holds(texts, from.name);
  if (has_cast_of_extension(from, to) || (is_text && !to.is_array)) return cast("");
  if (becomes_json(from, to)) return fmt::format("to_{}({})::{}", to.name, column, type);
  if (from.is_array != to.is_array) {
    const Plain element{from.name, false, from.is_bare};
    if (from.is_array) return fmt::format("{}[1]{}::{}", column, detour(element, to), type);
    return array_of_one(column, std::string{column}.append(detour(from, to)), type);
  }
  if (is_point_in_time(from) && holds(numbers, to.name)) return fmt::format("EXTRACT(EPOCH FROM {})::{}", column, type);
  if (is_point_in_time(to) && holds(numbers, from.name)) {
    const std::string_view zone = to.name == "timestamp with time zone" ? "" : " AT TIME ZONE 'UTC'";
    return fmt::format("(to_timestamp({}){})::{}", column, zone, type);
  }
  return cast(detour(from, to));
}

// IS NOT NULL is false for a row with a NULL in it.
std::string array_of_one(std::string_view column, std::string_view value, std::string_view type) {
  return fmt::format("CASE WHEN {} IS DISTINCT FROM NULL THEN ARRAY[{}]::{} END", column, value, type);
}

}  // namespace plumb
