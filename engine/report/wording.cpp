#include "engine/report/wording.h"

#include <algorithm>
#include <cctype>

#include <fmt/core.h>

namespace plumb {

std::string_view to_word(Action action) {
  switch (action) {
    case Action::create:
      return "create";
    case Action::alter:
      return "alter";
    case Action::drop:
      return "drop";
    case Action::rename:
      return "rename";
  }
  return "";
}

Tone tone_of(Action action) {
  switch (action) {
    case Action::create:
      return Tone::good;
    case Action::alter:
    case Action::rename:
      return Tone::warning;
    case Action::drop:
      return Tone::bad;
  }
  return Tone::strong;
}

std::string counted(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string count_actions(const std::vector<Action>& actions) {
  std::string text;
  for (Action action : {Action::rename, Action::create, Action::alter, Action::drop}) {
    const auto number = std::ranges::count(actions, action);
    if (number == 0) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} to {}", number, to_word(action));
  }
  return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::string on_one_line(std::string_view text) {
  std::string line{text};
  std::ranges::replace_if(
      line, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  return line;
}

std::string shell_quoted(std::string_view word) {
  const bool is_plain = std::ranges::all_of(word, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '=' || c == ',';
  });
  if (is_plain) return std::string{word};
  std::string quoted{"'"};
  for (char c : word) c == '\'' ? quoted.append("'\\''") : quoted.append(1, c);
  return quoted + '\'';
}

}  // namespace plumb
