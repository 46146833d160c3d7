#pragma once

#include <optional>

#include "schema/rules.h"

namespace plumb {

/// What turns the expression of a generated column into another one, or lets the column keep the values that it has as
/// its own. nullopt: PostgreSQL has no words for it (manual, ALTER TABLE, "SET EXPRESSION AS").
std::optional<Statements> alter_generated(const View& before, const View& after);

}  // namespace plumb
