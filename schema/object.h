#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "schema/symbol.h"

namespace plumb {

/// The kinds of object plumb knows, in the order in which they are read and, where nothing else decides, created.
enum class Kind : std::uint8_t {
  none,
#define KIND(name) name,
#include "schema/kinds.def"
#undef KIND
};

/// How PostgreSQL addresses an object; parts a kind does not use are `Symbol::none`.
struct Identity {
  Kind kind = Kind::none;
  Kind subject = Kind::none;     ///< what a comment is about; `none` for all other kinds
  Symbol schema = Symbol::none;  ///< "public"; none for database-wide kinds
  Symbol table = Symbol::none;   ///< owner of a column, constraint, index, trigger or policy
  Symbol name = Symbol::none;    ///< "users"; a routine includes its argument types: "area(integer, integer)"
  Symbol role = Symbol::none;    ///< whom a grant or default privileges are for, or whose a security label is

  friend bool operator==(const Identity&, const Identity&) = default;
};

/// One property in canonical text, spelled as PostgreSQL prints it; a list has many values.
/// A property that has PostgreSQL's own default value is not stored at all.
struct Attribute {
  Symbol key = Symbol::none;
  std::span<const Symbol> values;
  Symbol words = Symbol::none;  ///< what the author of a schema file wrote for it; takes no part in equality
  Symbol order = Symbol::none;  ///< of options, see `sort_options`; takes no part in equality either
};

/// XXH3-128 of canonical text. Equal fingerprints are taken as equal objects.
struct Fingerprint {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

/// Dense index into one catalog; never compared across catalogs.
enum class ObjectId : std::uint32_t { none = 0xffffffff };

struct Object {
  Identity identity;
  ObjectId parent = ObjectId::none;       ///< the table of a column, the object a comment is about, ...
  std::span<const Attribute> attributes;  ///< sorted by key text; storage belongs to the catalog
  Fingerprint fingerprint;                ///< attributes only, so a renamed object keeps it

  const Attribute* find(Symbol key) const;  ///< null when the property has its default value
};

}  // namespace plumb
