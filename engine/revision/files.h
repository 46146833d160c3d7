#pragma once

#include <map>

#include "engine/revision/file.h"
#include "engine/revision/graph.h"
#include "engine/revision/journey.h"

namespace plumb {

/// The files of a journey, all read before its first step.
class RevisionFiles {
 public:
  /// Throws `DeclarationError` with the faults of all files, and for a revision without a way back that is to be
  /// undone.
  RevisionFiles(const RevisionGraph& graph, const Journey& journey);

  const RevisionFile& of(const TravelStep& step) const { return files_.at(step.revision); }

  /// The way that the step goes.
  const Section& section(const TravelStep& step) const;

 private:
  std::map<RevisionNumber, RevisionFile> files_;
};

}  // namespace plumb
