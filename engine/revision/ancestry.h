#pragma once

#include <span>
#include <vector>

#include "engine/revision/graph.h"

namespace plumb {

/// Some of the revisions of one graph.
class RevisionSet {
 public:
  explicit RevisionSet(const RevisionGraph& graph) : contains_(graph.size(), false) {}

  bool insert(RevisionNumber revision);  ///< false when it was there already
  void erase(RevisionNumber revision) { contains_[static_cast<std::size_t>(revision)] = false; }
  bool contains(RevisionNumber revision) const { return contains_[static_cast<std::size_t>(revision)]; }
  bool empty() const;
  std::vector<RevisionNumber> members() const;  ///< in the order of loading

 private:
  std::vector<bool> contains_;
};

/// Along what to walk: `revisions` from one file to the next alone, `needs` also along dependencies.
enum class Along { revisions, needs };

/// The revisions themselves and all that comes before them.
RevisionSet ancestors(const RevisionGraph& graph, std::span<const RevisionNumber> of, Along along);

/// The revisions themselves and all that comes after them.
RevisionSet descendants(const RevisionGraph& graph, std::span<const RevisionNumber> of, Along along);

/// Throws `RevisionError` when one of the revisions comes before another of them, along `needs`.
void check_no_overlap(const RevisionGraph& graph, std::span<const RevisionNumber> revisions);

/// Those of `candidates` that are on one line with one of `with`: before it, after it, or itself.
std::vector<RevisionNumber> on_one_line(const RevisionGraph& graph, std::span<const RevisionNumber> candidates,
                                        std::span<const RevisionNumber> with, Along along);

/// Where the branches end in a set that holds all that comes before its members: those that nothing in it revises.
std::vector<RevisionNumber> branch_heads(const RevisionGraph& graph, const RevisionSet& set);

/// The revisions of a set from the newest to the oldest, every one before what it needs. One branch is followed as far
/// as possible before the next is taken up, and branches come in the order of loading. `heads` are where to begin.
std::vector<RevisionNumber> newest_first(const RevisionGraph& graph, RevisionSet set,
                                         std::span<const RevisionNumber> heads);

}  // namespace plumb
