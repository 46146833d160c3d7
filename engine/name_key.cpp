#include "engine/name_key.h"

namespace plumb {

std::optional<NameKey> name_key(const Identity& identity) {
  const NameSpace space = rules_for(identity.kind).name_space;
  switch (space) {
    case NameSpace::own:
      return std::nullopt;
    case NameSpace::constraint:
      return NameKey{space, identity.schema, identity.table, identity.name};
    case NameSpace::type:
      return NameKey{NameSpace::relation, identity.schema, Symbol::none, identity.name};
    default:
      return NameKey{space, identity.schema, Symbol::none, identity.name};
  }
}

}  // namespace plumb
