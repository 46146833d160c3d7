#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/revision/graph.h"

namespace plumb {

/// What a person asks of a revision that is to be written; identifiers are resolved against the graph.
struct NewRevision {
  std::string id = {};                        ///< empty: a new one is made up
  std::vector<std::string> heads = {"head"};  ///< what it revises; several make a merge
  bool splice = false;                        ///< it may revise what is no head, and so begin a branch
  std::vector<std::string> labels = {};       ///< names of the branch that begins with it
  std::vector<std::string> depends_on = {};
};

/// Where a new revision belongs: a `Revision` with id, down, dependencies and labels. Throws `RevisionError` before
/// anything is written: ambiguous or unknown heads, an id or a label that is taken or has forbidden characters.
Revision place_new_revision(const RevisionGraph& graph, const NewRevision& wanted);

/// Twelve random hexadecimal digits, like Alembic's.
std::string make_revision_id();

}  // namespace plumb
