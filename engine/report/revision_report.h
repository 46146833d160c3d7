#pragma once

#include <span>
#include <string>

#include "engine/revision/graph.h"
#include "engine/revision/journey.h"
#include "engine/revision/template.h"

namespace plumb {

/// What a line about a revision says beyond its id and place. The forms are Alembic's: scripts read them.
struct RevisionLine {
  bool parents = false;                          ///< "a -> b", with dependencies "a (x) -> b"
  bool labels = false;                           ///< "(shoppingcart)"
  bool tree = true;                              ///< "(branchpoint)", "(mergepoint)"
  bool message = false;                          ///< ", add a table"
  std::span<const RevisionNumber> current = {};  ///< those that are told to be "(current)"
};

/// One line, without its end: "<base> -> 1975ea83b712 (branchpoint), create account table".
std::string revision_line(const RevisionGraph& graph, RevisionNumber revision, const RevisionLine& line);

/// All about a revision, several lines: "Rev: ...", "Parent: ...", its file and its message.
std::string revision_entry(const RevisionGraph& graph, RevisionNumber revision,
                           std::span<const RevisionNumber> current = {});

/// A JSON document with all that the files say of some revisions, and how they lie in the graph.
std::string write_revisions_json(const RevisionGraph& graph, std::span<const RevisionNumber> revisions,
                                 std::span<const RevisionNumber> current);

/// The templates as a JSON document.
std::string write_templates_json(std::span<const RevisionTemplate> templates);

/// The steps of a journey as a JSON document.
std::string write_steps_json(std::span<const TravelStep> steps);

/// The first line of its message, or "empty message".
std::string message_of(const Revision& revision);

}  // namespace plumb
