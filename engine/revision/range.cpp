#include "engine/revision/range.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "engine/revision/ancestry.h"
#include "engine/revision/identifiers.h"
#include "engine/revision/wording.h"

namespace plumb {

namespace {

using Place = std::optional<RevisionNumber>;
using Revisions = std::vector<RevisionNumber>;

[[noreturn]] void too_few(const Identifier& identifier, std::string_view advice) {
  throw RevisionError{fmt::format("Relative revision {} didn't produce {} migrations\n{}", identifier.offset_text,
                                  std::abs(*identifier.offset), advice)};
}

[[noreturn]] void too_far(const Identifier& identifier) {
  throw RevisionError{
      fmt::format("Walked too far\nfrom {} it is less than {} revision{}: count again with `plumb history`",
                  identifier.symbol.empty() ? "the current revision" : identifier.symbol, std::abs(*identifier.offset),
                  std::abs(*identifier.offset) == 1 ? "" : "s")};
}

Place find_on(const RevisionGraph& graph, const Identifier& identifier) {
  const std::string& symbol = identifier.symbol;
  return find_revision(graph, identifier.branch ? *identifier.branch + '@' + symbol : symbol);
}

/// The newest revisions of a set: those that nothing in it needs.
Revisions tips(const RevisionGraph& graph, std::span<const RevisionNumber> set) {
  RevisionSet needed{graph};
  for (RevisionNumber revision : set) {
    for (RevisionNumber below : graph.needs(revision)) needed.insert(below);
  }
  Revisions found;
  for (RevisionNumber revision : set) {
    if (!needed.contains(revision)) found.push_back(revision);
  }
  return found;
}

Revisions on_branch(const RevisionGraph& graph, std::span<const RevisionNumber> revisions, const std::string& branch) {
  const RevisionNumber begins = find_branch(graph, branch);
  return on_one_line(graph, revisions, std::span{&begins, 1}, Along::revisions);
}

/// Where `+N` is counted from, when it is not counted from a symbol.
Place start_of_upgrade(const RevisionGraph& graph, const Identifier& target, std::span<const std::string> current) {
  Revisions starts = find_revisions(graph, current);
  if (target.branch) {
    const Revisions rows = starts;
    starts = on_branch(graph, rows, *target.branch);
    if (starts.empty()) {
      const Revisions applied = ancestors(graph, rows, Along::needs).members();
      starts = tips(graph, on_branch(graph, applied, *target.branch));
    }
  }
  if (starts.size() > 1) {
    throw RevisionError{fmt::format(
        "Ambiguous upgrade from multiple current revisions\nname the branch, as in BRANCH@{}, or a revision",
        target.offset_text)};
  }
  return starts.empty() ? base : Place{starts.front()};
}

Place target_of_upgrade(const RevisionGraph& graph, const Identifier& target, const Range& range) {
  const bool is_upwards = *target.offset > 0;
  if (target.symbol.empty() && !is_upwards) too_few(target, "an upgrade goes up: write +N, or use `plumb downgrade`");
  const Place start = target.symbol.empty() ? start_of_upgrade(graph, target, range.lower)
                      : is_upwards          ? find_revision(graph, target.symbol)
                                            : find_on(graph, target);
  const Walk walked = walk(graph, start, *target.offset, is_upwards ? target.branch : std::nullopt);
  if (!walked.arrived && !range.may_overshoot) {
    if (target.symbol.empty()) too_few(target, "there are not that many above: `plumb upgrade heads` goes to the end");
    too_far(target);
  }
  return walked.end;
}

Revisions targets_of_upgrade(const RevisionGraph& graph, const Range& range) {
  if (range.upper.size() != 1) return find_revisions(graph, range.upper);
  const Identifier target = parse_identifier(graph, range.upper.front());
  if (!target.offset) return find_revisions(graph, range.upper);
  const Place place = target_of_upgrade(graph, target, range);
  if (!place && !range.may_overshoot) too_far(target);
  return place ? Revisions{*place} : Revisions{};
}

std::string words_for(std::span<const std::string> end) {
  return end.empty() ? "base" : fmt::format("{}", fmt::join(end, ", "));
}

[[noreturn]] void not_a_range(const Range& range) {
  throw RangeError{
      fmt::format("Requested range {0}:{1} does not refer to ancestor/descendant revisions along the same branch\n"
                  "{1} does not come after {0}: swap the two, or name revisions of one branch",
                  words_for(range.lower), words_for(range.upper))};
}

/// The revision that a downgrade ends at, and the branch it is about.
struct Floor {
  Place revision;
  std::optional<std::string> branch;
};

/// Where `-N` is counted from, and the branch it keeps to.
Identifier start_of_downgrade(const RevisionGraph& graph, Identifier target, std::span<const std::string> current,
                              std::vector<std::string>& warnings) {
  if (!target.branch) {
    if (current.empty()) too_few(target, "nothing is applied, so there is nothing to go back from");
    const bool is_ambiguous = std::ranges::any_of(current, [&](auto& row) { return row != current.front(); });
    if (is_ambiguous) {
      warnings.push_back(
          "downgrade -1 from multiple heads is ambiguous; this usage will be disallowed in a future release.");
    }
    target.symbol = current.front();
    target.branch = target.symbol;
    return target;
  }
  const Revisions rows = find_revisions(graph, current);
  Revisions starts = on_branch(graph, rows, *target.branch);
  if (starts.empty()) {
    starts = on_branch(graph, branch_heads(graph, ancestors(graph, rows, Along::needs)), *target.branch);
  }
  if (starts.empty()) too_few(target, fmt::format("nothing of branch '{}' is applied", *target.branch));
  if (starts.size() > 1) {
    throw RevisionError{
        fmt::format("Ambiguous walk\nseveral revisions of branch '{}' are applied: name one of them", *target.branch)};
  }
  target.symbol = graph.id(starts.front());
  return target;
}

Floor floor_of(const RevisionGraph& graph, const Range& range, std::vector<std::string>& warnings) {
  if (range.lower.empty()) return {base, std::nullopt};
  const std::string& text = range.lower.front();
  const Identifier target = parse_identifier(graph, text);
  if (!target.offset) {
    const std::size_t at = text.rfind('@');
    if (at == std::string::npos) return {find_revision(graph, text), std::nullopt};
    return {find_revision(graph, text.substr(at + 1)), text.substr(0, at)};
  }
  if (*target.offset >= 0) {
    if (target.symbol.empty()) too_few(target, "a downgrade goes down: write -N, or use `plumb upgrade`");
    const Walk walked = walk(graph, find_revision(graph, target.symbol), *target.offset, target.branch);
    if (!walked.arrived && !range.may_overshoot) too_far(target);
    return {walked.end, target.branch};
  }
  const Identifier start = target.symbol.empty() ? start_of_downgrade(graph, target, range.upper, warnings) : target;
  const Walk walked = walk(graph, find_on(graph, start), *target.offset, std::nullopt);
  if (!walked.arrived && !range.may_overshoot) {
    if (target.symbol.empty()) too_few(target, "there are not that many below: `plumb downgrade base` goes to the end");
    too_far(target);
  }
  return {walked.end, start.branch};
}

/// The revisions to undo first of all: those right above the floor, on its branch.
Revisions roots_above(const RevisionGraph& graph, const Floor& floor, bool inclusive) {
  Revisions roots;
  if (!floor.revision) {
    roots.assign(graph.bases().begin(), graph.bases().end());
  } else if (inclusive) {
    roots = {*floor.revision};
  } else {
    roots.assign(graph.up(*floor.revision).begin(), graph.up(*floor.revision).end());
  }
  if (!floor.branch || roots.size() < 2) return roots;
  const RevisionNumber begins = find_branch(graph, *floor.branch);
  const RevisionSet below = ancestors(graph, std::span{&begins, 1}, Along::revisions);
  std::erase_if(roots, [&](RevisionNumber root) { return !below.contains(root); });
  if (roots.empty()) {
    throw RevisionError{
        fmt::format("Not a valid downgrade target from current heads\n"
                    "branch '{}' does not lead down to there: `plumb history` shows where it begins",
                    *floor.branch)};
  }
  return roots;
}

}  // namespace

Revisions revisions_to_upgrade(const RevisionGraph& graph, const Range& range) {
  Revisions targets = targets_of_upgrade(graph, range);
  if (range.lower.size() == 1) {
    const Identifier lower = parse_identifier(graph, range.lower.front());
    if (lower.branch) targets = on_branch(graph, targets, *lower.branch);
  }
  check_no_overlap(graph, targets);
  const RevisionSet required = ancestors(graph, targets, Along::needs);
  const Revisions current = find_revisions(graph, range.lower);
  if (!range.implicit_base) {
    for (RevisionNumber revision : current) {
      if (!required.contains(revision)) not_a_range(range);
    }
  }
  check_no_overlap(graph, current);
  RevisionSet wanted = required;
  for (RevisionNumber revision : ancestors(graph, current, Along::needs).members()) wanted.erase(revision);
  if (range.inclusive) {
    for (RevisionNumber revision : current) wanted.insert(revision);
  }
  if (!current.empty() && !range.implicit_base) {
    const RevisionSet above = descendants(graph, current, Along::revisions);
    for (RevisionNumber revision : wanted.members()) {
      if (!above.contains(revision)) wanted.erase(revision);
    }
  }
  return newest_first(graph, std::move(wanted), targets);
}

std::vector<RevisionNumber> history_range(const RevisionGraph& graph, std::string_view range,
                                          std::span<const std::string> rows) {
  const std::size_t colon = range.find(':');
  if (colon == std::string_view::npos || range.find(':', colon + 1) != std::string_view::npos) {
    throw RevisionError{fmt::format(
        "History range requires [start]:[end], [start]:, or :[end]\nwrite `{}:` for what comes after it", range)};
  }
  const auto end_of = [&](std::string_view text, std::string_view when_empty) -> std::vector<std::string> {
    if (text == "current") return {rows.begin(), rows.end()};
    return {std::string{text.empty() ? when_empty : text}};
  };
  const std::string_view upper = range.substr(colon + 1);
  const Range asked{.lower = end_of(range.substr(0, colon), "base"),
                    .upper = end_of(upper, "heads"),
                    .inclusive = true,
                    .may_overshoot = true};
  return in_words_of({.argument = std::string{upper}}, [&] { return revisions_to_upgrade(graph, asked); });
}

Downgrade revisions_to_downgrade(const RevisionGraph& graph, const Range& range) {
  Downgrade downgrade;
  const Floor floor = floor_of(graph, range, downgrade.warnings);
  const Revisions roots = roots_above(graph, floor, range.inclusive);
  const Revisions heads = find_revisions(graph, range.upper);
  const RevisionSet active = ancestors(graph, heads, Along::needs);
  const RevisionSet above = descendants(graph, roots, Along::needs);
  const RevisionSet below = range.implicit_base ? ancestors(graph, roots, Along::needs) : active;
  RevisionSet undone{graph};
  for (RevisionNumber revision : active.members()) {
    if (above.contains(revision) || !below.contains(revision)) undone.insert(revision);
  }
  if (floor.revision && undone.empty() && std::ranges::find(heads, *floor.revision) == heads.end()) {
    not_a_range(range);
  }
  downgrade.revisions = newest_first(graph, std::move(undone), heads);
  return downgrade;
}

}  // namespace plumb
