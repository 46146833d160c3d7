#pragma once

#include <optional>
#include <string_view>

#include "schema/rules.h"

namespace plumb {

// How the large values of a column are kept: its storage and compression.

/// The storage of the column, whether said, taken over from a parent's or that of its type.
std::string_view effective_storage(const View& column);

/// ALTER COLUMN ... SET STORAGE to just that.
Statement set_storage(const View& column);

/// What a change of the column's type takes from it and from those that inherit it: PostgreSQL gives them the storage
/// and the compression of the new type (ATExecAlterColumnType).
void restore_storage(const View& before, const View& after, Statements& statements);

/// What a column that is not inherited any more keeps of its parent's storage, or lacks of it from now on, where
/// neither says a storage of its own.
void restore_storage_without_parent(const View& before, const View& after, Statements& statements);

std::optional<Statements> alter_storage(const View& before, const View& after);
std::optional<Statements> alter_compression(const View& before, const View& after);

}  // namespace plumb
