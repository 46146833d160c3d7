#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace plumb {

/// PostgreSQL cuts longer names (NAMEDATALEN, manual section 4.1.1).
constexpr std::size_t max_name_bytes = 63;

/// A name as the key of an entry gives it.
struct WrittenName {
  std::string schema;  ///< empty when the key does not tell
  std::string name;
};

/// Splits "users", "app.users" and `"a.b"`; a part with a dot in it is quoted as in SQL. nullopt: it is no such name.
std::optional<WrittenName> split_name(std::string_view key);

/// Splits "app.area(integer, text)"; the name with its parentheses stays SQL, as it is. nullopt: no such name.
std::optional<WrittenName> split_signature(std::string_view key);

/// The key that `split_name` reads back as this schema and name.
std::string join_name(std::string_view schema, std::string_view name);

/// "orders_id_key" from "orders", "id" and "key"; where that is too long, PostgreSQL shortens the longer one of the
/// first two, never in the middle of a character. Empty parts are left out.
std::string make_object_name(std::string_view first, std::string_view second, std::string_view label);

/// The name that a pattern such as "{table}_{columns}_fkey" gives; `fill` tells what stands for "table". With a number,
/// the one PostgreSQL takes when the name is in use: "orders_user_id_fkey1".
std::string default_name(std::string_view pattern, const std::function<std::string(std::string_view)>& fill,
                         int number = 0);

}  // namespace plumb
