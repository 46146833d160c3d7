#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/plan.h"

namespace plumb {

/// What an entry of a plan or a difference in JSON begins with, keys and texts: what is done, and to which object, by
/// the parts of its identity and in words.
std::vector<std::pair<std::string_view, std::string>> head_of(Action action, const Identity& identity,
                                                              const Symbols& symbols);

}  // namespace plumb
