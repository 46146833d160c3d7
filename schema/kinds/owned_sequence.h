#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schema/rules.h"

namespace plumb {

// What sequences that number the rows of a table have in common, be they a column's own or called by its default value.

/// Between which numbers a sequence counts, which way, and where it begins.
struct Counting {
  bool ascending = true;
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
  std::int64_t start = 0;
};

/// What NO MINVALUE and NO MAXVALUE mean (manual, CREATE SEQUENCE), and the start that follows.
Counting default_counting(std::string_view type, bool ascending);

/// Whether PostgreSQL may refuse the new bounds, because they shut out the current value, which is the start of a
/// sequence that was never used.
bool shuts_out(const Counting& from, const Counting& to);

/// Whether bounds that shut it out lie ahead of a sequence: moved back, it would give out the same numbers again.
bool lies_ahead(const Counting& from, const Counting& to);

/// What is to run before a sequence gets bounds that lie ahead: it moves on to where they begin if it stands before
/// that, which PostgreSQL never does by itself. `as_type` is what widens its type first: " AS bigint", or nothing.
Statements move_on(std::string_view sequence, const Counting& from, const Counting& to, std::string_view as_type);

/// ALTER SEQUENCE ... SET LOGGED, or UNLOGGED.
Statement set_logging(std::string_view sequence, bool unlogged);

/// Lets a sequence, given as SQL names it, go on behind the values that the column holds. One that stands behind them
/// stays where it is. Policies that its owner has forced upon himself would hide rows.
Statements go_on_behind_rows(std::string_view sequence, const View& column, bool ascending);

/// The same for the sequences that a default value calls, of a column that holds numbers.
Statements go_on_behind_rows(const View& default_value, const View& column);

}  // namespace plumb
