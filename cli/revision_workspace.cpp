#include "cli/revision_workspace.h"

#include "engine/revision/folder.h"
#include "schema/error.h"

namespace plumb::cli {

RevisionWorkspace open_revisions(const Options& options) {
  Config config = find_config(options.config);
  RevisionGraph graph{load_revisions(config.revisions.locations)};
  return {std::move(config), std::move(graph)};
}

std::vector<std::string> current_rows(const Options&, const Config&, Console&) {
  throw RevisionError{"`current` is not known without a ledger\nname the revision itself"};
}

}  // namespace plumb::cli
