#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/diff.h"
#include "engine/tasks.h"
#include "schema/catalog.h"

namespace plumb {

enum class Fate : std::uint8_t { create, drop, alter, replace };

/// What is to become of one object, and of others because of it.
struct Decision {
  Fate fate = Fate::create;
  const Object* before = nullptr;
  const Object* after = nullptr;
  std::string reason = {};
  Change change = {};
  bool disturbs = false;             ///< its dependents that do not follow must be taken down
  bool loosens = false;              ///< the bonds among its dependents must be undone
  bool rebound = false;              ///< it is altered to use the replacement of what steps aside
  bool steps_aside = false;          ///< it stays under another name until all that is rebound has moved
  const Object* succeeds = nullptr;  ///< what steps aside for it: an object of another kind under its name
  bool is_held = false;              ///< it cannot step aside, because it uses what cannot
  bool is_carried = false;           ///< PostgreSQL makes and drops it together with its original
  /// The old object goes with its original, and the new one is no copy any more.
  bool becomes_its_own = false;
  bool joins_original = false;  ///< the other way round: the new one comes with an original that is new
};

using Decisions = std::unordered_map<Identity, Decision, IdentityHash>;

/// The tasks that do what was decided, in the order in which it was decided.
std::vector<Task> tasks_for(const Decisions& decisions, std::span<const Identity> sequence, const Catalog& actual,
                            const Catalog& desired);

}  // namespace plumb
