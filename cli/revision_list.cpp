#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/revision_workspace.h"
#include "engine/report/revision_report.h"
#include "engine/revision/identifiers.h"
#include "engine/revision/range.h"
#include "engine/revision/wording.h"

namespace plumb::cli {

namespace {

using Revisions = std::vector<RevisionNumber>;

constexpr std::string_view current_word = "current";

bool names_current(std::string_view range) {
  const std::size_t colon = range.find(':');
  return colon != std::string_view::npos &&
         (range.substr(0, colon) == current_word || range.substr(colon + 1) == current_word);
}

/// Prints revisions, each as a line, or as all that is known of it with --verbose, or as JSON.
void print(const RevisionGraph& graph, const Revisions& revisions, RevisionLine line, const Options& options,
           Console& console) {
  if (options.format == "json") return console.result(write_revisions_json(graph, revisions, line.current));
  std::string text;
  for (RevisionNumber revision : revisions) {
    text += options.verbose ? revision_entry(graph, revision, line.current) : revision_line(graph, revision, line);
    text += '\n';
  }
  console.result(text);
}

}  // namespace

ExitCode run_history(const Options& options, Console& console) {
  const auto& [config, graph] = open_revisions(options);
  check_emit(options);
  const std::string range = options.range.empty() ? ":" : options.range;
  std::vector<std::string> rows;
  if (options.indicate_current || names_current(range)) rows = current_rows(options, config, console);
  if (!options.emit.empty()) {
    emit_revisions(graph, history_range(graph, range, rows), options, console);
    return ExitCode::done;
  }
  const Revisions current = options.indicate_current ? find_rows(graph, rows) : Revisions{};
  print(graph, history_range(graph, range, rows),
        {.parents = true, .labels = true, .message = true, .current = current}, options, console);
  return ExitCode::done;
}

ExitCode run_heads(const Options& options, Console& console) {
  const auto& [config, graph] = open_revisions(options);
  const RevisionGraph::Neighbours heads = options.resolve_dependencies ? graph.real_heads() : graph.heads();
  print(graph, {heads.begin(), heads.end()}, {.labels = true, .tree = false}, options, console);
  return ExitCode::done;
}

ExitCode run_branches(const Options& options, Console& console) {
  const auto& [config, graph] = open_revisions(options);
  Revisions points = history_range(graph, ":", {});
  std::erase_if(points, [&](RevisionNumber revision) { return !graph.is_branch_point(revision); });
  if (options.format == "json") {
    print(graph, points, {}, options, console);
    return ExitCode::done;
  }
  std::string text;
  for (RevisionNumber point : points) {
    text += options.verbose ? revision_entry(graph, point) : revision_line(graph, point, {.labels = true});
    text += '\n';
    const std::string margin(graph.id(point).size(), ' ');
    for (RevisionNumber above : graph.up(point)) {
      text += margin + " -> " + revision_line(graph, above, {.labels = true, .message = options.verbose}) + '\n';
    }
    text += '\n';
  }
  console.result(text);
  return ExitCode::done;
}

ExitCode run_show(const Options& options, Console& console) {
  const auto& [config, graph] = open_revisions(options);
  const std::string& identifier = options.revisions.front();
  const Revisions shown = identifier == current_word
                              ? find_rows(graph, current_rows(options, config, console))
                              : in_words_of({}, [&] { return find_revisions(graph, identifier); });
  Options all = options;
  all.verbose = true;
  print(graph, shown, {}, all, console);
  return ExitCode::done;
}

}  // namespace plumb::cli
