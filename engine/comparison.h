#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/diff.h"
#include "engine/realise.h"
#include "engine/rename.h"
#include "engine/scope.h"
#include "engine/twins.h"
#include "schema/catalog.h"

namespace plumb {

/// What is, what should be, and the difference, within what the schema files claim.
struct Comparison {
  Catalog actual;
  std::optional<Renaming> renaming;  ///< what gets another name before all else
  Catalog desired;
  Changes changes;          ///< from `start()` to `desired`; points into both
  std::string search_path;  ///< for `Plan::search_path`
  std::vector<Accepted> accepted = {};
  std::vector<Twins> twins = {};  ///< drops and creations among the changes that may be renames

  /// The database as it is, with its objects under their new names.
  const Catalog& start() const { return renaming ? renaming->catalog : actual; }
  std::span<const Rename> renames() const { return renaming ? renaming->renames : std::span<const Rename>{}; }
  bool in_sync() const { return changes.empty() && !renaming; }
};

/// Reads what is wanted into a comparison, by the names that `start` has.
using Desire = std::function<void(const Catalog& start)>;

/// Carries `renames` out on paper and compares what is then there with what `desire` wants of that. Finds what else is
/// a rename of what holds nothing, and the twins that are left. Throws a `PlanError` when PostgreSQL refuses a rename
/// that was asked for.
void compare_renamed(Comparison& comparison, const std::vector<Rename>& renames, const Desire& desire,
                     Workbench& workbench);

}  // namespace plumb
