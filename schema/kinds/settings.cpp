#include "schema/kinds/settings.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/core.h>

#include "schema/sql.h"

namespace plumb {

namespace {

constexpr auto npos = std::string_view::npos;

/// The names in the value of a setting that is a list of them; PostgreSQL keeps it as one text, "\"$user\", public".
std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    auto end = list.front() == '"' ? list.find('"', 1) : list.find(',');
    std::string name;
    if (list.front() == '"') {
      while (end != npos && end + 1 < list.size() && list[end + 1] == '"') {
        name += list.substr(1, end);
        list.remove_prefix(end + 1);
        end = list.find('"', 1);
      }
      name += list.substr(1, end == npos ? npos : end - 1);
      end = list.find(',', end);
    } else {
      name = list.substr(0, end);
      name.erase(name.find_last_not_of(' ') + 1);
      std::ranges::transform(name, name.begin(),
                             [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    }
    names.push_back(name);
    list = end == npos ? std::string_view{} : list.substr(end + 1);
    while (list.starts_with(' ')) list.remove_prefix(1);
  }
  if (names.empty()) names.emplace_back();
  return names;
}

}  // namespace

// A list setting must be given as a list: SET search_path TO 'a, b' would name one schema "a, b". These are the
// settings that PostgreSQL marks GUC_LIST_QUOTE, as pg_dump knows them.
std::string setting_sql(std::string_view option) {
  constexpr std::array lists{
      std::string_view{"local_preload_libraries"},   std::string_view{"search_path"},
      std::string_view{"session_preload_libraries"}, std::string_view{"shared_preload_libraries"},
      std::string_view{"temp_tablespaces"},          std::string_view{"unix_socket_directories"}};
  const auto equals = option.find('=');
  const auto name = option.substr(0, equals);
  const auto setting = option.substr(equals == npos ? option.size() : equals + 1);
  std::string sql = fmt::format("{} TO ", quote_identifier(name));
  if (std::ranges::find(lists, name) == lists.end()) return sql + quote_literal(setting);
  std::string joined;
  for (const std::string& each : names_in(setting))
    joined.append(joined.empty() ? "" : ", ").append(quote_literal(each));
  return sql + joined;
}

}  // namespace plumb
