#include <string>

#include <doctest/doctest.h>

#include "engine/postgres/database.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

TEST_SUITE("live") {
  TEST_CASE("scope: what the files do not name and what uses what they drop are both named") {
    TestDatabase scratch;
    const PrivateCache cache;
    Folder folder;
    Database database{scratch.url()};
    database.run(R"(
        create table public.t (a integer, b integer);
        create view public.v as select a, b from public.t)");
    const auto plan_for = [&](const std::string& yaml) {
      Session session = make_session(scratch.url(), {folder.write("schema.yaml", yaml)});
      session.plan(session.compare());
    };
    const std::string named = "tables: {t: {columns: {a: integer}}}\n";
    CHECK(error_of([&] { plan_for(named); }) ==
          "the view public.v is no business of the schema files, but uses the column public.t.b, which they drop: "
          "write it into a file as well, or drop it first");
    CHECK(error_of([&] { plan_for(named + "views: {v: {query: select a from t}}\n"); }) == "");
    database.run(
        "create table public.p (a integer, b integer) partition by list (a);"
        "create table public.p_1 partition of public.p for values in (1)");
    CHECK(error_of([&] { plan_for("tables: {p: {columns: {a: integer}, partition_by: LIST (a)}}\n"); }) == "");
    CHECK(error_of([&] { plan_for("manages: database\nignore: [view public.v]\n" + named); }).starts_with("the view"));
  }
}
