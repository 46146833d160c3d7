#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/revision/graph.h"

namespace plumb {

/// One change of the table of heads: a row is put in (`before` is empty), taken out (`after` is empty), or replaced.
struct RowChange {
  std::string before;
  std::string after;

  bool operator==(const RowChange&) const = default;
};

enum class Way { upgrade, downgrade, stamp };

/// One step of a journey: a revision is run one way or the other, or heads are only noted down.
struct TravelStep {
  Way way = Way::upgrade;
  RevisionNumber revision{};          ///< what is run; meaningless for a stamp
  std::vector<std::string> from, to;  ///< ids as people are told them, dependencies left out
  std::vector<RowChange> rows;        ///< in order; together with the revision's statements, in one transaction
};

struct Journey {
  std::vector<TravelStep> steps;      ///< in order of execution
  std::vector<std::string> warnings;  ///< said before the first of them
};

/// How to get from one state of a database to another. `rows` are the ids in its table of heads, in its order; `target`
/// is an identifier, for upgrades also several. All throw `RevisionError`, before anything is done.
Journey plan_upgrade(const RevisionGraph& graph, std::span<const std::string> rows,
                     std::span<const std::string> targets);
Journey plan_downgrade(const RevisionGraph& graph, std::span<const std::string> rows, std::string_view target);

/// Notes the targets down as heads of their branches without running anything.
Journey plan_stamp(const RevisionGraph& graph, std::span<const std::string> rows, std::span<const std::string> targets);

/// The step that runs one revision upwards or downwards, from these rows on; it is not checked that it makes sense.
TravelStep single_step(const RevisionGraph& graph, std::span<const std::string> rows, RevisionNumber revision, Way way);

/// "upgrade a -> b", "downgrade b -> a", "stamp_revision a -> b": what a log line says after "Running ".
std::string describe(const TravelStep& step);

/// The revisions that a database is at: its rows, and those heads of other branches that they depend on. Throws
/// `RevisionError` for a row that no file belongs to.
std::vector<RevisionNumber> current_revisions(const RevisionGraph& graph, std::span<const std::string> rows);

}  // namespace plumb
