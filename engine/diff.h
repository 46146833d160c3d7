#pragma once

#include <vector>

#include "schema/catalog.h"

namespace plumb {

/// A property whose value differs; an empty side means PostgreSQL's default.
struct AttributeChange {
  Symbol key = Symbol::none;
  std::span<const Symbol> before;
  std::span<const Symbol> after;
};

/// One object that differs. `before` is null for a creation and `after` for a removal.
struct Change {
  const Object* before = nullptr;
  const Object* after = nullptr;
  std::vector<AttributeChange> attributes;  ///< empty unless both sides exist

  const Identity& identity() const { return (after != nullptr ? after : before)->identity; }
};

using Changes = std::vector<Change>;

/// The properties that differ between two states of one object.
std::vector<AttributeChange> changed_attributes(const Object& before, const Object& after, const Symbols& symbols);

/// What turns `actual` into `desired`, sorted by kind and then by name. Both must share one `Symbols` and outlive
/// the result. Of what is carried they hold only how it differs from its original.
Changes diff(const Catalog& actual, const Catalog& desired);

}  // namespace plumb
