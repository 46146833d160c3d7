#include "engine/slice.h"

#include <string>

#include <doctest/doctest.h>

#include "engine/plan.h"
#include "schema/describe.h"
#include "tests/support/catalog.h"

using namespace plumb;
using tests::add;
using tests::identity;

namespace {

/// A table with a key and an index, a view on it, and a function that nothing needs.
struct World {
  Symbols symbols;
  Catalog catalog{symbols};
  ObjectId schema = add(catalog, identity(symbols, Kind::schema, "", "", "public"));
  ObjectId table = add(catalog, identity(symbols, Kind::table, "public", "", "t"));
  ObjectId column = add(catalog, identity(symbols, Kind::column, "public", "t", "a"), {{"type", {"integer"}}}, table);
  ObjectId key =
      add(catalog, identity(symbols, Kind::primary_key, "public", "t", "t_pkey"), {{"columns", {"a"}}}, table);
  ObjectId check = add(catalog, identity(symbols, Kind::check, "public", "t", "c"), {{"expression", {"a > 1"}}}, table);
  ObjectId view =
      add(catalog, identity(symbols, Kind::view, "public", "", "v"), {{"query", {"SELECT a FROM public.t"}}});
  ObjectId function = add(catalog, identity(symbols, Kind::function, "public", "", "f()"), {{"body", {"select 1"}}});

  World() {
    for (ObjectId id : {table, view, function}) catalog.add_need(id, schema);
    catalog.add_need(key, column);
    catalog.add_need(check, column);
    catalog.add_need(view, column);
  }
};

std::string shown(const Catalog& catalog) {
  std::string text;
  for (const Object& object : catalog.objects()) {
    text.append(text.empty() ? "" : ", ").append(describe(object.identity, catalog.symbols()));
  }
  return text;
}

}  // namespace

TEST_CASE("slice: an interface is what an object needs, with the parts that others may rely on") {
  const World world;
  const auto ids = closure(world.catalog, {world.view}, Extent::interface);
  CHECK(shown(slice(world.catalog, ids)) ==
        "schema public, table public.t, column public.t.a, primary key public.t_pkey, view public.v");
}

TEST_CASE("slice: the whole has all parts and all that need them, but not the neighbours in a schema") {
  const World world;
  const auto ids = closure(world.catalog, {world.column}, Extent::whole);
  CHECK(ids.contains(world.check));
  CHECK(ids.contains(world.view));
  CHECK(ids.contains(world.schema));
  CHECK(!ids.contains(world.function));
}

TEST_CASE("slice: needs and parents are those of the original") {
  const World world;
  const Catalog part = slice(world.catalog, closure(world.catalog, {world.view}, Extent::interface));
  const Object* view = part.find(world.catalog.object(world.view).identity);
  REQUIRE(view != nullptr);
  CHECK(part.needs(part.id(*view)).size() == 2);
  const Object* column = part.find(world.catalog.object(world.column).identity);
  REQUIRE(column != nullptr);
  CHECK(part.object(column->parent).identity == world.catalog.object(world.table).identity);
}

TEST_CASE("slice: authors' words stay behind") {
  Symbols symbols;
  Catalog catalog{symbols};
  const Symbol version = symbols.intern("1.8");
  const Property property{symbols.intern("version"), {&version, 1}, symbols.intern("words")};
  const ObjectId id = catalog.add(identity(symbols, Kind::extension, "", "", "hstore"), ObjectId::none, {&property, 1});
  const Catalog part = slice(catalog, {id});
  REQUIRE(part.objects().size() == 1);
  REQUIRE(part.objects().front().attributes.size() == 1);
  CHECK(part.objects().front().attributes.front().values.front() == version);
  CHECK(part.objects().front().attributes.front().words == Symbol::none);
}

TEST_CASE("slice: a merger takes the first of two alike, and leaves out orphans") {
  World world;
  Catalog other{world.symbols};
  add(other, identity(world.symbols, Kind::table, "public", "", "t"), {{"unlogged", {"true"}}});
  Merger merger{world.symbols};
  merger.add(other, static_cast<ObjectId>(0));
  merger.add(world.catalog, world.table);
  merger.add(world.catalog, world.column);
  const Catalog merged = merger.finish();
  CHECK(merged.objects().size() == 2);
  CHECK(merged.find(world.catalog.object(world.table).identity)->attributes.size() == 1);

  Merger orphans{world.symbols};
  orphans.add(world.catalog, world.column);
  CHECK(orphans.finish().objects().empty());
}

TEST_CASE("slice: the root of a part is what it belongs to in the end") {
  World world;
  const ObjectId value = add(world.catalog, identity(world.symbols, Kind::default_value, "public", "t", "a"),
                             {{"expression", {"1"}}}, world.column);
  CHECK(root_of(world.catalog, value) == world.table);
  CHECK(root_of(world.catalog, world.view) == world.view);
}
