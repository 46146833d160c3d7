#pragma once

#include <nlohmann/json.hpp>

#include "engine/report/wording.h"
#include "schema/describe.h"
#include "schema/rules.h"

namespace plumb {

/// An entry of a plan or a difference: what is done, and to which object, in the parts of its identity and in words.
inline nlohmann::ordered_json head_of(Action action, const Identity& identity, const Symbols& symbols) {
  nlohmann::ordered_json entry{{"action", to_word(action)}, {"kind", rules_for(identity.kind).key}};
  if (identity.subject != Kind::none) entry["subject"] = rules_for(identity.subject).key;
  if (identity.schema != Symbol::none) entry["schema"] = symbols.text(identity.schema);
  if (identity.table != Symbol::none) entry["table"] = symbols.text(identity.table);
  entry["name"] = symbols.text(identity.name);
  if (identity.role != Symbol::none) entry["role"] = symbols.text(identity.role);
  entry["object"] = describe(identity, symbols);
  return entry;
}

}  // namespace plumb
