#include "engine/name_key.h"

#include <algorithm>

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

std::array<std::optional<NameKey>, 2> name_keys(const Identity& identity) {
  std::array<std::optional<NameKey>, 2> keys{name_key(identity), std::nullopt};
  if (rules_for(identity.kind).noun == "CONSTRAINT") {
    keys[1] = NameKey{NameSpace::constraint, identity.schema, identity.table, identity.name};
  }
  return keys;
}

bool share_name(const Identity& one, const Identity& other) {
  const auto others = name_keys(other);
  return std::ranges::any_of(name_keys(one), [&](const std::optional<NameKey>& key) {
    return key && std::ranges::find(others, key) != others.end();
  });
}

bool take_one_place(const Identity& one, const Identity& other, const Symbols& symbols) {
  const auto is_routine = [](const Identity& identity) {
    return rules_for(identity.kind).name_space == NameSpace::routine;
  };
  const auto name = [&](const Identity& routine) {
    const std::string_view text = symbols.text(routine.name);
    return text.substr(0, text.find('('));
  };
  if (is_routine(one) && is_routine(other)) return one.schema == other.schema && name(one) == name(other);
  const auto key = name_key(one);
  if (key && key == name_key(other)) return true;
  const auto forms = rules_for(one.kind).forms;
  return one.kind == other.kind && one.schema == other.schema && one.table == other.table &&
         one.table != Symbol::none && !forms.empty() && !forms.front().named;
}

}  // namespace plumb
