#include "schema/file/naming.h"

#include <algorithm>
#include <vector>

#include "schema/file/text.h"
#include "schema/text.h"

namespace plumb {

namespace {

/// Takes one name from the front of `rest`; nullopt for an unclosed or empty one.
std::optional<std::string> take_part(std::string_view& rest) {
  std::string part;
  if (!rest.starts_with('"')) {
    const auto end = std::min(rest.find('.'), rest.size());
    part = rest.substr(0, end);
    rest.remove_prefix(end);
  } else {
    std::size_t i = 1;
    for (; i < rest.size(); ++i) {
      if (rest[i] == '"' && rest.substr(i + 1, 1) != "\"") break;
      if (rest[i] == '"') ++i;
      part += rest[i];
    }
    if (i >= rest.size()) return std::nullopt;
    rest.remove_prefix(i + 1);
  }
  return part.empty() ? std::nullopt : std::optional{part};
}

/// The offset of the first `wanted` outside double quotes, or npos.
std::size_t find_unquoted(std::string_view text, char wanted) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && text[i] == wanted) return i;
  }
  return std::string_view::npos;
}

bool needs_quotes(std::string_view name) { return name.empty() || name.front() == '"' || name.find('.') != name.npos; }

std::string quoted_part(std::string_view name) {
  if (!needs_quotes(name)) return std::string{name};
  std::string text{'"'};
  for (char c : name) text.append(c == '"' ? 2 : 1, c);
  return text + '"';
}

}  // namespace

std::optional<WrittenName> split_name(std::string_view key) {
  auto first = take_part(key);
  if (!first) return std::nullopt;
  if (key.empty()) return WrittenName{{}, *first};
  key.remove_prefix(1);
  auto second = take_part(key);
  if (!second || !key.empty()) return std::nullopt;
  return WrittenName{*first, *second};
}

std::optional<WrittenName> split_signature(std::string_view key) {
  const auto open = find_unquoted(key, '(');
  if (open == std::string_view::npos || open == 0 || !key.ends_with(')')) return std::nullopt;
  const auto dot = find_unquoted(key.substr(0, open), '.');
  if (dot == std::string_view::npos) return WrittenName{{}, std::string{key}};
  std::string_view schema = key.substr(0, dot);
  const auto name = take_part(schema);
  if (!name || !schema.empty() || dot + 1 == open) return std::nullopt;
  return WrittenName{*name, std::string{key.substr(dot + 1)}};
}

std::string join_name(std::string_view schema, std::string_view name) {
  return schema.empty() ? quoted_part(name) : quoted_part(schema) + '.' + quoted_part(name);
}

std::string make_object_name(std::string_view first, std::string_view second, std::string_view label) {
  const std::size_t fixed = (second.empty() ? 0 : 1) + (label.empty() ? 0 : label.size() + 1);
  std::size_t first_bytes = first.size();
  std::size_t second_bytes = second.size();
  while (first_bytes + second_bytes + fixed > max_name_bytes && first_bytes + second_bytes > 0) {
    --(first_bytes > second_bytes ? first_bytes : second_bytes);
  }
  std::string name{clip(first, first_bytes)};
  if (!second.empty()) name.append("_").append(clip(second, second_bytes));
  if (!label.empty()) name.append("_").append(label);
  return name;
}

std::string default_name(std::string_view pattern, const std::function<std::string(std::string_view)>& fill,
                         int number) {
  std::vector<std::string> filled;
  std::string label;
  while (!pattern.empty()) {
    if (pattern.starts_with('{')) {
      const auto end = pattern.find('}');
      filled.push_back(fill(pattern.substr(1, end - 1)));
      pattern.remove_prefix(end + 1);
    } else {
      label = pattern;
      pattern = {};
    }
    if (pattern.starts_with('_')) pattern.remove_prefix(1);
  }
  filled.resize(2);
  if (number > 0) label += std::to_string(number);
  return make_object_name(filled[0], filled[1], label);
}

}  // namespace plumb
