#pragma once

#include <array>
#include <optional>

#include "schema/rules.h"

namespace plumb {

/// Objects share a name if their kinds share a space of names; a relation is also a type (manual section 53.64).
struct NameKey {
  NameSpace space;
  Symbol schema;
  Symbol table;
  Symbol name;
  friend auto operator<=>(const NameKey&, const NameKey&) = default;
};

/// Where the name of an object must be the only one of its kind; nothing: only its identity counts.
std::optional<NameKey> name_key(const Identity& identity);

/// All of them: keys of a table share theirs with its other constraints, too.
std::array<std::optional<NameKey>, 2> name_keys(const Identity& identity);

/// Whether both cannot be there at once under their names.
bool share_name(const Identity& one, const Identity& other);

/// Whether the one comes in place of the other: they share a name, or the name of routines that only their arguments
/// tell apart, or a table can have only one of them, as a primary key.
bool take_one_place(const Identity& one, const Identity& other, const Symbols& symbols);

}  // namespace plumb
