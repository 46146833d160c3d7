#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/postgres/installation.h"
#include "engine/revision/files.h"
#include "engine/revision/graph.h"
#include "engine/words.h"
#include "engine/workbench.h"
#include "schema/catalog.h"

namespace plumb {

/// All revisions up to some place, in an order in which they can be run, and what was there before the first of them.
/// `graph` must outlive it.
class History {
 public:
  /// Up to `targets`, identifiers; none: without any revision. `before` are SQL files. Reads all files; throws
  /// `DeclarationError` with every fault, and `RevisionError`.
  History(const RevisionGraph& graph, std::span<const std::string> targets, const std::vector<std::string>& before);

  /// The same without any revision.
  History beginning() const;

  std::span<const TravelStep> steps() const { return journey_.steps; }
  const RevisionFile& file(const TravelStep& step) const { return files_.of(step); }

  /// Runs what was there before the first revision.
  void run_before(Database& database) const;

  /// Runs all of it on a new scratch database.
  void run(Database& database) const;

  const Words& words() const { return words_; }  ///< of all its SQL
  Fingerprint key() const;                       ///< of all its content

  /// Whether any of its statements changes what all databases of a server share, as roles.
  bool reaches_cluster() const;

 private:
  History(std::vector<RevisionFile> before, const RevisionFiles& files) : files_{files}, before_{std::move(before)} {}

  Journey journey_;
  RevisionFiles files_;
  std::vector<RevisionFile> before_;  ///< as upgrades, one a file
  Words words_;
};

/// The state that a history leads to, on a scratch database. Throws a `DatabaseError` with the place of what PostgreSQL
/// refuses.
Catalog replay(const History& history, Workbench& workbench);

/// `replay`, or what it returned the last time for the same content.
Catalog replay_cached(const History& history, Workbench& workbench);

/// What is known of a revision that was tried.
struct Proof {
  Fingerprint to;             ///< of the state that it arrives at
  std::string obstacle = {};  ///< by what rows of earlier revisions stop its way back, which works in empty tables
};

/// Runs a revision there and back after a history that leads to `actual`: it must arrive at `desired`, and its way back
/// at `actual`, where it has one. Throws `PlanError`.
Proof prove_revision(const History& history, const RevisionFile& file, const Catalog& actual, const Catalog& desired,
                     Workbench& workbench);

/// The newest installed server of a version (0: of any) that has the extensions among `words`; nothing: none is there.
std::optional<Installation> installation_for(const Words& words, int version);

/// What is to be done then.
std::string no_installation(int version);

/// Those of `words` that are extensions there.
std::vector<std::string> mentioned_extensions(const Words& words, const Installation& installation);

}  // namespace plumb
