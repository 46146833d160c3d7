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

/// What carries the object (`KindRules::carrier`), or null.
const Object* carrier_of(const Catalog& catalog, const Object& object);

/// Whether PostgreSQL makes, changes and drops an object of `catalog` together with its original, since what carries it
/// stands in the other catalog too; also what comes along with such an object that the other catalog lacks.
bool is_carried(const Catalog& catalog, const Object& object, const Catalog& other);

/// Whether PostgreSQL makes a carried object of `catalog` when it makes the original; what joins an original that is
/// there is made by itself.
bool is_brought(const Catalog& catalog, const Object& object, const Catalog& other);

/// What turns `actual` into `desired`, sorted by kind and then by name. Both must share one `Symbols` and outlive
/// the result. Of what is carried they hold only how it differs from its original.
Changes diff(const Catalog& actual, const Catalog& desired);

}  // namespace plumb
