#include "schema/file/yaml_text.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/core.h>

#include "schema/file/text.h"

namespace plumb {

namespace {

constexpr std::size_t line_width = 120;
constexpr std::size_t indent_width = 2;

/// A key must end within 1024 characters, counted with its quotes (YAML 1.2.2, section 7.4.2).
constexpr std::size_t max_key_bytes = 1000;

bool has_control_characters(std::string_view text, bool allow_lines) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte < 0x7F) continue;
    if (allow_lines && (byte == '\n' || byte == '\t')) continue;
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte < 0x80) continue;
    // C1 controls, the line separators U+2028 and U+2029, the byte order mark, and U+FFFE and U+FFFF
    if (byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
    if (text.substr(i, 3) == "\u2028" || text.substr(i, 3) == "\u2029" || text.substr(i, 3) == "\uFEFF") return true;
    if (text.substr(i, 3) == "\uFFFE" || text.substr(i, 3) == "\uFFFF") return true;
  }
  return false;
}

std::string lower(std::string_view text) {
  std::string result{text};
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool is_null_word(std::string_view text) { return text == "~" || (text.size() == 4 && lower(text) == "null"); }

/// What YAML 1.1 or 1.2 reads as a boolean, a number, a date or a merge key.
bool looks_typed(std::string_view text) {
  constexpr std::array words{"true", "false", "yes", "no", "on", "off", "<<", "="};
  constexpr std::size_t longest = 5;
  if (text.size() <= longest && std::ranges::find(words, lower(text)) != words.end()) return true;
  const char first = text.front();
  const bool starts_like_number =
      (first >= '0' && first <= '9') || ((first == '.' || first == '-' || first == '+') && text.size() > 1);
  return starts_like_number && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') ||
                  std::string_view{"+-.:_xXoabcdefABCDEFinINTZtz "}.find(c) != std::string_view::npos;
         });
}

bool may_be_plain(std::string_view text, bool is_text, bool in_brackets) {
  if (text.empty() || is_null_word(text) || text == "<<" || text == "=") return false;
  if (is_text && looks_typed(text)) return false;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  const bool is_negative_number = text.front() == '-' && text.size() > 1 && text[1] >= '0' && text[1] <= '9';
  if (std::string_view{"-?:,[]{}#&*!|>'\"%@`"}.find(text.front()) != std::string_view::npos && !is_negative_number) {
    return false;
  }
  if (text.starts_with("...") || has_control_characters(text, false)) return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) return false;
  if (!in_brackets) return true;
  // yaml-cpp also ends a plain scalar in brackets at a question mark.
  return text.find_first_of(",[]{}?") == std::string_view::npos;
}

std::string escaped(std::string_view text) {
  std::string result{'"'};
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    std::size_t length = 1;
    while (i + length < text.size() && continues_character(text[i + length])) ++length;
    const std::string_view character = text.substr(i, length);
    i += length;
    if (character == "\\" || character == "\"") {
      result.append("\\").append(character);
    } else if (character == "\n") {
      result += "\\n";
    } else if (character == "\t") {
      result += "\\t";
    } else if (!has_control_characters(character, false)) {
      result += character;
    } else if (length == 1) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      const auto tail = [&](std::size_t at) { return static_cast<unsigned>(character[at]) & 0x3FU; };
      const unsigned code =
          length == 2 ? (byte & 0x1FU) << 6U | tail(1) : (byte & 0x0FU) << 12U | tail(1) << 6U | tail(2);
      result += fmt::format("\\u{:04x}", code);
    }
  }
  return result + '"';
}

/// Whether a text of many lines can be shown as it is. Empty lines at its end would mix with those that follow it.
bool may_be_literal(std::string_view text) {
  const auto first = text.find_first_not_of('\n');
  return text.find('\n') != std::string_view::npos && first == 0 && !has_control_characters(text, true) &&
         text.find_first_not_of(" \n\t") != std::string_view::npos && text.front() != '\t' && !text.ends_with("\n\n");
}

/// "|", or "|-" for a text without a line end after it, with the indentation where it cannot be seen.
std::string literal(std::string_view text, std::size_t indent) {
  std::string result{'|'};
  if (text.front() == ' ') result += std::to_string(indent_width);
  if (!text.ends_with('\n')) result += '-';
  if (text.ends_with('\n')) text.remove_suffix(1);
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    result += '\n';
    if (end > start) result.append(indent, ' ').append(text.substr(start, end - start));
    start = end + 1;
  }
  return result;
}

/// The node in one line, or nullopt when something in it needs lines of its own.
std::optional<std::string> in_line(const Node& node, bool in_brackets) {
  if (node.spread && !node.children.empty()) return std::nullopt;
  if (node.is_null()) return "null";
  if (node.is_scalar()) {
    if (may_be_literal(node.text)) return std::nullopt;
    return to_yaml_scalar(node.text, node.was_quoted, in_brackets);
  }
  std::string line;
  for (const Node& child : node.children) {
    const auto text = in_line(child, true);
    if (!text || line.size() + text->size() > line_width) return std::nullopt;
    if (!line.empty()) line += ", ";
    if (node.is_map()) line += to_yaml_scalar(child.key, true, true) + ": ";
    line += *text;
  }
  return node.is_map() ? '{' + line + '}' : '[' + line + ']';
}

class Writer {
 public:
  std::string take() { return std::move(text_); }

  void write_entries(const Node& map, std::size_t indent) {
    for (const Node& entry : map.children) {
      const std::string key = to_yaml_scalar(entry.key, true, false);
      if (&entry != map.children.data() && stands_apart(entry, indent)) text_ += '\n';
      text_.append(indent, ' ');
      if (key.size() > max_key_bytes) {
        text_.append("? ").append(key).append("\n").append(indent, ' ').append(":");
        write_value(entry, indent, indent + 1);
      } else {
        text_.append(key).append(":");
        write_value(entry, indent, indent + key.size() + 1);
      }
    }
  }

 private:
  /// Whether an empty line goes before the entry: before a section on top, and before what has sections itself.
  static bool stands_apart(const Node& entry, std::size_t indent) {
    return indent == 0 ? entry.spread : std::ranges::any_of(entry.children, &Node::spread);
  }

  /// Writes what follows the colon of an entry at `indent`, from the column `used` on.
  void write_value(const Node& node, std::size_t indent, std::size_t used) {
    const auto line = in_line(node, false);
    const bool fits = line && (used + 1 + line->size() <= line_width || node.is_scalar() || node.children.empty());
    if (fits) {
      text_.append(" ").append(*line).append("\n");
    } else if (node.is_scalar()) {
      text_.append(" ").append(literal(node.text, indent + indent_width)).append("\n");
    } else if (node.is_map()) {
      text_ += '\n';
      write_entries(node, indent + indent_width);
    } else {
      text_ += '\n';
      for (const Node& item : node.children) {
        text_.append(indent + indent_width, ' ').append("-");
        write_value(item, indent + indent_width, indent + indent_width + 1);
      }
    }
  }

  std::string text_;
};

}  // namespace

std::string to_yaml_scalar(std::string_view text, bool is_text, bool in_brackets) {
  if (may_be_plain(text, is_text, in_brackets)) return std::string{text};
  if (text.find_first_of("\\\"") == std::string_view::npos || has_control_characters(text, false)) return escaped(text);
  std::string quoted{'\''};
  for (char c : text) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted + '\'';
}

std::string to_yaml(const Node& map) {
  Writer writer;
  writer.write_entries(map, 0);
  return writer.take();
}

}  // namespace plumb
