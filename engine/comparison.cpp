#include "engine/comparison.h"

#include <algorithm>
#include <utility>

#include "engine/fixpoint.h"
#include "engine/workbench.h"
#include "schema/error.h"
#include "schema/rules.h"

namespace plumb {

namespace {

/// What else of the changes is a rename of what holds nothing, or of what is carried, under the names that the database
/// has.
std::vector<Rename> find_more_renames(const Comparison& comparison) {
  const Catalog& start = comparison.start();
  std::vector<Rename> candidates = find_equivalent_renames(comparison.changes, start, comparison.desired);
  for (Rename& rename : find_renames_of_copies(start, comparison.desired)) {
    const View copy{comparison.desired, *comparison.desired.find(rename.after)};
    const bool is_known = std::ranges::find(candidates, rename.before, &Rename::before) != candidates.end();
    if (is_settled_apart(copy) && !is_known) candidates.push_back(std::move(rename));
  }
  std::vector<Rename> found;
  for (Rename& rename : candidates) {
    if (comparison.renaming) {
      const Object* object = before_renames(rename.before, *comparison.renaming, comparison.actual);
      if (object == nullptr) continue;
      rename.before = object->identity;
    }
    found.push_back(std::move(rename));
  }
  for (Rename& move : find_moves(comparison.changes, start)) found.push_back(std::move(move));
  return found;
}

/// Names that PostgreSQL does not let go over to others, as where two change theirs, are given up with what bears them.
void try_to_compare(Comparison& comparison, std::vector<Rename> renames, const Desire& desire, Workbench& workbench) {
  const std::size_t declared = renames.size();
  for (bool may_find_more = true;;) {
    try {
      comparison.renaming.reset();
      if (!renames.empty()) comparison.renaming.emplace(carry_out_cached(comparison.actual, renames, workbench));
    } catch (const HiddenNeedError&) {
      throw;
    } catch (const PlanError&) {
      if (renames.size() == declared) throw;
      renames.resize(declared);
      may_find_more = false;
      continue;
    }
    const Catalog& start = comparison.start();
    desire(start);
    comparison.changes = without_same_meaning(diff(start, comparison.desired), start, comparison.desired, workbench);
    if (!may_find_more) return;
    const std::vector<Rename> more = find_more_renames(comparison);
    if (more.empty()) return;
    renames.insert(renames.end(), more.begin(), more.end());
  }
}

}  // namespace

void compare_renamed(Comparison& comparison, const std::vector<Rename>& renames, const Desire& desire,
                     Workbench& workbench) {
  workbench.attempt([&] { try_to_compare(comparison, renames, desire, workbench); });
  comparison.twins = find_twins(comparison.changes, comparison.start(), comparison.desired);
}

}  // namespace plumb
