#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plumb {

/// What a comment begins with that says something to plumb.
inline constexpr std::string_view marker_prefix = "-- plumb:";

/// "a, b" or "a b" as a list.
std::vector<std::string> words_of(std::string_view text);

/// The letters that a text begins with, in capitals.
std::string first_word(std::string_view sql);

}  // namespace plumb
