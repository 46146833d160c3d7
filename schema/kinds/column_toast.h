#pragma once

#include <optional>

#include "schema/rules.h"

namespace plumb {

// How the large values of a column are kept: its storage and compression.

/// What a change of the column's type takes from it and from those that inherit it: PostgreSQL gives them the storage
/// and the compression of the new type (ATExecAlterColumnType).
void restore_storage(const View& before, const View& after, Statements& statements);

std::optional<Statements> alter_storage(const View& before, const View& after);
std::optional<Statements> alter_compression(const View& before, const View& after);

}  // namespace plumb
