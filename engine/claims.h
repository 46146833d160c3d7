#pragma once

#include <unordered_set>

#include "engine/realise.h"
#include "schema/catalog.h"
#include "schema/file/declaration.h"

namespace plumb {

/// Which objects of a catalog are the schema files' business.
class Claims {
 public:
  /// Throws `DeclarationError` where files deny something about a routine that they do not tell from others.
  Claims(const Declaration& declaration, const Realised& all);

  /// Whether the files declare anything of the kind on the object, its parts or what they make it a part of.
  bool declare(Kind kind, const Catalog& catalog, ObjectId id) const;

  bool hold(const Catalog& catalog, ObjectId id) const;

 private:
  bool is_ignored(const Identity& identity, const Symbols& symbols) const;
  bool is_named(const Identity& identity) const { return claims_.contains(identity); }
  bool is_of_managed_cluster(const Identity& identity, const Symbols& symbols) const;
  bool is_in_managed_schema(const Identity& identity, const Symbols& symbols) const;

  const Scope& scope_;
  const Catalog& realised_;
  std::unordered_set<Identity, IdentityHash> claims_;
  std::unordered_set<Identity, IdentityHash> changed_;   ///< what the files only change
  std::unordered_set<Identity, IdentityHash> declared_;  ///< what the files declare an `only_if_declared` kind on
};

}  // namespace plumb
