#pragma once

#include <optional>
#include <vector>

#include "engine/revision/file.h"
#include "engine/revision/graph.h"

namespace plumb {

/// Many revisions as one, which keeps the id and the file of the last.
struct Squash {
  std::vector<RevisionNumber> revisions;  ///< that it takes the place of, oldest first; its own is the last
  std::string text;                       ///< of its file
  RevisionFile file;
};

/// Puts all revisions behind `from` (nothing: from the base) up to `to` into one, statement by statement. Throws
/// `RevisionError` when others branch off within, lead into it or depend on its inner revisions.
Squash squash(const RevisionGraph& graph, std::optional<RevisionNumber> from, RevisionNumber to);

}  // namespace plumb
