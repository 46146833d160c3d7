#include "engine/revision/journey.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engine/revision/ancestry.h"
#include "engine/revision/identifiers.h"
#include "engine/revision/range.h"
#include "engine/revision/wording.h"
#include "schema/error.h"

namespace plumb {

namespace {

using Revisions = std::vector<RevisionNumber>;

std::vector<std::string> ids_of(const RevisionGraph& graph, std::span<const RevisionNumber> revisions) {
  std::vector<std::string> ids;
  for (RevisionNumber revision : revisions) ids.push_back(graph.id(revision));
  return ids;
}

/// The table of heads while a journey goes on: which revisions have a row, and which are applied.
class Heads {
 public:
  Heads(const RevisionGraph& graph, std::span<const RevisionNumber> rows)
      : graph_{graph}, rows_{graph}, applied_{ancestors(graph, rows, Along::needs)} {
    for (RevisionNumber row : rows) rows_.insert(row);
  }

  std::vector<RowChange> upgrade(RevisionNumber revision) {
    Revisions replaced;
    for (RevisionNumber below : graph_.needs(revision)) {
      if (rows_.contains(below)) replaced.push_back(below);
    }
    applied_.insert(revision);
    return exchange(replaced, std::array{revision});
  }

  /// What it needs gets a row again, unless something else that is applied still implies it.
  std::vector<RowChange> downgrade(RevisionNumber revision) {
    applied_.erase(revision);
    Revisions freed;
    for (RevisionNumber below : graph_.needs(revision)) {
      const bool is_implied =
          std::ranges::any_of(graph_.needed_by(below), [&](RevisionNumber other) { return applied_.contains(other); });
      if (!is_implied && !rows_.contains(below)) freed.push_back(below);
    }
    if (!rows_.contains(revision)) return exchange({}, freed);
    return exchange(std::array{revision}, freed);
  }

  std::vector<RowChange> exchange(std::span<const RevisionNumber> before, std::span<const RevisionNumber> after) {
    for (RevisionNumber row : before) rows_.erase(row);
    for (RevisionNumber row : after) rows_.insert(row);
    std::vector<RowChange> changes;
    const std::size_t updated = before.empty() || after.empty() ? 0 : 1;
    for (RevisionNumber row : before.first(before.size() - updated)) changes.push_back({graph_.id(row), {}});
    for (RevisionNumber row : after.first(after.size() - updated)) changes.push_back({{}, graph_.id(row)});
    if (updated == 1) changes.push_back({graph_.id(before.back()), graph_.id(after.back())});
    return changes;
  }

  bool has_row(RevisionNumber revision) const { return rows_.contains(revision); }

 private:
  const RevisionGraph& graph_;
  RevisionSet rows_;
  RevisionSet applied_;
};

TravelStep make_step(const RevisionGraph& graph, Heads& heads, RevisionNumber revision, Way way) {
  TravelStep step{way, revision, ids_of(graph, graph.down(revision)), {graph.id(revision)}, {}};
  if (way == Way::downgrade) std::swap(step.from, step.to);
  step.rows = way == Way::downgrade ? heads.downgrade(revision) : heads.upgrade(revision);
  return step;
}

/// Notes down one revision as the head of its branch.
class Stamper {
 public:
  Stamper(const RevisionGraph& graph, std::span<const std::string> rows)
      : graph_{graph}, rows_{find_rows(graph, rows)}, heads_{graph, rows_} {
    for (RevisionNumber row : rows_) {
      before_.push_back(ancestors(graph, std::span{&row, 1}, Along::needs));
      after_.push_back(descendants(graph, std::span{&row, 1}, Along::needs));
    }
  }

  Journey run(std::span<const std::string> targets) {
    Revisions destinations;
    std::vector<std::string> bases;
    for (const std::string& target : targets) {
      refuse_counting(target);
      const Revisions found = find_revisions(graph_, target);
      if (found.empty()) bases.push_back(target);
      destinations.insert(destinations.end(), found.begin(), found.end());
    }
    // Beside a revision base says nothing, as for Alembic.
    if (destinations.empty()) std::ranges::for_each(bases, [this](const std::string& base) { remove(base); });
    warn_of_overlap(destinations);
    for (RevisionNumber destination : destinations) stamp(destination);
    return std::move(journey_);
  }

 private:
  /// Alembic counts `-1` from the heads of the files as long as the table of heads is empty, and not at all afterwards.
  void refuse_counting(const std::string& target) const {
    if (rows_.empty() || !parse_identifier(graph_, target).offset) return;
    const std::size_t at = target.find('@');
    throw UnknownRevisionError{
        fmt::format("Can't locate revision identified by '{}'\na stamp does not count: name the revision itself",
                    at == std::string::npos ? target : target.substr(at + 1))};
  }

  /// Down to base: every row goes, or every row of the branch that was named.
  void remove(const std::string& target) {
    const Identifier identifier = parse_identifier(graph_, target);
    Revisions removed = rows_;
    if (identifier.branch) {
      const RevisionNumber begins = find_branch(graph_, *identifier.branch);
      removed = on_one_line(graph_, rows_, std::span{&begins, 1}, Along::needs);
    }
    for (RevisionNumber row : removed) {
      journey_.steps.push_back({Way::stamp, row, {graph_.id(row)}, {}, heads_.exchange(std::array{row}, {})});
    }
  }

  void stamp(RevisionNumber destination) {
    if (std::ranges::find(rows_, destination) != rows_.end()) return;
    const std::string& id = graph_.id(destination);
    if (heads_.has_row(destination)) {
      throw RevisionError{
          fmt::format("Requested revision {0} overlaps with other requested revisions {0}\nwrite {0} only once", id)};
    }
    Revisions related;
    bool is_back = false;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const bool is_below = before_[i].contains(destination);
      if (is_below || after_[i].contains(destination)) related.push_back(rows_[i]);
      is_back = is_back || is_below;
    }
    Revisions replaced = related;
    std::erase_if(replaced, [&](RevisionNumber row) { return !heads_.has_row(row); });
    if (is_back && replaced.empty()) {
      throw RevisionError{fmt::format(
          "Requested revision {} overlaps with other requested revisions\n"
          "the database is at {}, above several of them; to put all of them in its place: plumb stamp --purge ...",
          id, fmt::join(ids_of(graph_, related), ", "))};
    }
    journey_.steps.push_back(
        {Way::stamp, destination, ids_of(graph_, related), {id}, heads_.exchange(replaced, std::array{destination})});
  }

  void warn_of_overlap(const Revisions& destinations) {
    Revisions below;
    for (RevisionNumber destination : destinations) {
      below.insert(below.end(), graph_.needs(destination).begin(), graph_.needs(destination).end());
    }
    const RevisionSet implied = ancestors(graph_, below, Along::needs);
    for (RevisionNumber destination : destinations) {
      if (!implied.contains(destination)) continue;
      journey_.warnings.push_back(
          fmt::format("{} comes before another revision that is stamped: as heads of one database they contradict each "
                      "other",
                      graph_.id(destination)));
    }
  }

  const RevisionGraph& graph_;
  Revisions rows_;                   ///< at the beginning
  std::vector<RevisionSet> before_;  ///< by row: what it needs
  std::vector<RevisionSet> after_;   ///< by row: what needs it
  Heads heads_;                      ///< as of now
  Journey journey_;
};

}  // namespace

Journey plan_upgrade(const RevisionGraph& graph, std::span<const std::string> rows,
                     std::span<const std::string> targets) {
  const std::string end = fmt::format("{}", fmt::join(targets, ", "));
  return in_words_of(
      {.range = fmt::format("Destination {} is not a valid upgrade target from current head(s)", end), .argument = end},
      [&] {
        const Range range{
            .lower = {rows.begin(), rows.end()}, .upper = {targets.begin(), targets.end()}, .implicit_base = true};
        Heads heads{graph, find_rows(graph, rows)};
        const Revisions newest = revisions_to_upgrade(graph, range);
        Journey journey;
        for (auto revision = newest.rbegin(); revision != newest.rend(); ++revision) {
          journey.steps.push_back(make_step(graph, heads, *revision, Way::upgrade));
        }
        return journey;
      });
}

Journey plan_downgrade(const RevisionGraph& graph, std::span<const std::string> rows, std::string_view target) {
  const std::string end{target};
  return in_words_of({.range = fmt::format("Destination {} is not a valid downgrade target from current head(s)", end),
                      .argument = end},
                     [&] {
                       const Range range{.lower = {end}, .upper = {rows.begin(), rows.end()}};
                       Heads heads{graph, find_rows(graph, rows)};
                       const Downgrade downgrade = revisions_to_downgrade(graph, range);
                       Journey journey{{}, downgrade.warnings};
                       for (RevisionNumber revision : downgrade.revisions) {
                         journey.steps.push_back(make_step(graph, heads, revision, Way::downgrade));
                       }
                       return journey;
                     });
}

Journey plan_stamp(const RevisionGraph& graph, std::span<const std::string> rows,
                   std::span<const std::string> targets) {
  return in_words_of({.several_heads = "Multiple heads are present; please specify a single target revision"}, [&] {
    return Stamper{graph, rows}.run(targets);
  });
}

TravelStep single_step(const RevisionGraph& graph, std::span<const std::string> rows, RevisionNumber revision,
                       Way way) {
  Heads heads{graph, find_rows(graph, rows)};
  return make_step(graph, heads, revision, way);
}

std::string describe(const TravelStep& step) {
  constexpr std::array<std::string_view, 3> names{"upgrade", "downgrade", "stamp_revision"};
  return fmt::format("{} {} -> {}", names[static_cast<std::size_t>(step.way)], fmt::join(step.from, ", "),
                     fmt::join(step.to, ", "));
}

std::vector<RevisionNumber> current_revisions(const RevisionGraph& graph, std::span<const std::string> rows) {
  return in_words_of({}, [&] { return branch_heads(graph, ancestors(graph, find_rows(graph, rows), Along::needs)); });
}

}  // namespace plumb
