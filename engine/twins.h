#pragma once

#include <string>
#include <vector>

#include "engine/diff.h"
#include "engine/rename.h"

namespace plumb {

/// Something that would be dropped with what it holds, and something that would be created and is like it but for its
/// name: perhaps the same under another name.
struct Twins {
  Identity before;
  Identity after;
  std::string consent;  ///< the word and name that say it is a drop and a creation, "drop-column=public.users.mail"
  std::string place;    ///< where `after` is declared, "shop.yaml:12:7"; empty where no YAML file does
};

/// The twins among changes, in the order of what would be dropped. One object may have several; of very many, the
/// first.
std::vector<Twins> find_twins(const Changes& changes, const Catalog& actual, const Catalog& desired);

/// Of what holds nothing, as indexes and constraints, or stays with what it belongs to, as the sequence of a column:
/// the drops and creations that a rename does as well.
std::vector<Rename> find_equivalent_renames(const Changes& changes, const Catalog& actual, const Catalog& desired);

/// Attributes of objects that all who use them follow when they change, as the schema of an extension.
std::vector<Rename> find_moves(const Changes& changes, const Catalog& actual);

/// The keys and indexes of partitions that one database calls otherwise than the other. Schema files leave their names
/// to PostgreSQL, so that they are renamed only for a database that is to be like another one.
std::vector<Rename> find_renames_of_copies(const Catalog& actual, const Catalog& desired);

}  // namespace plumb
