#include "schema/file/values.h"

#include <algorithm>

#include <fmt/core.h>

#include "schema/file/naming.h"
#include "schema/file/text.h"

namespace plumb {

namespace {

class ValueReader {
 public:
  ValueReader(const AttributeRule& rule, std::string_view what, std::string_view file, Faults& faults)
      : rule_{rule}, what_{what}, file_{file}, faults_{faults} {}

  std::optional<std::vector<std::string>> read(const Node& node) {
    switch (rule_.value) {
      case Value::boolean:
        return read_boolean(node);
      case Value::integer:
        return read_integer(node);
      case Value::text:
      case Value::expression:
        return read_text(node);
      case Value::names:
      case Value::fragments:
        return read_list(node);
      case Value::options:
        return read_options(node);
    }
    return std::nullopt;
  }

 private:
  using Values = std::optional<std::vector<std::string>>;

  Values refuse(const Node& node, std::string_view wanted) {
    const std::string found =
        node.is_scalar() && node.text.size() <= 40 ? fmt::format("`{}`", node.text) : std::string{form_name(node)};
    faults_.add(file_, node.spot, fmt::format("{} must be {}, not {}", what_, wanted, found));
    return std::nullopt;
  }

  Values read_boolean(const Node& node) {
    if (!node.is_scalar() || node.was_quoted || (node.text != "true" && node.text != "false")) {
      return refuse(node, "true or false (without quotes)");
    }
    return {{node.text}};
  }

  Values read_integer(const Node& node) {
    std::string_view digits = node.text;
    if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
    const bool all_digits = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    const bool has_zeros = digits.size() > 1 && digits.starts_with('0');
    if (!node.is_scalar() || digits.empty() || !all_digits || has_zeros) return refuse(node, "a whole number");
    return {{std::string{node.text.starts_with('+') ? digits : std::string_view{node.text}}}};
  }

  /// Words that SQL takes in any case, too.
  Values read_choice(const Node& node) {
    if (node.is_scalar()) {
      std::string word = node.text;
      std::ranges::transform(word, word.begin(),
                             [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
      if (std::ranges::find(rule_.choices, word) != rule_.choices.end()) return {{std::move(word)}};
    }
    std::string wanted;
    for (std::size_t i = 0; i < rule_.choices.size(); ++i) {
      if (i > 0) wanted += i + 1 == rule_.choices.size() ? " or " : ", ";
      wanted += rule_.choices[i];
    }
    return refuse(node, wanted);
  }

  Values read_text(const Node& node) {
    if (!rule_.choices.empty()) return read_choice(node);
    if (!node.is_scalar()) return refuse(node, rule_.value == Value::text ? "a text" : "an SQL expression");
    if (rule_.value == Value::expression && node.text.find_first_not_of(" \t\r\n") == std::string::npos) {
      faults_.add(file_, node.spot,
                  fmt::format("{} is empty, which is no SQL: write \"''\" if you mean an empty text", what_));
      return std::nullopt;
    }
    return {{node.text}};
  }

  Values read_list(const Node& node) {
    if (node.is_map()) return refuse(node, "a list");
    std::vector<std::string> values;
    if (node.is_scalar()) {
      if (check_item(node)) values.push_back(node.text);
      return values.empty() ? std::nullopt : Values{values};
    }
    for (const Node& item : node.children) {
      if (check_item(item) && check_twice(item, values)) values.push_back(item.text);
    }
    return values.size() == node.children.size() ? Values{values} : std::nullopt;
  }

  bool check_item(const Node& item) {
    if (!item.is_scalar()) {
      return refuse_item(item, fmt::format("holds {} where a {} must be{}", form_name(item),
                                           rule_.value == Value::names ? "name" : "piece of SQL",
                                           item.is_null() ? ": quote it if it is meant as a text" : ""));
    }
    if (rule_.value == Value::names) {
      return item.text.size() <= max_name_bytes ||
             refuse_item(item, fmt::format("holds a name of {} bytes, and PostgreSQL cuts names after {}: shorten `{}`",
                                           item.text.size(), max_name_bytes, item.text));
    }
    return is_balanced(item.text) ||
           refuse_item(item, fmt::format("holds `{}`, whose parentheses do not match: put quotes around an entry with "
                                         "a comma in it",
                                         item.text));
  }

  /// Values that can be renamed are told apart by their names.
  bool check_twice(const Node& item, const std::vector<std::string>& values) {
    if (rule_.rename_value == nullptr) return true;
    const auto name_of = [&](const std::string& value) { return name_in(rule_, value); };
    const bool is_new = std::ranges::find(values, name_of(item.text), name_of) == values.end();
    return is_new || refuse_item(item, fmt::format("holds `{}` twice: remove one, or rename it", item.text));
  }

  bool refuse_item(const Node& item, std::string_view problem) {
    faults_.add(file_, item.spot, fmt::format("{} {}", what_, problem));
    return false;
  }

  Values read_options(const Node& node) {
    if (!node.is_map()) return refuse(node, "a map of options and their values");
    std::vector<std::string> values;
    for (const Node& option : node.children) {
      if (option.is_scalar()) {
        values.push_back(option.key + '=' + option.text);
      } else if (option.is_list() && std::ranges::all_of(option.children, &Node::is_scalar)) {
        std::string texts;
        for (const Node& each : option.children) texts.append(texts.empty() ? "" : ", ").append(each.text);
        values.push_back(option.key + '=' + texts);
      } else {
        faults_.add(file_, option.spot,
                    fmt::format("option `{}` of {} needs a value, not {}", option.key, what_, form_name(option)));
      }
    }
    return values;
  }

  const AttributeRule& rule_;
  std::string_view what_;
  std::string_view file_;
  Faults& faults_;
};

bool is_variable_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// The value of what stands between the braces; nullopt and a fault when there is none.
std::optional<std::string> value_of(std::string_view reference, const std::map<std::string, std::string>& variables,
                                    const Node& node, std::string_view file, Faults& faults) {
  const auto dash = reference.find(":-");
  const std::string name{reference.substr(0, dash)};
  if (!is_variable_name(name)) {
    faults.add(file, node.spot, fmt::format("`${{{}}}` names no variable: write `$${{` for a plain `${{`", reference));
    return std::nullopt;
  }
  const auto variable = variables.find(name);
  if (dash == std::string_view::npos && variable == variables.end()) {
    faults.add(file, node.spot, fmt::format("the variable {0} is not set: set it, or write ${{{0}:-default}}", name));
    return std::nullopt;
  }
  const bool is_set = variable != variables.end() && (dash == std::string_view::npos || !variable->second.empty());
  return is_set ? variable->second : std::string{reference.substr(dash + 2)};
}

void expand_text(Node& node, const std::map<std::string, std::string>& variables, std::string_view file,
                 Faults& faults) {
  const std::string_view text = node.text;
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i, 3) == "$${") {
      result += "${";
      i += 3;
    } else if (text.substr(i, 2) != "${") {
      result += text[i++];
    } else if (const auto end = text.find('}', i); end == std::string_view::npos) {
      faults.add(file, node.spot, "`${` has no closing brace: write `$${` for a plain `${`");
      return;
    } else {
      const auto value = value_of(text.substr(i + 2, end - i - 2), variables, node, file, faults);
      if (!value) return;
      result += *value;
      i = end + 1;
    }
  }
  if (node.text != result) node.passages.clear();
  node.text = result;
  if (node.text.empty() && !node.was_quoted) node.form = Node::Form::null;
}

}  // namespace

std::optional<std::vector<std::string>> read_value(const Node& node, const AttributeRule& rule, std::string_view what,
                                                   std::string_view file, Faults& faults) {
  if (node.is_null()) return std::nullopt;
  return ValueReader{rule, what, file, faults}.read(node);
}

void expand_variables(Node& node, const std::map<std::string, std::string>& variables, std::string_view file,
                      Faults& faults) {
  if (node.is_scalar() && node.text.find("${") != std::string::npos) {
    expand_text(node, variables, file, faults);
  }
  for (Node& child : node.children) expand_variables(child, variables, file, faults);
}

std::string escape_variables(std::string_view text) {
  if (text.find("${") == std::string_view::npos) return std::string{text};
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "${") escaped += '$';
    escaped += text[i];
  }
  return escaped;
}

}  // namespace plumb
