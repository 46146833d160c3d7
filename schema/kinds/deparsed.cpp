#include "schema/kinds/deparsed.h"

#include <fmt/core.h>

namespace plumb {

// Deparsed text doubles a quote inside quotes, also in escape strings, so each quote opens or closes.
std::size_t find_outside(std::string_view sql, std::string_view wanted, std::size_t from) {
  int depth = 0;
  for (std::size_t i = from; i < sql.size(); ++i) {
    if (depth == 0 && sql.substr(i).starts_with(wanted)) return i;
    const char c = sql[i];
    if (c == '\'' || c == '"') {
      i = sql.find(c, i + 1);
      if (i == std::string_view::npos) break;
    } else if (c == '(' || c == '[') {
      ++depth;
    } else if (c == ')' || c == ']') {
      --depth;
    }
  }
  return std::string_view::npos;
}

std::string default_clause(std::string_view expression) {
  const bool is_one_word = find_outside(expression, " ") == std::string_view::npos &&
                           find_outside(expression, "\n") == std::string_view::npos &&
                           find_outside(expression, "\t") == std::string_view::npos;
  return is_one_word ? fmt::format("DEFAULT {}", expression) : fmt::format("DEFAULT ({})", expression);
}

}  // namespace plumb
