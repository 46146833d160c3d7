#include "engine/revision/ancestry.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "schema/error.h"

namespace plumb {

namespace {

std::size_t index(RevisionNumber revision) { return static_cast<std::size_t>(revision); }

/// Adds to `seen` what `next` leads to from the revisions, and the revisions.
template <typename Next>
void spread(RevisionSet& seen, std::span<const RevisionNumber> from, Next next) {
  std::vector<RevisionNumber> waiting{from.begin(), from.end()};
  while (!waiting.empty()) {
    const RevisionNumber revision = waiting.back();
    waiting.pop_back();
    if (!seen.insert(revision)) continue;
    const std::span<const RevisionNumber> onward = next(revision);
    waiting.insert(waiting.end(), onward.begin(), onward.end());
  }
}

/// The order in which a set is gone through from its heads downwards; see `newest_first`.
class Descent {
 public:
  Descent(const RevisionGraph& graph, RevisionSet set, std::span<const RevisionNumber> heads)
      : graph_{graph},
        rest_{std::move(set)},
        is_front_{graph},
        live_above_(graph.size(), 0),
        visited_(graph.size(), 0) {
    for (RevisionNumber head : heads) {
      if (rest_.contains(head) && is_front_.insert(head)) front_.push_back(head);
    }
    std::ranges::sort(front_);
    for (RevisionNumber revision : ancestors(graph, front_, Along::needs).members()) {
      for (RevisionNumber below : graph.needs(revision)) ++live_above_[index(below)];
    }
  }

  std::vector<RevisionNumber> run() {
    std::vector<RevisionNumber> order;
    while (!front_.empty()) {
      const RevisionNumber revision = front_[at_];
      if (live_above_[index(revision)] > 0) {
        at_ = first_above(revision);
        continue;
      }
      order.push_back(revision);
      rest_.erase(revision);
      move_down_from(revision);
    }
    return order;
  }

 private:
  /// The first place of the front from which a revision can be reached; there is one, since something lives above it.
  std::size_t first_above(RevisionNumber target) {
    ++visit_;
    const std::uint32_t depth = graph_.level(target);
    std::size_t place = 0;
    while (place == at_ || graph_.level(front_[place]) <= depth || !reaches(front_[place], target)) ++place;
    return place;
  }

  /// Whether a way down leads from one revision to another that was not looked for in vain on this visit.
  bool reaches(RevisionNumber from, RevisionNumber target) {
    const std::uint32_t depth = graph_.level(target);
    waiting_.assign(1, from);
    while (!waiting_.empty()) {
      const RevisionNumber revision = waiting_.back();
      waiting_.pop_back();
      if (revision == target) return true;
      if (graph_.level(revision) <= depth || visited_[index(revision)] == visit_) continue;
      visited_[index(revision)] = visit_;
      const RevisionGraph::Neighbours below = graph_.needs(revision);
      waiting_.insert(waiting_.end(), below.begin(), below.end());
    }
    return false;
  }

  /// Puts what comes below in the place of a revision that is done with.
  void move_down_from(RevisionNumber revision) {
    is_front_.erase(revision);
    std::optional<RevisionNumber> follower;
    for (RevisionNumber below : graph_.needs(revision)) {
      if (!rest_.contains(below) || !is_front_.insert(below)) continue;
      if (follower) {
        front_.push_back(below);
      } else {
        follower = below;
      }
    }
    bury(revision);
    if (follower) {
      front_[at_] = *follower;
    } else {
      front_.erase(front_.begin() + static_cast<std::ptrdiff_t>(at_));
      at_ = at_ == 0 ? 0 : at_ - 1;
    }
  }

  /// Counts a revision as no longer live, and with it what it alone kept alive.
  void bury(RevisionNumber revision) {
    std::vector<RevisionNumber> dead{revision};
    while (!dead.empty()) {
      const RevisionNumber next = dead.back();
      dead.pop_back();
      for (RevisionNumber below : graph_.needs(next)) {
        if (--live_above_[index(below)] == 0 && !is_front_.contains(below)) dead.push_back(below);
      }
    }
  }

  const RevisionGraph& graph_;
  RevisionSet rest_;                       ///< what is still to come
  std::vector<RevisionNumber> front_;      ///< the branches that are open, each by its newest revision
  RevisionSet is_front_;                   ///< the same as a set
  std::vector<std::uint32_t> live_above_;  ///< by revision: how many that need it can be reached from the front
  std::size_t at_ = 0;                     ///< the branch that is being followed
  std::vector<std::uint32_t> visited_;     ///< by revision: the last search that came by
  std::uint32_t visit_ = 0;
  std::vector<RevisionNumber> waiting_;  ///< of the search that goes on
};

}  // namespace

bool RevisionSet::insert(RevisionNumber revision) {
  const bool is_new = !contains(revision);
  contains_[index(revision)] = true;
  return is_new;
}

bool RevisionSet::empty() const { return std::ranges::find(contains_, true) == contains_.end(); }

std::vector<RevisionNumber> RevisionSet::members() const {
  std::vector<RevisionNumber> members;
  for (std::size_t number = 0; number < contains_.size(); ++number) {
    if (contains_[number]) members.push_back(RevisionNumber{static_cast<std::uint32_t>(number)});
  }
  return members;
}

RevisionSet ancestors(const RevisionGraph& graph, std::span<const RevisionNumber> of, Along along) {
  RevisionSet set{graph};
  spread(set, of,
         [&](RevisionNumber revision) { return along == Along::needs ? graph.needs(revision) : graph.down(revision); });
  return set;
}

RevisionSet descendants(const RevisionGraph& graph, std::span<const RevisionNumber> of, Along along) {
  RevisionSet set{graph};
  spread(set, of, [&](RevisionNumber revision) {
    return along == Along::needs ? graph.needed_by(revision) : graph.up(revision);
  });
  return set;
}

void check_no_overlap(const RevisionGraph& graph, std::span<const RevisionNumber> revisions) {
  RevisionSet wanted{graph};
  for (RevisionNumber revision : revisions) wanted.insert(revision);
  RevisionSet seen{graph};
  for (RevisionNumber revision : revisions) {
    std::vector<std::string> overlaps;
    std::vector<RevisionNumber> waiting{revision};
    while (!waiting.empty()) {
      const RevisionNumber next = waiting.back();
      waiting.pop_back();
      if (next != revision && wanted.contains(next)) overlaps.push_back(graph.id(next));
      if (!seen.insert(next)) continue;
      waiting.insert(waiting.end(), graph.needs(next).begin(), graph.needs(next).end());
    }
    if (overlaps.empty()) continue;
    std::ranges::sort(overlaps);
    overlaps.erase(std::ranges::unique(overlaps).begin(), overlaps.end());
    throw RevisionError{
        fmt::format("Requested revision {0} overlaps with other requested revisions {1}\n"
                    "{0} brings along what comes before it: leave out {1}",
                    graph.id(revision), fmt::join(overlaps, ", "))};
  }
}

std::vector<RevisionNumber> on_one_line(const RevisionGraph& graph, std::span<const RevisionNumber> candidates,
                                        std::span<const RevisionNumber> with, Along along) {
  const RevisionSet before = ancestors(graph, with, along);
  const RevisionSet after = descendants(graph, with, along);
  std::vector<RevisionNumber> found;
  for (RevisionNumber candidate : candidates) {
    if (before.contains(candidate) || after.contains(candidate)) found.push_back(candidate);
  }
  return found;
}

std::vector<RevisionNumber> branch_heads(const RevisionGraph& graph, const RevisionSet& set) {
  std::vector<RevisionNumber> heads = set.members();
  std::erase_if(heads, [&](RevisionNumber revision) {
    return std::ranges::any_of(graph.up(revision), [&](RevisionNumber above) { return set.contains(above); });
  });
  return heads;
}

std::vector<RevisionNumber> newest_first(const RevisionGraph& graph, RevisionSet set,
                                         std::span<const RevisionNumber> heads) {
  return Descent{graph, std::move(set), heads}.run();
}

}  // namespace plumb
