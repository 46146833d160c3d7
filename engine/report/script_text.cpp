#include "engine/report/script_text.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "engine/report/wording.h"
#include "schema/rules.h"
#include "schema/secrets.h"
#include "schema/sql.h"

namespace plumb {

std::string terminated(std::string_view sql) { return closed(sql) + ";\n"; }

std::string sql_comments_of(const std::vector<std::string>& lines, std::string_view own_word) {
  std::string text;
  for (const std::string& line : lines) {
    const std::size_t first = std::min(line.find_first_not_of(" \t"), line.size());
    const bool is_own = !own_word.empty() && line.compare(first, own_word.size(), own_word) == 0;
    text += fmt::format("--{}{}{}\n", is_own ? " --" : "", line.empty() ? "" : " ", on_one_line(line));
  }
  return text;
}

namespace {

bool converts_values(const Step& step) {
  return std::ranges::any_of(step.forward, [](const Statement& statement) {
    const auto column = statement.sql.find(" ALTER COLUMN ");
    return column != std::string::npos && statement.sql.find(" TYPE ", column) != std::string::npos;
  });
}

}  // namespace

std::string settings_for(std::span<const Step> steps, std::string_view search_path) {
  const auto any_statement = [&](std::string_view part) {
    return std::ranges::any_of(steps, [&](const Step& step) {
      return std::ranges::any_of(
          step.forward, [&](const Statement& statement) { return statement.sql.find(part) != std::string::npos; });
    });
  };
  std::set<std::string_view> defaults;
  for (const Step& step : steps) {
    if (step.action != Action::create) continue;
    for (const AttributeRule& rule : rules_for(step.subject.kind).attributes) defaults.insert(rule.setting);
  }
  defaults.erase("");
  std::string text = fmt::format("SET search_path = {};\nSET check_function_bodies = off;\n",
                                 search_path.empty() ? "''" : search_path);
  if (std::ranges::any_of(steps, converts_values)) {  // texts on the way must say the same to both types
    text +=
        "SET datestyle = 'ISO';\nSET intervalstyle = 'postgres';\nSET timezone = 'UTC';\nSET extra_float_digits = 3;\n";
  }
  if (any_statement("\\")) text += "SET standard_conforming_strings = on;\n";
  if (any_statement("'{")) text += "SET array_nulls = on;\n";
  if (any_statement("xml")) text += "SET xmloption = content;\n";
  for (std::string_view setting : defaults) text += fmt::format("SET {};\n", setting);
  return text;
}

// PostgreSQL joins string constants that stand on lines of their own (manual section 4.1.2.1), and psql stops at a
// variable that it has not got.
std::string with_variables(std::string_view sql) {
  std::string result;
  std::size_t end = 0;
  for (std::string_view token : tokens_in(sql)) {
    const auto begin = static_cast<std::size_t>(token.data() - sql.data());
    const std::size_t behind = begin + token.size();
    const bool is_whole = begin > 0 && sql[begin - 1] == '\'' && behind < sql.size() && sql[behind] == '\'';
    result.append(sql, end, begin - end - (is_whole ? 1 : 0));
    result += is_whole ? fmt::format(":'{}'", token) : fmt::format("'\n:'{}'\n'", token);
    end = behind + (is_whole ? 1 : 0);
  }
  return result.append(sql, end);
}

std::string name_secrets(std::string_view text) {
  std::set<std::string_view> tokens;
  for (std::string_view token : tokens_in(text)) tokens.insert(token);
  std::string names;
  for (std::string_view token : tokens) names += fmt::format("-- a secret, to be given by: -v {}=...\n", token);
  return names;
}

}  // namespace plumb
