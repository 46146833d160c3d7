#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/revision/graph.h"

namespace plumb {

/// A file of another runner.
struct EmittedFile {
  std::string path;       ///< within the folder that the runner reads
  std::string text;       ///< all of it, or how it begins where `line` is added
  std::string line = {};  ///< belongs into a file that holds others, too; it ends there
};

/// The words for the runners that revisions can be written for.
std::vector<std::string_view> runner_names();

/// Writes revisions in another runner's form: the same statements in the same transactions, both ways. Where a runner
/// knows no graph, its numbers put every revision behind what it needs; they depend on nothing that comes later, so
/// that files which were written before stay as they are. Throws `RevisionError` for what the runner cannot be told,
/// and `DeclarationError` for faults of the revisions' files.
std::vector<EmittedFile> emit(const RevisionGraph& graph, std::span<const RevisionNumber> revisions,
                              std::string_view runner);

/// Writes the files into a folder, and returns the paths of those that are new or have grown. A file that is there with
/// another text is a `RevisionError`, before anything is written.
std::vector<std::string> write_emitted(std::span<const EmittedFile> files, const std::string& folder);

}  // namespace plumb
