#include "schema/file/yaml_text.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "schema/file/text.h"
#include "schema/text.h"

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
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
    if (text.substr(i, 3) == "\u2028" || text.substr(i, 3) == "\u2029" || text.substr(i, 3) == "\uFEFF") return true;
    if (text.substr(i, 3) == "\uFFFE" || text.substr(i, 3) == "\uFFFF") return true;
  }
  return false;
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

/// Whether the text is a name too long to be one of YAML's words, which needs no closer look. Most are.
bool is_plain_word(std::string_view text) {
  constexpr std::size_t longest_of_yaml = 5;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return text.size() > longest_of_yaml && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
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

/// Appends the scalar as `to_yaml_scalar` writes it.
void append_scalar(std::string& out, std::string_view text, bool is_text, bool in_brackets) {
  if (is_plain_word(text) || may_be_plain(text, is_text, in_brackets)) {
    out += text;
  } else if (text.find_first_of("\\\"") == std::string_view::npos || has_control_characters(text, false)) {
    out += escaped(text);
  } else {
    out += '\'';
    for (char c : text) out.append(c == '\'' ? 2 : 1, c);
    out += '\'';
  }
}

/// Appends the node in one line; false, with anything appended, when something in it needs lines of its own.
bool append_in_line(std::string& out, const Node& node, bool in_brackets) {
  if (node.spread && !node.children.empty()) return false;
  if (node.is_null()) {
    out += "null";
    return true;
  }
  if (node.is_scalar()) {
    if (may_be_literal(node.text)) return false;
    append_scalar(out, node.text, node.was_quoted, in_brackets);
    return true;
  }
  out += node.is_map() ? '{' : '[';
  const std::size_t start = out.size();
  for (const Node& child : node.children) {
    const std::size_t before = out.size();
    if (before != start) out += ", ";
    if (node.is_map()) {
      append_scalar(out, child.key, true, true);
      out += ": ";
    }
    const std::size_t value = out.size();
    if (!append_in_line(out, child, true) || (before - start) + (out.size() - value) > line_width) return false;
  }
  out += node.is_map() ? '}' : ']';
  return true;
}

class Writer {
 public:
  std::string take() { return std::move(text_); }

  void write_entries(const Node& map, std::size_t indent) {
    for (const Node& entry : map.children) {
      if (&entry != map.children.data() && stands_apart(entry, indent)) text_ += '\n';
      text_.append(indent, ' ');
      key_.clear();
      append_scalar(key_, entry.key, true, false);
      const std::size_t length = key_.size();
      if (length > max_key_bytes) {
        text_.append("? ").append(key_).append("\n").append(indent, ' ').append(":");
        write_value(entry, indent, indent + 1);
      } else {
        text_.append(key_).append(":");
        write_value(entry, indent, indent + length + 1);
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
    const std::size_t end = text_.size();
    text_ += ' ';
    if (append_in_line(text_, node, false) &&
        (used + text_.size() - end <= line_width || node.is_scalar() || node.children.empty())) {
      text_ += '\n';
      return;
    }
    text_.resize(end);
    if (node.is_scalar()) {
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
  std::string key_;  ///< of one entry, before it is written
};

}  // namespace

std::string to_yaml_scalar(std::string_view text, bool is_text, bool in_brackets) {
  std::string out;
  append_scalar(out, text, is_text, in_brackets);
  return out;
}

std::string to_yaml(const Node& map) {
  Writer writer;
  writer.write_entries(map, 0);
  return writer.take();
}

}  // namespace plumb
