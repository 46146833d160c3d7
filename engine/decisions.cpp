#include "engine/decisions.h"

#include <algorithm>

#include "engine/carried.h"
#include "schema/rules.h"

namespace plumb {

namespace {

bool must_be_announced(const Catalog& desired, const Object& after) {
  if (rules_for(after.identity.kind).announce == nullptr) return false;
  const ObjectId id = desired.id(after);
  return std::ranges::any_of(desired.needed_by(id),
                             [&](ObjectId dependent) { return is_circle(desired, dependent, id); });
}

Task alteration(const Decision& decision) {
  return {.action = Action::alter,
          .before = decision.before,
          .after = decision.after,
          .reason = decision.reason,
          .change = decision.change,
          .rebound = decision.rebound,
          .carried = decision.is_carried,
          .disturbs = decision.disturbs || decision.loosens};
}

}  // namespace

std::vector<Task> tasks_for(const Decisions& decisions, std::span<const Identity> sequence, const Catalog& actual,
                            const Catalog& desired) {
  std::vector<Task> tasks;
  for (const Identity& identity : sequence) {
    const Decision& decision = decisions.at(identity);
    if (decision.fate == Fate::alter) {
      tasks.push_back(alteration(decision));
      continue;
    }
    const Object* aside = decision.steps_aside ? decision.before : decision.succeeds;
    if (decision.before != nullptr) {
      tasks.push_back({.action = Action::drop,
                       .before = decision.before,
                       .reason = decision.reason,
                       .carried = decision.is_carried || decision.becomes_its_own,
                       .aside = aside});
    }
    if (decision.after == nullptr) continue;
    if (must_be_announced(desired, *decision.after)) {
      tasks.push_back(
          {.action = Action::create, .after = decision.after, .reason = "what it needs names it", .announces = true});
    }
    const bool comes_along = decision.is_carried || decision.joins_original;
    tasks.push_back({.action = Action::create,
                     .after = decision.after,
                     .reason = decision.reason,
                     .carried = comes_along && is_brought(desired, *decision.after, actual),
                     .aside = aside});
  }
  return tasks;
}

}  // namespace plumb
