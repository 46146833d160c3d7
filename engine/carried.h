#pragma once

#include <vector>

#include "schema/catalog.h"

namespace plumb {

// Objects that PostgreSQL makes, changes and drops together with an original elsewhere, as a partition's columns.

/// What carries the object (`KindRules::carrier`), or null.
const Object* carrier_of(const Catalog& catalog, const Object& object);

/// Whether PostgreSQL makes, changes and drops an object of `catalog` together with its original, since what carries it
/// stands in the other catalog too; also what comes along with such an object that the other catalog lacks.
bool is_carried(const Catalog& catalog, const Object& object, const Catalog& other);

/// Whether PostgreSQL makes a carried object of `catalog` when it makes the original; what joins an original that is
/// there is made by itself.
bool is_brought(const Catalog& catalog, const Object& object, const Catalog& other);

/// Whether an object of `actual` goes on being carried, and stays as it is, when an heir changes its parents: the new
/// link can take it over before the old one is undone.
bool is_handed_over(const Catalog& actual, const Object& object, const Catalog& desired);

/// What the object is carried along with: one of its kind that it needs and that belongs to something else; or null.
const Object* original_of(const Catalog& catalog, const Object& object);

/// Whether PostgreSQL drops a carried object of `actual` together with an original that the other catalog lacks.
bool goes_with_original(const Catalog& actual, const Object& before, const Catalog& desired);

/// Whether an object that was an heir's own comes together with an original that is new.
bool comes_with_original(const Catalog& actual, const Object& before, const Catalog& desired, const Object& after);

/// Whether `needed` is what an object of `actual` is to be carried along with by a link that is new. Until then it does
/// without: what a table gives up to become a partition, the partitioned table may be waiting for.
bool joins_original_later(const Catalog& actual, const Object& after, const Catalog& desired, ObjectId needed);

/// Whether `going` is a copy of what stays, and the object needs both, as a foreign key does the keys of all
/// partitions: once the link is undone, which is part of the drop, it has nothing to do with the copy.
bool stays_with_original(const Catalog& actual, const Object& dependent, const Catalog& desired, const Object& going);

/// Whether what inherits `going` is to stay with all heirs that stay heirs, as their own.
bool leaves_heirs(const Catalog& actual, const Object& going, const Catalog& desired);

/// What an object of an heir's own is merged with, as its column with the one of its parent; or null.
const Object* merged_with(const Catalog& catalog, const Object& object);

/// Whether `link` is of the kind, and of the table, of what carries the object.
bool is_link_of(const Catalog& catalog, const Object& link, const Object& object);

/// All that an object holds, at any depth.
std::vector<const Object*> parts_below(const Catalog& catalog, ObjectId id);

}  // namespace plumb
