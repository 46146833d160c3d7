#pragma once

#include <string>
#include <string_view>

#include "schema/rules.h"

namespace plumb {

// What sequences that number the rows of a table have in common, be they a column's own or called by its default value.

/// ALTER SEQUENCE ... SET LOGGED, or UNLOGGED.
Statement set_logging(std::string_view sequence, bool unlogged);

/// Lets a sequence, given as SQL names it, go on behind the values that the column holds. One that stands behind them
/// stays where it is.
Statement go_on_behind_rows(std::string_view sequence, const View& column, bool ascending);

/// The same for the sequences that a default value calls, of a column that holds integers.
Statements go_on_behind_rows(const View& default_value, const View& column);

}  // namespace plumb
