#include "schema/kinds/routine.h"

#include <algorithm>

#include <fmt/core.h>

#include "schema/kinds/deparsed.h"
#include "schema/kinds/extension_dependency.h"
#include "schema/kinds/settings.h"
#include "schema/signature.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

constexpr auto npos = std::string_view::npos;

std::string_view arguments_of(const View& routine) {
  return routine.has("arguments") ? routine.sql("arguments") : signature_of(routine.name()).inside;
}

struct Argument {
  std::string_view declaration;  ///< mode, name and type
  bool has_default;
};

std::vector<Argument> arguments_in(std::string_view text) {
  std::vector<Argument> arguments;
  while (!text.empty()) {
    const auto end = find_outside(text, ", ");
    const auto argument = text.substr(0, end);
    const auto default_at = find_outside(argument, " DEFAULT ");
    arguments.push_back({argument.substr(0, default_at), default_at != npos});
    text = end == npos ? std::string_view{} : text.substr(end + 2);
  }
  return arguments;
}

std::vector<Argument> arguments_in(const View& routine) {
  return arguments_in(routine.has("arguments") ? routine.text("arguments") : signature_of(routine.name()).inside);
}

/// What a kind does not have reads as an empty text: a procedure has no volatility.
std::string_view value(const View& routine, std::string_view key) {
  const AttributeRule* rule = find_attribute(routine.rules(), key);
  return rule == nullptr || routine.text(key) == rule->fallback ? std::string_view{} : routine.text(key);
}

/// `text` between dollar quotes with a tag that does not occur in it (manual section 4.1.2.4).
std::string dollar_quote(std::string_view text) {
  std::string tag = "$$";
  for (int number = 0; (std::string{text} + tag).find(tag) != text.size(); ++number) {
    tag = number == 0 ? std::string{"$body$"} : fmt::format("$body{}$", number);
  }
  return fmt::format("{0}{1}{0}", tag, text);
}

std::string properties(const View& routine) {
  std::string sql;
  const auto add = [&](std::string_view words) { sql.append(" ").append(words); };
  if (routine.has("language")) add("LANGUAGE " + quote_identifier(routine.text("language")));
  if (const auto types = routine.list("transforms"); !types.empty()) {
    add("TRANSFORM FOR TYPE " + join(types, ", FOR TYPE "));
  }
  const auto add_flag = [&](std::string_view key, std::string_view words) {
    if (value(routine, key) == "true") add(words);
  };
  const auto add_value = [&](std::string_view words, std::string_view key, std::string_view text) {
    if (!value(routine, key).empty()) add(fmt::format("{}{}", words, text));
  };
  add_flag("window", "WINDOW");
  add_value("", "volatility", upper(value(routine, "volatility")));
  add_flag("leakproof", "LEAKPROOF");
  add_flag("strict", "STRICT");
  add_flag("security_definer", "SECURITY DEFINER");
  add_value("PARALLEL ", "parallel", upper(value(routine, "parallel")));
  add_value("COST ", "cost", value(routine, "cost"));
  add_value("ROWS ", "rows", value(routine, "rows"));
  add_value("SUPPORT ", "support", value(routine, "support"));
  for (std::string_view option : routine.in_order("config")) sql += "\n  SET " + setting_sql(option);
  return sql.empty() ? sql : "\n " + sql;
}

std::string body(const View& routine) {
  if (routine.has("sql_body")) return fmt::format("\n{}", routine.sql("sql_body"));
  if (!routine.has("library")) return "\n  AS " + dollar_quote(routine.text("body"));
  std::string sql = "\n  AS " + quote_literal(routine.text("library"));
  return routine.has("symbol") ? sql + ", " + quote_literal(routine.text("symbol")) : sql;
}

std::string definition(const View& routine, std::string_view verb) {
  std::string sql = fmt::format("{} {} {}.{}({})", verb, routine.rules().noun, quote_identifier(routine.schema()),
                                signature_of(routine.name()).own, arguments_of(routine));
  if (const auto returns = value(routine, "returns"); !returns.empty()) sql.append(" RETURNS ").append(returns);
  return sql + properties(routine) + body(routine);
}

}  // namespace

std::string routine_address(const View& routine) {
  return fmt::format("{}.{}{}", quote_identifier(routine.schema()), routine.name(),
                     find_outside(routine.name(), "(") == npos ? "()" : "");
}

Statements create_routine(const View& routine, std::span<const std::string>) {
  return {{definition(routine, "CREATE")}};
}

namespace {

/// Whether an argument had no name and has one now.
bool is_named(std::string_view before, std::string_view after) {
  constexpr std::string_view modes[] = {"IN", "OUT", "INOUT", "VARIADIC"};
  for (std::string_view mode : modes) {  // of procedures, also IN is told
    if (!before.starts_with(mode) || !after.starts_with(mode) || before.substr(mode.size(), 1) != " ") continue;
    before.remove_prefix(mode.size() + 1);
    after.remove_prefix(mode.size() + 1);
    break;
  }
  if (!after.ends_with(before) || after.size() < before.size() + 2) return false;
  const std::string_view name = after.substr(0, after.size() - before.size() - 1);
  return after[name.size()] == ' ' && find_outside(name, " ") == npos &&
         std::ranges::find(modes, name) == std::end(modes);
}

/// Of one argument OUT alone, the name does not count: it is the result.
bool is_result(const Argument& argument) { return argument.declaration.starts_with("OUT "); }
bool is_output(const Argument& argument) { return is_result(argument) || argument.declaration.starts_with("INOUT "); }

}  // namespace

bool keeps_arguments(const View& before, const View& after) {
  const std::vector<Argument> old_ones = arguments_in(before);
  const auto outputs = std::ranges::count_if(old_ones, is_output);
  const bool makes_row = outputs > (before.kind() == Kind::procedure ? 0 : 1);
  const auto keeps = [&](const Argument& old_one, const Argument& new_one) {
    const bool is_same = old_one.declaration == new_one.declaration;
    const bool is_in_row = makes_row && is_output(old_one);
    const bool keeps_name = is_same || (!is_in_row && is_named(old_one.declaration, new_one.declaration)) ||
                            (!makes_row && is_result(old_one) && is_result(new_one));
    return keeps_name && (new_one.has_default || !old_one.has_default);
  };
  return std::ranges::equal(old_ones, arguments_in(after), keeps);
}

// It keeps the result type with the names in its row, too, and whether it is a window function.
std::optional<Statements> replace_routine(const View& before, const View& after) {
  const bool is_another =
      value(before, "returns") != value(after, "returns") || value(before, "window") != value(after, "window");
  if (is_another || !keeps_arguments(before, after)) return std::nullopt;
  Statements statements{{definition(after, "CREATE OR REPLACE")}};
  keep_extension_dependencies(before, after, statements);
  return statements;
}

namespace {

enum Raw : std::size_t { name, types, arguments, symbol, transforms };

}  // namespace

bool read_routine(Reader& reader) {
  reader.set_name(fmt::format("{}({})", quote_identifier(reader.raw_text(name)), reader.raw_text(types)));
  if (reader.raw_text(arguments) != reader.raw_text(types)) reader.set("arguments", reader.raw_text(arguments));
  if (reader.raw(symbol) && reader.raw_text(symbol) != reader.raw_text(name)) {
    reader.set("symbol", reader.raw_text(symbol));
  }
  // Until 17, pg_depend names only those of the types of arguments and results.
  for (const std::string& transform : array_elements(reader.raw_text(transforms))) {
    reader.add_need(reader.address(), {pg_transform, to_oid(transform), 0});
  }
  return true;
}

}  // namespace plumb
