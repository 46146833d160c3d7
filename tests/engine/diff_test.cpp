#include "engine/diff.h"

#include <string>

#include <doctest/doctest.h>

#include "engine/plan.h"
#include "schema/describe.h"
#include "tests/support/catalog.h"

using namespace plumb;
using tests::add;
using tests::identity;

namespace {

/// "+ table public.t" for a creation, "-" for a removal, "~" with the attributes for a change.
std::string shown(const Changes& changes, const Symbols& symbols) {
  std::string text;
  for (const Change& change : changes) {
    text += change.before == nullptr ? "+ " : change.after == nullptr ? "- " : "~ ";
    text += describe(change.identity(), symbols);
    const auto values = [&](std::span<const Symbol> all) {
      std::string joined;
      for (Symbol one : all) joined.append(joined.empty() ? "" : ",").append(symbols.text(one));
      return joined;
    };
    for (const AttributeChange& attribute : change.attributes) {
      text.append(" ").append(symbols.text(attribute.key)).append(":");
      text += values(attribute.before) + ">" + values(attribute.after);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

TEST_CASE("diff: equal catalogs have no difference, whatever the order they were filled in") {
  Symbols symbols;
  Catalog one{symbols};
  Catalog other{symbols};
  add(one, identity(symbols, Kind::table, "public", "", "a"), {{"unlogged", {"true"}}});
  add(one, identity(symbols, Kind::table, "public", "", "b"));
  add(other, identity(symbols, Kind::table, "public", "", "b"));
  add(other, identity(symbols, Kind::table, "public", "", "a"), {{"unlogged", {"true"}}});
  CHECK(diff(one, other).empty());
  CHECK(diff(one, one).empty());
  CHECK(diff(Catalog{symbols}, Catalog{symbols}).empty());
}

TEST_CASE("diff: what is only on one side is created or removed, in the order of kinds and names") {
  Symbols symbols;
  Catalog actual{symbols};
  Catalog desired{symbols};
  add(actual, identity(symbols, Kind::view, "public", "", "z"));
  add(actual, identity(symbols, Kind::table, "public", "", "gone"));
  add(desired, identity(symbols, Kind::view, "public", "", "new"));
  add(desired, identity(symbols, Kind::table, "app", "", "new"));
  CHECK(shown(diff(actual, desired), symbols) ==
        "+ table app.new\n"
        "- table public.gone\n"
        "+ view public.new\n"
        "- view public.z\n");
}

TEST_CASE("diff: attributes that were added, removed or rewritten are named, with an empty side for the default") {
  Symbols symbols;
  Catalog actual{symbols};
  Catalog desired{symbols};
  const Identity index = identity(symbols, Kind::index, "public", "t", "i");
  add(actual, index, {{"columns", {"a", "b"}}, {"unique", {"true"}}, {"using", {"gin"}}});
  add(desired, index, {{"columns", {"b", "a"}}, {"using", {"gin"}}, {"where", {"a > 1"}}});
  CHECK(shown(diff(actual, desired), symbols) == "~ index public.i columns:a,b>b,a unique:true> where:>a > 1\n");
}

TEST_CASE("diff: the words of an author make no difference") {
  Symbols symbols;
  Catalog actual{symbols};
  Catalog desired{symbols};
  const Identity view = identity(symbols, Kind::view, "public", "", "v");
  const Symbol text = symbols.intern("SELECT 1");
  const Property plain{symbols.intern("query"), {&text, 1}, Symbol::none};
  const Property written{symbols.intern("query"), {&text, 1}, symbols.intern("select 1")};
  actual.add(view, ObjectId::none, {&plain, 1});
  desired.add(view, ObjectId::none, {&written, 1});
  CHECK(diff(actual, desired).empty());
}
