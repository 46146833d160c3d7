#pragma once

#include <string>
#include <string_view>

#include "schema/rules.h"

namespace plumb {

// What a sequence that belongs to a column and the one of an identity column have in common.

/// ALTER SEQUENCE ... SET LOGGED, or UNLOGGED.
Statement set_logging(std::string_view sequence, bool unlogged);

/// Lets a new sequence that counts up begin behind the values that its column holds, or at `start`; `sequence` is SQL
/// that names it as a regclass.
Statement go_on_behind_rows(std::string_view sequence, const View& column, std::string_view start);

}  // namespace plumb
