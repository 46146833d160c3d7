#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/catalog.h"

namespace plumb {

// What PostgreSQL can give, take away or put in order only by making the whole anew: for one object that comes, goes or
// is replaced, the other objects that have to be made anew because of it.

/// An object of both catalogs that has to be made anew, and why.
struct Replacement {
  const Object* before = nullptr;
  const Object* after = nullptr;
  std::string reason;
};

/// The parent of what is carried from the creation of that parent on, and not otherwise: before (null for what is new)
/// or after.
std::optional<Replacement> parent_to_join_from_start(const Catalog& actual, const Catalog& desired,
                                                     const Object* before, const Object& after);

/// The parent that cannot do without `before`, which goes (`KindRules::holds_parent`).
std::optional<Replacement> parent_that_stands_on(const Catalog& actual, const Catalog& desired, const Object& before);

/// The parent that cannot be given `after` where it stands (`KindRules::needs_new_parent`).
std::optional<Replacement> parent_that_cannot_take(const Catalog& actual, const Catalog& desired, const Object& after);

/// The heir that keeps for its own what `link` carried when the link is undone, and is to inherit that again.
std::optional<Replacement> heir_that_keeps_parts_of(const Catalog& actual, const Catalog& desired, const Object& link);

/// The heir that keeps for its own, from a link that is undone before, what `link` is to carry.
std::optional<Replacement> heir_with_parts_for(const Catalog& actual, const Catalog& desired, const Object& link);

/// The parts of the parent of `bond` that come behind a new one: a bond holds on to them in their order, and what
/// PostgreSQL adds comes last.
std::vector<Replacement> parts_in_order_of(const Catalog& actual, const Catalog& desired, const Object& bond);

}  // namespace plumb
