#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "cli/commands.h"
#include "cli/revision_workspace.h"
#include "cli/workspace.h"
#include "engine/report/wording.h"
#include "engine/revision/identifiers.h"
#include "engine/revision/squash.h"
#include "engine/revision/wording.h"

namespace plumb::cli {

namespace {

/// A database within the range would not be found any more in the files.
void refuse_inside(const Squash& squashed, const RevisionWorkspace& workspace, const Options& options,
                   Console& console) {
  const RevisionGraph& graph = workspace.graph;
  const std::string& last = graph.id(squashed.revisions.back());
  for (const std::string& row : current_rows(options, workspace.config, console)) {
    const auto inside = std::ranges::find(squashed.revisions, row, [&](RevisionNumber each) { return graph.id(each); });
    if (inside == squashed.revisions.end() || *inside == squashed.revisions.back()) continue;
    throw RevisionError{fmt::format(
        "the database is at {}, within the range, and nothing was done\nbring it to the end first: plumb upgrade "
        "{}",
        row, last)};
  }
}

}  // namespace

ExitCode run_squash(const Options& options, Console& console) {
  const RevisionWorkspace workspace = open_revisions(options);
  const RevisionGraph& graph = workspace.graph;
  const std::string& range = options.revisions.front();
  const std::size_t colon = range.find(':');
  if (colon == std::string::npos) {
    throw RevisionError{"squash needs FROM:TO\nas in: plumb squash base:head; FROM itself stays as it is"};
  }
  const auto [from, to] = in_words_of({}, [&] {
    return std::pair{find_revision(graph, range.substr(0, colon)), find_revision(graph, range.substr(colon + 1))};
  });
  if (!to) throw RevisionError{"the range ends before the first revision: name its end, as in base:head"};
  const Squash squashed = squash(graph, from, *to);
  const SessionOptions on = session_options(options, workspace.config, console);
  if (on.database.is_named) refuse_inside(squashed, workspace, options, console);

  const std::vector<std::string> below = from ? std::vector{graph.id(*from)} : std::vector<std::string>{};
  const std::vector<std::string>& before = workspace.config.revisions.before;
  console.progress("proving on a scratch database that it does the same");
  Session{on}.prove_squash(History{graph, below, before}, History{graph, std::vector{graph.id(*to)}, before},
                           squashed.file);
  replace_file(graph[*to].path, squashed.text);
  for (RevisionNumber revision : squashed.revisions) {
    if (revision != *to) std::filesystem::remove(graph[revision].path);
  }
  console.result(fmt::format("{} in {}; proven to do the same, both ways\n",
                             counted(squashed.revisions.size(), "revision"), graph[*to].path));
  console.note(fmt::format(
      "databases that are at {} or behind it go on as they are; one before it has to be brought there first, "
      "with the files of before",
      graph.id(*to)));
  return ExitCode::done;
}

}  // namespace plumb::cli
