#include <string>
#include <utility>

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

  TEST_CASE("scope: the schema public comes back where files count on it and the database has dropped it") {
    const TestDatabase target;
    const PrivateCache cache;
    const Folder folder;
    Database database{target.url()};
    for (const auto& [name, text] : {std::pair{"schema.yaml", "tables: {t: {columns: {a: integer}}}\n"},
                                     std::pair{"schema.sql", "create table t (a integer);\n"}}) {
      database.run("drop schema public cascade");
      const std::string file = folder.write(name, text);
      bring_about(make_session(target.url(), {file}));
      CHECK(database.value("select to_regclass('public.t')::text") == "public.t");
      CHECK(differences(make_session(target.url(), {file})) == "");
    }
  }

  TEST_CASE("scope: a schema that is to be managed and that nobody has is told") {
    TestDatabase scratch;
    const PrivateCache cache;
    Folder folder;
    Database{scratch.url()}.run("create schema live");
    SessionOptions options;
    options.database.location = scratch.url();
    options.schema_files = {
        folder.write("schema.yaml", "manages: {schemas: [live, filed, pubic]}\nschemas: {filed: {}}\n")};
    options.scratch = "target";
    std::vector<std::string> warnings;
    options.warn = [&](std::string_view text) { warnings.emplace_back(text); };
    Session{std::move(options)}.compare();
    CHECK(warnings ==
          std::vector<std::string>{"`manages` lists a schema pubic that neither the database nor the files have"});
  }

  TEST_CASE("scope: comments on what an extension brought are accepted unless a file says them, or came with it") {
    TestDatabase scratch;
    const PrivateCache cache;
    Folder folder;
    Database database{scratch.url()};
    database.run(R"(
        create extension cube schema public version '1.4';
        comment on type public.cube is 'a box';
        comment on operator public.< (public.cube, public.cube) is null)");
    const std::string silent = "extensions: {cube: {schema: public}}\n";
    CHECK(make_session(scratch.url(), {folder.write("schema.yaml", silent)}).compare().changes.empty());

    const std::string inspected = make_session(scratch.url(), {}).inspect(SchemaFormat::yaml);
    CHECK(inspected.find("TYPE public.cube: a box") != std::string::npos);
    CHECK(inspected.find("OPERATOR") == std::string::npos);

    const std::string one =
        "extensions: {cube: {schema: public, member_comments: "
        "{'OPERATOR public.<(public.cube,public.cube)': lower than}}}\n";
    const std::string plan = bring_about(make_session(scratch.url(), {folder.write("schema.yaml", one)}));
    CHECK(plan.find("COMMENT ON OPERATOR public.<(public.cube,public.cube) IS 'lower than'") != std::string::npos);
    CHECK(plan.find("TYPE") == std::string::npos);
    CHECK(make_session(scratch.url(), {folder.write("schema.yaml", one)}).compare().changes.empty());
  }

  TEST_CASE("scope: what the files manage and use, but do not declare, is told and not kept in silence") {
    TestDatabase scratch;
    const PrivateCache cache;
    Folder folder;
    Database database{scratch.url()};
    database.run(R"(
        create type public.mood as enum ('a', 'b');
        create table public.u (id integer primary key);
        create table public.t (m public.mood, u integer references public.u))");
    const auto differences_of = [&](const std::string& yaml) {
      const std::string file = folder.write("schema.yaml", yaml);
      const std::string error = error_of([&] { make_session(scratch.url(), {file}).compare(); });
      return error.substr(error.find("schema.yaml") == std::string::npos ? 0 : error.find("schema.yaml"));
    };
    const std::string all =
        "tables: {t: {columns: {m: mood, u: integer}, foreign_keys: {t_u_fkey: {columns: [u], references: u}}}}\n";
    CHECK(differences_of(all) == "");
    const std::string error = differences_of("manages: database\n" + all);
    CHECK(error.starts_with(
        "schema.yaml:2:24: the column public.t.m uses the enum public.mood, which the files manage but "
        "do not declare: declare it, or let `ignore:` name it\n"));
    CHECK(error.find("uses the table public.u, which the files manage") != std::string::npos);  // all at once
    CHECK(differences_of("manages: database\nignore: [enum public.mood, table public.u]\n" + all) == "");
    CHECK(differences_of("manages: database\nenums: {mood: [a, b]}\n" + all).find("uses the table public.u") !=
          std::string::npos);
  }

  TEST_CASE("scope: a name that something bears which the files do not name is told before anything is planned") {
    TestDatabase scratch;
    const PrivateCache cache;
    Folder folder;
    Database database{scratch.url()};
    database.run("create table public.orders (a integer constraint orders_pk primary key)");
    const std::string file = folder.write("schema.yaml", R"(
tables:
  sales: {columns: {a: {type: integer, not_null: true}}, primary_key: {name: orders_pk, columns: [a]}}
)");
    CHECK(
        error_of([&] { make_session(scratch.url(), {file}).compare(); }) ==
        "the primary key public.orders_pk of the table public.sales cannot have its name, because the primary key "
        "public.orders_pk of the table public.orders has it, which is no business of the schema files: give it another "
        "name, or write that into a file as well; a new name for the same thing is told by `renamed_from`");
  }
}
