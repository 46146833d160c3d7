#include "engine/revision/files.h"

#include <string>

#include <fmt/core.h>

#include "schema/error.h"

namespace plumb {

RevisionFiles::RevisionFiles(const RevisionGraph& graph, const Journey& journey) {
  std::string faults;
  const auto add_fault = [&](std::string_view fault) { faults.append(faults.empty() ? "" : "\n").append(fault); };
  for (const TravelStep& step : journey.steps) {
    if (step.way == Way::stamp) continue;
    const std::string& path = graph[step.revision].path;
    try {
      const RevisionFile& file = files_.try_emplace(step.revision, read_revision_file(path)).first->second;
      if (step.way == Way::upgrade || file.has_downgrade) continue;
      add_fault(
          fmt::format("{}: this revision has no way back: add a line `-- plumb: downgrade`, and below it what undoes "
                      "the upgrade",
                      path));
    } catch (const DeclarationError& error) {
      add_fault(error.what());
    }
  }
  if (!faults.empty()) throw DeclarationError{faults};
}

const Section& RevisionFiles::section(const TravelStep& step) const {
  const RevisionFile& file = of(step);
  return step.way == Way::upgrade ? file.upgrade : file.downgrade;
}

}  // namespace plumb
