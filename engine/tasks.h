#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/detours.h"
#include "engine/diff.h"
#include "engine/plan.h"
#include "schema/catalog.h"

namespace plumb {

/// One thing to do to one object, before it has its place in the order.
struct Task {
  Action action = Action::create;
  const Object* before = nullptr;  ///< in the actual catalog; null for a creation
  const Object* after = nullptr;   ///< in the desired catalog; null for a removal
  std::string reason;
  Change change = {};      ///< what differs; of alterations only
  bool rebound = false;    ///< it moves from what stepped aside to the replacement; of alterations only
  bool carried = false;    ///< PostgreSQL does it together with something else
  bool announces = false;  ///< it comes before the creation of the same object (`KindRules::announce`)
  /// Of both halves of a replacement whose old object steps aside: that object. The new one may be of another kind.
  const Object* aside = nullptr;
  bool disturbs = false;  ///< PostgreSQL refuses it while others use the object; of alterations only

  const Object& object() const { return after != nullptr ? *after : *before; }
};

/// What has to be done to get from one catalog to the other: the changes themselves, and what must be taken down and
/// put back around them because PostgreSQL refuses to change a thing while others use it.
std::vector<Task> make_tasks(const Changes& changes, const Catalog& actual, const Catalog& desired,
                             const Detours& detours);

/// Whether both objects need the other, so that `needed` has to be announced before `dependent` can be made.
bool is_circle(const Catalog& catalog, ObjectId dependent, ObjectId needed);

}  // namespace plumb
