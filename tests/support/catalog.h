#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/catalog.h"
#include "schema/rules.h"

namespace plumb::tests {

/// The identity of an object; parts that its kind does not use stay empty.
inline Identity identity(Symbols& symbols, Kind kind, std::string_view schema, std::string_view table,
                         std::string_view name) {
  Identity one;
  one.kind = kind;
  one.schema = symbols.intern(schema);
  one.table = symbols.intern(table);
  one.name = symbols.intern(name);
  return one;
}

using Values = std::initializer_list<std::pair<std::string_view, std::vector<std::string_view>>>;

/// Adds an object with its attributes to a catalog.
inline ObjectId add(Catalog& catalog, const Identity& identity, Values values = {}, ObjectId parent = ObjectId::none) {
  Symbols& symbols = catalog.symbols();
  std::vector<std::vector<Symbol>> texts;
  for (const auto& [key, list] : values) {
    auto& one = texts.emplace_back();
    for (std::string_view text : list) one.push_back(symbols.intern(text));
  }
  std::vector<Property> properties;
  std::size_t i = 0;
  for (const auto& [key, list] : values) properties.push_back({symbols.intern(key), texts[i++], Symbol::none});
  return catalog.add(identity, parent, properties);
}

}  // namespace plumb::tests
