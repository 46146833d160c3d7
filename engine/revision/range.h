#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/revision/graph.h"
#include "schema/error.h"

namespace plumb {

/// The one end of a range is not below the other.
struct RangeError : RevisionError {
  using RevisionError::RevisionError;
};

/// Which revisions lie between two places. Each end is identifiers, or ids of the table of heads; one identifier that
/// stands alone may count its steps from the other end.
struct Range {
  std::vector<std::string> lower, upper;
  bool inclusive = false;      ///< the lower end belongs to it
  bool implicit_base = false;  ///< so do branches that do not touch the lower end, down to their bases
  bool may_overshoot = false;  ///< counting past the end stops there, and is no error
};

/// What an upgrade from `lower` to `upper` runs, newest first. Throws `RevisionError`.
std::vector<RevisionNumber> revisions_to_upgrade(const RevisionGraph& graph, const Range& range);

/// What a range of the history, "START:END", covers, newest first; either end may be missing, and `current` in it means
/// `rows`, the ids in the table of heads. Throws `RevisionError`.
std::vector<RevisionNumber> history_range(const RevisionGraph& graph, std::string_view range,
                                          std::span<const std::string> rows);

struct Downgrade {
  std::vector<RevisionNumber> revisions;  ///< newest first
  std::vector<std::string> warnings;
};

/// What a downgrade from `upper` to `lower` undoes. Throws `RevisionError`.
Downgrade revisions_to_downgrade(const RevisionGraph& graph, const Range& range);

}  // namespace plumb
