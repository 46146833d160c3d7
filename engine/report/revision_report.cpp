#include "engine/report/revision_report.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace plumb {

namespace {

std::string ids_of(const RevisionGraph& graph, RevisionGraph::Neighbours revisions) {
  std::vector<std::string_view> ids;
  for (RevisionNumber revision : revisions) ids.push_back(graph.id(revision));
  return fmt::format("{}", fmt::join(ids, ", "));
}

std::string parents_of(const RevisionGraph& graph, RevisionNumber revision) {
  return graph.down(revision).empty() ? "<base>" : ids_of(graph, graph.down(revision));
}

std::string_view when(bool holds, std::string_view text) { return holds ? text : std::string_view{}; }

bool is_among(std::span<const RevisionNumber> revisions, RevisionNumber revision) {
  return std::ranges::find(revisions, revision) != revisions.end();
}

}  // namespace

std::string message_of(const Revision& revision) {
  if (revision.message.empty()) return "empty message";
  return revision.message.substr(0, revision.message.find('\n'));
}

std::string revision_line(const RevisionGraph& graph, RevisionNumber revision, const RevisionLine& line) {
  const Revision& file = graph[revision];
  std::string text;
  if (line.parents) {
    text = parents_of(graph, revision);
    if (!file.depends_on.empty()) text += fmt::format(" ({})", fmt::join(file.depends_on, ", "));
    text += " -> ";
  }
  text += file.id;
  const std::vector<std::string> labels = graph.labels(revision);
  if (line.labels && !labels.empty()) text += fmt::format(" ({})", fmt::join(labels, ", "));
  text += when(graph.is_real_head(revision), " (head)");
  text += when(graph.is_head(revision) && !graph.is_real_head(revision), " (effective head)");
  text += when(is_among(line.current, revision), " (current)");
  text += when(line.tree && graph.is_branch_point(revision), " (branchpoint)");
  text += when(line.tree && graph.is_merge_point(revision), " (mergepoint)");
  if (line.message) text += ", " + message_of(file);
  return text;
}

std::string revision_entry(const RevisionGraph& graph, RevisionNumber revision,
                           std::span<const RevisionNumber> current) {
  const Revision& file = graph[revision];
  const bool is_merge = graph.is_merge_point(revision);
  const bool is_branch = graph.is_branch_point(revision);
  std::string text = fmt::format("Rev: {}{}{}{}{}\n", file.id, when(graph.is_head(revision), " (head)"),
                                 when(is_branch, " (branchpoint)"), when(is_merge, " (mergepoint)"),
                                 when(is_among(current, revision), " (current)"));
  text += fmt::format("{}: {}\n", is_merge ? "Merges" : "Parent", parents_of(graph, revision));
  if (!file.depends_on.empty()) text += fmt::format("Also depends on: {}\n", fmt::join(file.depends_on, ", "));
  if (is_branch) text += fmt::format("Branches into: {}\n", ids_of(graph, graph.up(revision)));
  const std::vector<std::string> labels = graph.labels(revision);
  if (!labels.empty()) text += fmt::format("Branch names: {}\n", fmt::join(labels, ", "));
  text += fmt::format("Path: {}\n\n", file.path);
  std::string_view message = file.message.empty() ? std::string_view{"empty message"} : file.message;
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size());
    text += fmt::format("    {}\n", message.substr(0, end));
    message.remove_prefix(std::min(end + 1, message.size()));
  }
  const std::string revises = ids_of(graph, graph.down(revision));
  return text + fmt::format("    \n    Revision ID: {}\n    Revises: {}\n    Create Date: {}\n\n", file.id, revises,
                            file.created);
}

}  // namespace plumb
