#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/revision/revision.h"

namespace plumb {

/// A revision of one graph: its place in the order of loading, which also settles ties between branches.
enum class RevisionNumber : std::uint32_t;

/// All revisions of a project and how they follow each other: a graph without cycles, which may have several bases,
/// branches and merges. Built once, then only read.
///
/// Two relations run through it. A revision *revises* others (`down`); it may also *depend* on revisions of other
/// branches, and so *needs* both. A head is what nobody revises; a real head is what nobody even depends on.
class RevisionGraph {
 public:
  /// Takes the revisions in the order of loading: by file name within a folder. Throws `RevisionError` with every
  /// fault and the files it stands in: two with one id, forbidden characters, a label used twice, a revision that is
  /// not there, cycles.
  explicit RevisionGraph(std::vector<Revision> revisions);

  std::size_t size() const { return revisions_.size(); }
  std::span<const Revision> revisions() const { return revisions_; }  ///< in the order of loading
  const Revision& operator[](RevisionNumber revision) const { return revisions_[static_cast<std::size_t>(revision)]; }
  const std::string& id(RevisionNumber revision) const { return (*this)[revision].id; }

  /// The revision with exactly this id, or else the one whose file gives this label.
  std::optional<RevisionNumber> find(std::string_view id_or_label) const;

  /// Those whose id or label is longer than three characters and begins so, each once, in the order of loading.
  std::vector<RevisionNumber> starting_with(std::string_view beginning) const;

  using Neighbours = std::span<const RevisionNumber>;
  Neighbours down(RevisionNumber revision) const { return node(revision).down; }            ///< what it revises
  Neighbours up(RevisionNumber revision) const { return node(revision).up; }                ///< what revises it
  Neighbours needed_by(RevisionNumber revision) const { return node(revision).needed_by; }  ///< `up`, and dependents
  /// `down`, and then what it depends on, except where a revision below it depends on that already.
  Neighbours needs(RevisionNumber revision) const { return node(revision).needs; }

  /// How many revisions lie below it on the longest way down, along `needs`: greater than that of all below it.
  std::uint32_t level(RevisionNumber revision) const { return levels_[static_cast<std::size_t>(revision)]; }

  /// Names of the branches it lies on: a label covers what comes after it, and what comes before down to the
  /// branching or merging that the branch begins with.
  std::vector<std::string> labels(RevisionNumber revision) const;

  Neighbours heads() const { return heads_; }
  Neighbours real_heads() const { return real_heads_; }
  Neighbours bases() const { return bases_; }

  bool is_head(RevisionNumber revision) const { return node(revision).up.empty(); }
  bool is_real_head(RevisionNumber revision) const { return node(revision).needed_by.empty(); }
  bool is_branch_point(RevisionNumber revision) const { return node(revision).up.size() > 1; }
  bool is_merge_point(RevisionNumber revision) const { return node(revision).down.size() > 1; }

 private:
  struct Node {
    std::vector<RevisionNumber> down, up, needs, needed_by;
    std::vector<std::uint32_t> labels;  ///< places in `labels_`, ascending
  };
  friend class GraphBuilder;

  const Node& node(RevisionNumber revision) const { return nodes_[static_cast<std::size_t>(revision)]; }

  std::vector<Revision> revisions_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> levels_;
  std::vector<std::string> labels_;
  std::map<std::string, RevisionNumber, std::less<>> names_;  ///< ids and labels
  std::vector<RevisionNumber> heads_, real_heads_, bases_;
};

/// What forbids this text to be an id, in Alembic's words: '@', '-', '+' and ':' have a meaning in identifiers. Empty
/// when nothing does.
std::string fault_of_revision_id(std::string_view id);

}  // namespace plumb
