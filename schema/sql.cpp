#include "schema/sql.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <iterator>

#include <fmt/core.h>

#include "schema/fingerprint.h"
#include "schema/text.h"

namespace plumb {

namespace {

constexpr std::array keywords{
#define KEYWORD(word) std::string_view{#word},
#include "schema/keywords.def"
#undef KEYWORD
};

bool is_plain(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && !(name.front() >= '0' && name.front() <= '9') && std::ranges::all_of(name, plain) &&
         !std::ranges::binary_search(keywords, name);
}

std::string doubled(std::string_view text, char quote) {
  std::string result;
  for (char c : text) {
    if (c == quote) result += quote;
    result += c;
  }
  return result;
}

/// PostgreSQL cuts names after 63 bytes (manual section 4.1.1), and never within a UTF-8 character.
std::string with_suffix(std::string_view text, std::string_view suffix) {
  constexpr std::size_t most_bytes = 63;
  return std::string{clip(text, most_bytes - suffix.size())}.append(suffix);
}

bool has_name(const Catalog& catalog, Symbol schema, std::string_view name) {
  return std::ranges::any_of(catalog.objects(), [&](const Object& object) {
    return object.identity.schema == schema && catalog.text(object.identity.name) == name;
  });
}

/// A name that nothing in the schema has. Where it had to be cut, it tells the object by a number that follows from the
/// whole name, as others are cut to the same.
std::string name_aside(const View& object, const Catalog& desired) {
  constexpr std::string_view suffix = "_replaced";
  const Symbol schema = object.object().identity.schema;
  std::string name = with_suffix(object.name(), suffix);
  if (name.size() != object.name().size() + suffix.size()) {
    const std::string number = to_hex(Hasher{}.add(object.name()).finish()).substr(0, 4);
    name = with_suffix(object.name(), "_" + number + std::string{suffix});
  }
  for (int n = 1; has_name(object.catalog(), schema, name) || has_name(desired, schema, name); ++n) {
    name = with_suffix(object.name(), fmt::format("{}{}", suffix, n));
  }
  return name;
}

}  // namespace

std::string quote_identifier(std::string_view name) {
  return is_plain(name) ? std::string{name} : '"' + doubled(name, '"') + '"';
}

std::string unquoted(std::string_view identifier) {
  if (identifier.size() < 2 || identifier.front() != '"' || identifier.back() != '"') return std::string{identifier};
  std::string name;
  for (std::size_t i = 1; i + 1 < identifier.size(); ++i) {
    name += identifier[i];
    if (identifier[i] == '"') ++i;
  }
  return name;
}

std::string quote_literal(std::string_view text) {
  if (text.find_first_of("\\\r") == std::string_view::npos) return '\'' + doubled(text, '\'') + '\'';
  // Editors and git change the ends of lines that hold a carriage return.
  std::string sql{"E'"};
  for (const char c : doubled(doubled(text, '\\'), '\'')) c == '\r' ? sql += "\\r" : sql += c;
  sql += '\'';
  return sql;
}

std::string qualify(std::string_view schema, std::string_view name) {
  return schema.empty() ? quote_identifier(name) : quote_identifier(schema) + '.' + quote_identifier(name);
}

std::string address(const View& object) {
  return object.rules().address == Address::schema ? qualify(object.schema(), object.name())
                                                   : quote_identifier(object.name());
}

std::string full_address(const View& object) {
  return object.rules().address_sql != nullptr ? object.rules().address_sql(object) : address(object);
}

std::string table_address(const View& object) { return qualify(object.schema(), object.table()); }

std::string address_on_table(const View& part) { return quote_identifier(part.name()) + " ON " + table_address(part); }

std::string alter_table(const View& part) {
  auto owner = part.parent();
  while (owner && owner->rules().address == Address::table) owner = owner->parent();
  assert(owner);
  return "ALTER " + std::string{owner->rules().noun} + ' ' + address(*owner);
}

Statement alter_column(const View& part, std::string_view what) {
  std::string sql = alter_table(part) + " ALTER COLUMN " + quote_identifier(part.name()) + ' ';
  return {sql.append(what)};
}

std::string closed(std::string_view sql) {
  const bool could_end_in_comment = sql.find("--", sql.rfind('\n') + 1) != std::string_view::npos;
  return std::string{sql} + (could_end_in_comment ? "\n" : "");
}

std::string join(std::span<const std::string_view> texts, std::string_view separator) {
  std::string joined;
  for (std::string_view text : texts) {
    if (!joined.empty()) joined += separator;
    joined += text;
  }
  return joined;
}

std::string join_names(std::span<const std::string_view> names) {
  std::string joined;
  for (std::string_view name : names) {
    if (!joined.empty()) joined += ", ";
    joined += quote_identifier(name);
  }
  return joined;
}

std::string join_options(std::span<const std::string_view> options) {
  std::string joined;
  for (std::string_view option : options) {
    const auto equals = option.find('=');
    if (!joined.empty()) joined += ", ";
    joined += option.substr(0, equals);
    if (equals != std::string_view::npos) joined += '=' + quote_literal(option.substr(equals + 1));
  }
  return joined;
}

Statements change_options(const View& before, const View& after, std::string_view key, std::string_view alter) {
  const auto name = [](std::string_view option) { return option.substr(0, option.find('=')); };
  const auto old_options = before.in_order(key);
  const auto new_options = after.in_order(key);
  std::vector<std::string_view> reset;
  std::vector<std::string_view> kept;
  for (std::string_view option : old_options) {
    if (std::ranges::find(new_options, option) != new_options.end()) {
      kept.push_back(option);
    } else if (std::ranges::find(new_options, name(option), name) == new_options.end()) {
      reset.push_back(name(option));
    }
  }
  // SET puts what it names behind the others (transformRelOptions).
  const auto first = std::ranges::mismatch(new_options, kept).in1;
  const std::vector<std::string_view> set{first, new_options.end()};
  Statements statements;
  if (!reset.empty()) statements.push_back({std::string{alter} + " RESET (" + join(reset, ", ") + ')'});
  if (!set.empty()) statements.push_back({std::string{alter} + " SET (" + join_options(set) + ')'});
  return statements;
}

Statements drop_statement(const View& object) {
  std::string sql{"DROP "};
  sql.append(object.rules().noun).append(" ").append(full_address(object));
  return {{sql, Transaction::any, object.rules().loss}};
}

Statements rename_object(const View& object, std::string_view name) {
  return {{"ALTER " + std::string{object.rules().noun} + ' ' + full_address(object) + " RENAME TO " +
           quote_identifier(name)}};
}

Statements move_object(const View& object, std::string_view schema) {
  return {{"ALTER " + std::string{object.rules().noun} + ' ' + full_address(object) + " SET SCHEMA " +
           quote_identifier(schema)}};
}

bool can_move(const KindRules& rules) { return rules.address == Address::schema && rules.rename != nullptr; }

// ALTER TABLE has the words for all relations; ALTER FOREIGN TABLE has none for constraints.
Statements rename_part(const View& part, std::string_view name) {
  const bool is_of_relation = part.parent()->rules().name_space == NameSpace::relation;
  return {{(is_of_relation ? "ALTER TABLE " + table_address(part) : alter_table(part)) + " RENAME " +
           std::string{part.rules().noun} + ' ' + quote_identifier(part.name()) + " TO " + quote_identifier(name)}};
}

Statements set_aside(const View& object, const Catalog& desired) {
  return rename_object(object, name_aside(object, desired));
}

Statements drop_aside(const View& object, const Catalog& desired) {
  return {{"DROP " + std::string{object.rules().noun} + ' ' + qualify(object.schema(), name_aside(object, desired))}};
}

}  // namespace plumb
