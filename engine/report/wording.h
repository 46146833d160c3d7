#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/plan.h"
#include "engine/report/style.h"

namespace plumb {

std::string_view to_word(Action action);  ///< "create", "alter", "drop" or "rename"
Tone tone_of(Action action);

/// "1 step", "3 steps"
std::string counted(std::size_t number, std::string_view noun);

/// "3 to create, 1 to alter"; what is zero is left out.
std::string count_actions(const std::vector<Action>& actions);

std::vector<std::string_view> lines_of(std::string_view text);

/// A text on one line, so that no name can end a comment: control characters become spaces.
std::string on_one_line(std::string_view text);

/// A word as a shell takes it unchanged: in quotes where it needs them.
std::string shell_quoted(std::string_view word);

}  // namespace plumb
