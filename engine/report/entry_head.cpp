#include "engine/report/entry_head.h"

#include "engine/report/wording.h"
#include "schema/describe.h"
#include "schema/rules.h"

namespace plumb {

std::vector<std::pair<std::string_view, std::string>> head_of(Action action, const Identity& identity,
                                                              const Symbols& symbols) {
  std::vector<std::pair<std::string_view, std::string>> head;
  const auto add = [&](std::string_view key, std::string_view text) { head.emplace_back(key, text); };
  add("action", to_word(action));
  add("kind", rules_for(identity.kind).key);
  if (identity.subject != Kind::none) add("subject", rules_for(identity.subject).key);
  if (identity.schema != Symbol::none) add("schema", symbols.text(identity.schema));
  if (identity.table != Symbol::none) add("table", symbols.text(identity.table));
  add("name", symbols.text(identity.name));
  if (identity.role != Symbol::none) add("role", symbols.text(identity.role));
  add("object", describe(identity, symbols));
  return head;
}

}  // namespace plumb
