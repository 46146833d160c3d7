#pragma once

#include <optional>

#include "schema/rules.h"

namespace plumb {

/// ALTER COLUMN ... TYPE from a type that stepped aside to the one that replaces it, with all values; nullopt where
/// they cannot be converted.
std::optional<Statements> rebind_column(const View& before, const View& after);

}  // namespace plumb
