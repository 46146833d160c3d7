#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace plumb {

/// How a text report is dressed for the one who reads it.
struct Style {
  bool color = false;  ///< ANSI escape sequences, for a terminal
};

enum class Tone : std::uint8_t { strong, faint, good, warning, bad };

/// `text` in a tone; as it is without colour.
std::string tinted(std::string_view text, Tone tone, const Style& style);

}  // namespace plumb
