#pragma once

#include <optional>

#include "schema/rules.h"

namespace plumb {

/// Whether the table keeps the column's values, and so converts and loses them; those of a foreign table stand
/// elsewhere.
bool holds_values(const View& column);

/// ALTER COLUMN ... TYPE from a type that stepped aside to the one that replaces it, with all values; nullopt where
/// they cannot be converted.
std::optional<Statements> rebind_column(const View& before, const View& after);

}  // namespace plumb
