#pragma once

#include <optional>

#include "schema/rules.h"

namespace plumb {

/// What turns the expression of a generated column into another one, or lets the column keep the values that it has as
/// its own. nullopt: PostgreSQL has no words for it (manual, ALTER TABLE, "SET EXPRESSION AS").
std::optional<Statements> alter_generated(const View& before, const View& after);

/// The same where it is that of an inherited column alone.
std::optional<Statements> alter_generated_here(const View& before, const View& after);

/// SET EXPRESSION, which also reaches those that inherit the column.
Statement set_expression(const View& column);

/// `KindRules::follows_change`: whether a generated column can stay when a column that it uses changes its type. Nobody
/// may change that under an expression, so the column computes NULL meanwhile, which PostgreSQL lets stored columns do
/// from 17 on, and virtual ones from 18 on.
bool follows_type(const View& generated, const View& before, const View& after);

/// The change of a column's type with what those need for it that follow.
Statements around_change_of_used(const View& before, const View& after, Statements change);

}  // namespace plumb
