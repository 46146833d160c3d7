#include "schema/describe.h"

#include <algorithm>

#include "schema/rules.h"

namespace plumb {

std::string in_words(Kind kind) {
  std::string words{rules_for(kind).key};
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string describe(const Identity& identity, const Symbols& symbols) {
  const std::string about = identity.subject == Kind::none ? "" : " on " + in_words(identity.subject);
  const std::string name = full_name(identity, symbols);
  std::string text = in_words(identity.kind) + about;
  if (!name.empty()) text += ' ' + name;
  if (identity.role != Symbol::none) text.append(" for ").append(symbols.text(identity.role));
  return text;
}

std::string full_name(const Identity& identity, const Symbols& symbols) {
  const KindRules& rules = rules_for(identity.subject == Kind::none ? identity.kind : identity.subject);
  // What shares the schema's space of names with tables is known there without its table.
  const bool needs_table = rules.address != Address::table || rules.name_space != NameSpace::relation;
  std::string name;
  for (Symbol part : {identity.schema, needs_table ? identity.table : Symbol::none, identity.name}) {
    if (part == Symbol::none) continue;
    if (!name.empty()) name += '.';
    name += symbols.text(part);
  }
  return name;
}

}  // namespace plumb
