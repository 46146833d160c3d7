#pragma once

#include <set>
#include <span>
#include <vector>

#include "engine/plan.h"
#include "schema/catalog.h"
#include "schema/file/declaration.h"

namespace plumb {

class Workbench;

/// An object that gets another name or moves to another schema, or a value of an attribute that gets another name.
struct Rename {
  Identity before{};                         ///< in the database as it is
  Identity after{};                          ///< when all renames of the run are done
  Symbol schema = Symbol::none;              ///< to which it moves, by the name that this has before; none: it stays
  const AttributeRule* attribute = nullptr;  ///< whose value it is; null: the object itself
  Symbol value_before = Symbol::none;
  Symbol value_after = Symbol::none;
};

/// Renames carried out on paper: the database as it is, with its objects under their new names.
struct Renaming {
  std::vector<Rename> renames;
  std::vector<Rename> along;   ///< what goes along with what moves, as the sequence of a serial column
  Catalog catalog;             ///< as PostgreSQL tells it after the renames
  std::vector<Step> steps;     ///< in an order in which every name is free when it is given
  std::vector<Step> way_back;  ///< turns `catalog` into the database as it is
};

/// How an object is called before its schema and its owner get the names that `identity` has; its own name is as it is.
Identity former_identity(const Identity& identity, std::span<const Rename> renames);

/// The object of `actual` that has the identity `now` after the renames; null where nothing tells which of several it
/// is.
const Object* before_renames(const Identity& now, const Renaming& renaming, const Catalog& actual);

/// Lets PostgreSQL carry the renames out on a scratch database, since every text that mentions a name changes with it.
/// Throws a `PlanError` when it refuses.
Renaming carry_out(const Catalog& actual, std::vector<Rename> renames, Workbench& workbench);

/// `carry_out`, or what it returned the last time for the same database and renames.
Renaming carry_out_cached(const Catalog& actual, std::vector<Rename> renames, Workbench& workbench);

/// Puts the renames before the rest of a plan, but for what has a transaction of its own and can go before them: a
/// failure of the rest leaves them undone then.
void put_renames_first(Plan& plan, const Renaming& renaming);

/// The objects of `actual` that renames may touch: those with other names, what uses them, and what all that needs.
std::set<ObjectId> around_renames(const Catalog& actual, std::span<const Rename> renames, Workbench& workbench);

}  // namespace plumb
