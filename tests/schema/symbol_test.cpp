#include "schema/symbol.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace plumb;

TEST_CASE("symbol: equal texts are one symbol, different texts are different symbols") {
  Symbols symbols;
  CHECK(symbols.intern("users") == symbols.intern(std::string{"users"}));
  CHECK(symbols.intern("users") != symbols.intern("Users"));
  CHECK(symbols.intern("users") != symbols.intern("users "));
  CHECK(symbols.intern(std::string_view{"a\0b", 3}) != symbols.intern("a"));
}

TEST_CASE("symbol: no text is the symbol none") {
  Symbols symbols;
  CHECK(symbols.intern("") == Symbol::none);
  CHECK(symbols.text(Symbol::none).empty());
}

TEST_CASE("symbol: a text stays where it is while the table grows") {
  Symbols symbols;
  std::string text = "the first";
  const Symbol first = symbols.intern(text);
  const char* place = symbols.text(first).data();
  text = "something else";
  std::vector<Symbol> others;
  for (int i = 0; i < 20000; ++i) others.push_back(symbols.intern("text " + std::to_string(i)));
  CHECK(symbols.text(first) == "the first");
  CHECK(symbols.text(first).data() == place);
  CHECK(symbols.text(others[12345]) == "text 12345");
  CHECK(symbols.intern("text 12345") == others[12345]);
}
