#include "engine/revision/squash.h"

#include <algorithm>
#include <set>
#include <string>

#include <fmt/core.h>

#include "engine/report/wording.h"
#include "engine/revision/ancestry.h"
#include "schema/error.h"
#include "schema/file/sql_text.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// All that one revision can take the place of, oldest first.
std::vector<RevisionNumber> members_of(const RevisionGraph& graph, std::optional<RevisionNumber> from,
                                       RevisionNumber to) {
  const std::vector<RevisionNumber> last{to};
  RevisionSet set = ancestors(graph, last, Along::revisions);
  if (from) {
    if (!set.contains(*from)) {
      throw RevisionError{
          fmt::format("{} does not come before {}\nsee `plumb history`", graph.id(*from), graph.id(to))};
    }
    const std::vector<RevisionNumber> first{*from};
    for (RevisionNumber below : ancestors(graph, first, Along::revisions).members()) set.erase(below);
  }
  std::vector<RevisionNumber> members = newest_first(graph, set, last);
  std::ranges::reverse(members);
  if (members.size() < 2) throw RevisionError{"there is nothing to squash: fewer than two revisions are in the range"};
  return members;
}

/// From outside, only the lower end may be gone out from, and only the upper end be come to.
void check_edges(const RevisionGraph& graph, const std::vector<RevisionNumber>& members,
                 std::optional<RevisionNumber> from, RevisionNumber to) {
  const auto is_inside = [&](RevisionNumber each) { return std::ranges::find(members, each) != members.end(); };
  for (RevisionNumber member : members) {
    for (RevisionNumber below : graph.down(member)) {
      if (is_inside(below) || below == from) continue;
      throw RevisionError{
          fmt::format("{} within the range also revises {}, which is outside of it\nbegin the range where both "
                      "ways part",
                      graph.id(member), graph.id(below))};
    }
    if (member == to) continue;
    for (RevisionNumber above : graph.needed_by(member)) {
      if (is_inside(above)) continue;
      throw RevisionError{
          fmt::format("{} is outside of the range and needs {}, which would be gone\nend the range there, or "
                      "behind {}",
                      graph.id(above), graph.id(member), graph.id(above))};
    }
  }
}

/// The statements of a section, the last of them with its semicolon too.
std::string ended(std::string_view sql, const std::string& path) {
  std::string text{sql.substr(std::min(sql.find_first_not_of('\n'), sql.size()))};
  Faults faults;
  const std::size_t count = split_sql(text, path, faults).size();
  const bool goes_on = split_sql(text + "\nSELECT", path, faults).size() == count;
  while (text.ends_with('\n')) text.pop_back();
  return (goes_on ? closed(text) + ';' : text) + '\n';
}

/// The section of each revision below its name. What one of them sets holds for it alone.
void add_section(std::string& text, const RevisionFile& file, const Section& section, std::string_view sql) {
  if (section.empty()) return;
  text += fmt::format("\n-- {}: {}\n", file.revision.id, on_one_line(lines_of(file.revision.message).front()));
  text += ended(sql, file.revision.path);
  for (const std::string& reset : resets_after(section)) text += reset + ";\n";
}

}  // namespace

Squash squash(const RevisionGraph& graph, std::optional<RevisionNumber> from, RevisionNumber to) {
  Squash result{members_of(graph, from, to), {}, {}};
  check_edges(graph, result.revisions, from, to);
  Revision revision = graph[to];
  revision.down.clear();
  if (from) revision.down.push_back(graph.id(*from));
  revision.parent_hashes.clear();
  if (from) revision.parent_hashes[graph.id(*from)] = read_revision_file(graph[*from].path).hash;
  std::set<std::string> labels, depends_on;
  std::string upgrade, downgrade;
  bool has_downgrade = true;
  for (RevisionNumber member : result.revisions) {
    const RevisionFile file = read_revision_file(graph[member].path);
    add_section(upgrade, file, file.upgrade, file.upgrade_text);
    std::string back;
    add_section(back, file, file.downgrade, file.downgrade_text);
    downgrade.insert(0, back);
    has_downgrade = has_downgrade && file.has_downgrade;
    revision.replaced.insert(graph[member].replaced.begin(), graph[member].replaced.end());
    revision.replaced[graph.id(member)] = file.hash;
    labels.insert(graph[member].labels.begin(), graph[member].labels.end());
    depends_on.insert(graph[member].depends_on.begin(), graph[member].depends_on.end());
  }
  std::erase_if(depends_on, [&](const std::string& name) {  // an id, or a branch label
    const auto needed = graph.find(name);
    return needed && std::ranges::find(result.revisions, *needed) != result.revisions.end();
  });
  revision.labels.assign(labels.begin(), labels.end());
  revision.depends_on.assign(depends_on.begin(), depends_on.end());
  revision.from = graph[result.revisions.front()].from;
  result.text =
      write_revision_file(revision, upgrade, has_downgrade ? std::optional<std::string_view>{downgrade} : std::nullopt);
  result.file = parse_revision_file(result.text, revision.path);
  return result;
}

}  // namespace plumb
