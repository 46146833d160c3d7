#include "schema/catalog.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "schema/fingerprint.h"
#include "tests/support/catalog.h"

using namespace plumb;
using tests::add;
using tests::identity;

namespace {

std::vector<ObjectId> list(std::span<const ObjectId> ids) { return {ids.begin(), ids.end()}; }

}  // namespace

TEST_CASE("catalog: an object is found by its identity, and another one is not") {
  Symbols symbols;
  Catalog catalog{symbols};
  const Identity users = identity(symbols, Kind::table, "public", "", "users");
  const ObjectId id = add(catalog, users, {{"unlogged", {"true"}}});
  REQUIRE(catalog.find(users) != nullptr);
  CHECK(catalog.id(*catalog.find(users)) == id);
  CHECK(catalog.text(catalog.object(id).find(symbols.intern("unlogged"))->values.front()) == "true");
  CHECK(catalog.object(id).find(symbols.intern("with")) == nullptr);
  CHECK(!catalog.contains(identity(symbols, Kind::table, "app", "", "users")));
  CHECK(!catalog.contains(identity(symbols, Kind::view, "public", "", "users")));
  CHECK(!catalog.contains(identity(symbols, Kind::table, "public", "users", "")));
}

TEST_CASE("catalog: needs are known from both ends, once each, and a parent is one") {
  Symbols symbols;
  Catalog catalog{symbols};
  const ObjectId table = add(catalog, identity(symbols, Kind::table, "public", "", "t"));
  const ObjectId a = add(catalog, identity(symbols, Kind::column, "public", "t", "a"), {}, table);
  const ObjectId b = add(catalog, identity(symbols, Kind::column, "public", "t", "b"), {}, table);
  const ObjectId view = add(catalog, identity(symbols, Kind::view, "public", "", "v"));
  for (int again = 0; again < 2; ++again) {
    catalog.add_need(view, b);
    catalog.add_need(view, a);
    catalog.add_need(view, view);
  }
  CHECK(list(catalog.needs(view)) == std::vector{a, b});
  CHECK(list(catalog.needed_by(a)) == std::vector{view});
  CHECK(list(catalog.needed_by(table)) == std::vector{a, b});
  CHECK(list(catalog.children(table)) == std::vector{a, b});
  CHECK(list(catalog.needs(table)).empty());
  catalog.add_need(b, a);
  CHECK(list(catalog.needed_by(a)) == std::vector{b, view});
}

TEST_CASE("catalog: an object that is added later has no needs yet") {
  Symbols symbols;
  Catalog catalog{symbols};
  const ObjectId one = add(catalog, identity(symbols, Kind::table, "public", "", "one"));
  CHECK(list(catalog.needs(one)).empty());
  const ObjectId two = add(catalog, identity(symbols, Kind::table, "public", "", "two"));
  CHECK(list(catalog.needs(two)).empty());
  CHECK(list(catalog.children(two)).empty());
}

TEST_CASE("catalog: a fingerprint depends on texts alone, not on the order of adding or interning") {
  Symbols symbols;
  Catalog catalog{symbols};
  add(catalog, identity(symbols, Kind::table, "public", "", "a"), {{"unlogged", {"true"}}, {"with", {"x=1", "y=2"}}});
  add(catalog, identity(symbols, Kind::table, "public", "", "b"));
  Symbols others;
  for (const char* text : {"with", "b", "zzz", "y=2", "a"}) others.intern(text);
  Catalog other{others};
  add(other, identity(others, Kind::table, "public", "", "b"));
  add(other, identity(others, Kind::table, "public", "", "a"), {{"with", {"x=1", "y=2"}}, {"unlogged", {"true"}}});
  CHECK(catalog.fingerprint() == other.fingerprint());
  CHECK(to_hex(catalog.fingerprint()).size() == 32);
}

TEST_CASE("catalog: whatever differs changes the fingerprint") {
  const auto fingerprint = [](std::string_view name, tests::Values values) {
    Symbols symbols;
    Catalog catalog{symbols};
    add(catalog, identity(symbols, Kind::index, "public", "t", name), values);
    return to_hex(catalog.fingerprint());
  };
  const std::vector<std::string> all{
      fingerprint("i", {}),
      fingerprint("j", {}),
      fingerprint("i", {{"columns", {"a"}}}),
      fingerprint("i", {{"columns", {"a", "b"}}}),
      fingerprint("i", {{"columns", {"ab"}}}),
      fingerprint("i", {{"columns", {"b", "a"}}}),
      fingerprint("i", {{"include", {"a"}}}),
      fingerprint("i", {{"columns", {"a"}}, {"include", {"b"}}}),
      fingerprint("i", {{"columns", {"a", "include", "b"}}}),
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK_MESSAGE(all[i] != all[j], "of the cases " << j << " and " << i);
  }
}

TEST_CASE("catalog: an object that is called otherwise keeps its own fingerprint") {
  Symbols symbols;
  Catalog catalog{symbols};
  const ObjectId one = add(catalog, identity(symbols, Kind::view, "public", "", "v"), {{"query", {"select 1"}}});
  const ObjectId two = add(catalog, identity(symbols, Kind::view, "app", "", "w"), {{"query", {"select 1"}}});
  CHECK(catalog.object(one).fingerprint == catalog.object(two).fingerprint);
}
