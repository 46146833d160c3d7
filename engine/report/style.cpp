#include "engine/report/style.h"

namespace plumb {

std::string tinted(std::string_view text, Tone tone, const Style& style) {
  if (!style.color) return std::string{text};
  const auto code = [tone]() -> std::string_view {
    switch (tone) {
      case Tone::strong:
        return "1";
      case Tone::faint:
        return "2";
      case Tone::good:
        return "32";
      case Tone::warning:
        return "33";
      case Tone::bad:
        return "31";
    }
    return "0";
  };
  std::string result = "\x1b[";
  return result.append(code()).append("m").append(text).append("\x1b[0m");
}

}  // namespace plumb
