#include "schema/kinds/foreign_options.h"

#include <algorithm>

#include "schema/sql.h"

namespace plumb {

namespace {

constexpr std::string_view key = "options";

std::string_view name_of(std::string_view option) { return option.substr(0, option.find('=')); }

/// "host 'db'"
std::string setting(std::string_view option) {
  const std::string_view name = name_of(option);
  return quote_identifier(name) + ' ' + quote_literal(option.substr(std::min(name.size() + 1, option.size())));
}

void add(std::string& list, std::string_view verb, std::string_view what) {
  list.append(list.empty() ? "" : ", ").append(verb).append(what);
}

}  // namespace

std::string options_clause(const View& object) {
  std::string list;
  for (std::string_view option : object.in_order(key)) add(list, "", setting(option));
  return list.empty() ? list : " OPTIONS (" + list + ')';
}

std::string options_change(const View& before, const View& after) {
  const auto old_options = before.list(key);
  const auto new_options = after.in_order(key);
  std::string list;
  for (std::string_view option : new_options) {
    if (std::ranges::find(old_options, option) != old_options.end()) continue;
    const bool is_known = std::ranges::find(old_options, name_of(option), name_of) != old_options.end();
    add(list, is_known ? "SET " : "ADD ", setting(option));
  }
  for (std::string_view option : old_options) {
    const bool stays = std::ranges::find(new_options, name_of(option), name_of) != new_options.end();
    if (!stays) add(list, "DROP ", quote_identifier(name_of(option)));
  }
  return list.empty() ? list : "OPTIONS (" + list + ')';
}

}  // namespace plumb
