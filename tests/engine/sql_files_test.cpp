#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "engine/postgres/database.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;  // names and texts

/// The statements that make a database like the files, one a line.
std::string plan_of(const TestDatabase& database, const Files& files) {
  const PrivateCache cache;
  const Folder folder;
  std::vector<std::string> paths;
  for (const auto& [name, text] : files) paths.push_back(folder.write(name, text));
  Session session = make_session(database.url(), paths);
  std::string statements;
  for (const Step& step : session.plan(session.compare()).steps) {
    for (const Statement& statement : step.forward) statements += statement.sql + '\n';
  }
  return statements;
}

std::string plan_of(const TestDatabase& database, const std::string& sql) {
  return plan_of(database, {{"a.sql", sql}});
}

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("SQL files: what they change of a table that they do not declare is all they say of it") {
    const TestDatabase database;
    Database{database.url()}.run(R"(
        create table public.users (id integer primary key, name text);
        create index by_name on public.users (name);
        create materialized view public.names as select name from public.users)");
    CHECK(plan_of(database, "alter table users enable row level security;") ==
          "ALTER TABLE public.users ENABLE ROW LEVEL SECURITY\n");
    CHECK(plan_of(database, "alter table users set (fillfactor = 70);") ==
          "ALTER TABLE public.users SET (fillfactor='70')\n");
  }

  TEST_CASE("SQL files: an ALTER that also drops is not passed over where something is missing") {
    const TestDatabase database;
    Database{database.url()}.run(
        "create table public.t (a int not null, b int default 1); create table public.u (a int unique)");
    CHECK(plan_of(database, "alter table t alter column a drop not null;") ==
          "ALTER TABLE public.t ALTER COLUMN a DROP NOT NULL\n");
    CHECK(plan_of(database, "alter table t alter column a drop not null, alter column b set not null;") ==
          "ALTER TABLE public.t ALTER COLUMN a DROP NOT NULL\nALTER TABLE public.t ALTER COLUMN b SET NOT NULL\n");
    CHECK(tests::error_of([&] {
            plan_of(database, "alter table t add constraint c check (nosuch <> 'drop');");
          }).find("column \"nosuch\" does not exist") != std::string::npos);
    CHECK(tests::error_of([&] {
            plan_of(database,
                    "create table t (a int);\nalter table t drop constraint kk, add constraint k unique (a);");
          }).find("constraint \"kk\" of relation \"t\" does not exist") != std::string::npos);
  }

  TEST_CASE("SQL files: what a file sets is in force to its end, also for what is tried again, and not beyond") {
    const TestDatabase database;
    const std::string table = "create table d (a date default '01/02/2020' check (a > '01/02/2019'));";
    CHECK(plan_of(database, "set datestyle = 'SQL, DMY';" + table).find("'2020-02-01'::date") != std::string::npos);
    CHECK(plan_of(database, "set datestyle = 'SQL, DMY'; create view v as select a from later, d;" + table +
                                "set datestyle = 'SQL, MDY'; create table later (b int);")
              .find("'2020-02-01'::date") != std::string::npos);
    const std::string both = plan_of(database,
                                     "create table one (a date default '01/02/2020', k mood);"
                                     "set datestyle = 'SQL, DMY';"
                                     "create table two (a date default '01/02/2020', k mood);"
                                     "create type mood as enum ('x');");
    CHECK(both.find("CREATE TABLE public.one (\n  a date DEFAULT '2020-01-02'::date") != std::string::npos);
    CHECK(both.find("CREATE TABLE public.two (\n  a date DEFAULT '2020-02-01'::date") != std::string::npos);
    CHECK(plan_of(database, {{"a.sql", "set datestyle = 'SQL, DMY'; set role pg_monitor;"}, {"b.sql", table}})
              .find("'2020-01-02'::date") != std::string::npos);
    CHECK(plan_of(database,
                  "create schema app; begin; set local search_path = app; create table a (x int); commit;"
                  "create view v as select * from later; create table later (x int);")
              .find("CREATE VIEW public.v") != std::string::npos);
    CHECK(plan_of(database,
                  "begin; create table a (x int); savepoint s; create table b (x int); rollback to s; commit;") ==
          "CREATE TABLE public.a (\n  x integer\n)\n");
  }

  TEST_CASE("SQL files: a DROP that finds nothing does nothing, and is not put off until there is something") {
    const TestDatabase database;
    CHECK(plan_of(database, R"(
              drop table t;
              alter table only t drop constraint positive;
              create table t (a integer);
              alter table t drop constraint positive;
              alter table t add constraint positive check (a > 0);)") ==
          "CREATE TABLE public.t (\n  a integer,\n  CONSTRAINT positive CHECK ((a > 0))\n)\n");
    CHECK(plan_of(database,
                  "create table t (a other, b integer); alter table t drop column b; create domain other as text;")
              .ends_with("CREATE TABLE public.t (\n  a public.other\n)\n"));
  }

  TEST_CASE("SQL files: what they make of a table that they do not declare is theirs the next time, too") {
    const TestDatabase database;
    Database{database.url()}.run(R"(
        create table public.s (id integer not null, u integer);
        alter table public.s enable row level security;
        create index i on public.s (u);
        alter table public.s add constraint c unique (u);
        alter table public.s add primary key (id))");
    for (const char* statement : {"create index i on s (u)", "alter table s add constraint c unique (u)",
                                  "alter table s add primary key (id)"}) {
      CAPTURE(statement);
      CHECK(plan_of(database, fmt::format("alter table s enable row level security; {};", statement)) == "");
    }
  }

  TEST_CASE("SQL files: a schema that they make may hold what only the database has") {
    const TestDatabase database;
    Database{database.url()}.run("create schema app; create table app.users (id integer primary key)");
    CHECK(plan_of(database, R"(
              create table app.posts (author integer references app.users);
              create schema app;)") ==
          "CREATE TABLE app.posts (\n  author integer\n)\n"
          "ALTER TABLE app.posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES app.users(id)\n");
  }

  TEST_CASE("SQL files: a subscription that would reach for its publisher is refused, and set to work by nobody") {
    const TestDatabase database;
    const std::string refused = error_of([&] {
      plan_of(database,
              "create table t (a integer);\n"
              "create subscription s connection 'host=nowhere.invalid' publication p;");
    });
    CHECK(refused.find("a.sql:2:1: plumb reaches for no publisher: write WITH (connect = false)") != std::string::npos);
    CHECK(plan_of(database,
                  "create subscription s connection 'host=nowhere.invalid' publication p with (connect = false);\n"
                  "alter subscription s enable;")
              .starts_with(
                  "CREATE SUBSCRIPTION s CONNECTION 'host=nowhere.invalid' PUBLICATION p WITH (connect = false"));
  }

  TEST_CASE("YAML files: a subscription keeps the slot that they say nothing of") {
    const TestDatabase database;
    Database live{database.url()};
    live.run(
        "create subscription s connection 'host=nowhere.invalid' publication p "
        "with (connect = false, slot_name = 'another')");
    const std::string start = "subscriptions: {s: {connection: host=nowhere.invalid, publications: [p]";
    CHECK(plan_of(database, {{"a.yaml", start + "}}"}}) == "");
    CHECK(plan_of(database, {{"a.yaml", start + ", slot: mine}}"}}) ==
          "ALTER SUBSCRIPTION s SET (slot_name = 'mine')\n");
    live.run("alter subscription s set (slot_name = none)");
    live.run("drop subscription s");
  }

  TEST_CASE("SQL files: a mistake is told alone, and not what follows from it once the table is borrowed") {
    const TestDatabase database;
    Database{database.url()}.run(R"(
        create table public.b (id integer primary key, n text);
        create index b_i on public.b (n);
        create function public.short(b public.b) returns text language sql as 'select b.n';
        create view public.v as select id, n from public.b)");
    const std::string error = error_of([&] {
      plan_of(database, R"(create table b (id integer primary key, n text default 1 +);
              create index b_i on b (n);
              create function short(b b) returns text language sql as 'select b.n';
              create view v as select id, n from b;)");
    });
    CHECK(error.find("already exists") == std::string::npos);
    CHECK(error.find("does not exist") == std::string::npos);
    CHECK(error.find("a.sql:1:59: syntax error") != std::string::npos);
  }

  TEST_CASE("SQL files: a statement that speaks of a DROP is none") {
    const TestDatabase database;
    const std::string plan = plan_of(database, R"(
        create function tidy(what measure) returns integer language plpgsql
          as 'begin drop table if exists passing; return 1; end';
        create event trigger watch on ddl_command_end when tag in ('DROP TABLE') execute function note();
        create domain measure as integer;
        create function note() returns event_trigger language plpgsql as 'begin end';)");
    for (const char* made :
         {"CREATE DOMAIN public.measure", "CREATE FUNCTION public.tidy", "CREATE EVENT TRIGGER watch"}) {
      CAPTURE(made);
      CHECK(plan.find(made) != std::string::npos);
    }
  }

  TEST_CASE("YAML files: what is one statement in PostgreSQL cannot hold another one") {
    const TestDatabase database;
    Database{database.url()}.run("create table public.kept (id integer)");
    const std::string error = error_of([&] {
      plan_of(database,
              {{"a.yaml", "tables: {t: {columns: {a: int}}}\nviews:\n  v: select a from t; delete from kept\n"}});
    });
    CHECK(error.find("a.yaml:3:") != std::string::npos);
    CHECK(error.find("a semicolon ends the statement") != std::string::npos);
  }

  TEST_CASE("YAML files: an extension that every database has may be declared") {
    const TestDatabase database;
    CHECK(plan_of(database, {{"a.yaml", "extensions: [plpgsql]"}}) == "");
  }

  TEST_CASE("SQL files: a search path finds schemas that only the database has, and holds for one file") {
    const TestDatabase database;
    Database{database.url()}.run("create schema app; create table app.old (id integer primary key)");
    CHECK(
        plan_of(database, {{"a.sql", "set search_path = app, public; create table young (id integer references old);"},
                           {"b.sql", "create table elsewhere (id integer);"}}) ==
        "CREATE TABLE app.young (\n  id integer\n)\n"
        "CREATE TABLE public.elsewhere (\n  id integer\n)\n"
        "ALTER TABLE app.young ADD CONSTRAINT young_id_fkey FOREIGN KEY (id) REFERENCES app.old(id)\n");
  }

  TEST_CASE("SQL files: statements run again in their order once what they lacked is borrowed") {
    const TestDatabase database;
    Database{database.url()}.run("create table public.users (id integer primary key)");
    CHECK(
        plan_of(database, R"(
              create table posts (id integer, author integer references users);
              alter table if exists posts add column late integer;)") ==
        "CREATE TABLE public.posts (\n  id integer,\n  author integer,\n  late integer\n)\n"
        "ALTER TABLE public.posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES public.users(id)\n");
  }

  TEST_CASE("SQL files: what is borrowed may need what they make themselves") {
    const TestDatabase database;
    Database{database.url()}.run(R"(
        create table public.posts (id integer);
        create view public.ids as select id from public.posts)");
    CHECK(plan_of(database, "create table posts (id integer); create view more as select id + 1 as more from ids;") ==
          "CREATE VIEW public.more AS\nSELECT (ids.id + 1) AS more\n   FROM public.ids\n");
  }

  TEST_CASE("SQL files: an extension that is missing is made in the schema that they say") {
    const TestDatabase database;
    CHECK(plan_of(database, "create schema ext; create extension citext schema ext;") ==
          "CREATE SCHEMA ext\nCREATE EXTENSION citext SCHEMA ext\n");
  }

  TEST_CASE("SQL files: an extension is moved to the schema that they say, with the types of columns") {
    const TestDatabase database;
    Database{database.url()}.run(
        "create extension citext schema public; create table public.u (a public.citext default '')");
    const std::string table = "create table u (a ext.citext default '', b ext.citext);";
    CHECK(plan_of(database, "create schema ext; create extension if not exists citext with schema ext; " + table) ==
          "CREATE SCHEMA ext\nALTER EXTENSION citext SET SCHEMA ext\nALTER TABLE public.u ADD COLUMN b ext.citext\n");
    CHECK(plan_of(database, "create extension if not exists citext; create table u (a citext default '');") == "");
    Database{database.url()}.run("create schema ext; alter extension citext set schema ext");
    CHECK(plan_of(database, "create extension if not exists citext;") == "");
  }

  TEST_CASE("SQL files: a rename to a name that no file declares is a fault with its place") {
    const TestDatabase database;
    Database{database.url()}.run("create table public.users (id integer)");
    const std::string error = error_of([&] {
      plan_of(database, "-- plumb: renamed table public.peopel from users\ncreate table people (id integer);");
    });
    CHECK(
        error.ends_with("a.sql:1:1: table public.peopel stands in no schema file, and so it cannot be a new name: "
                        "declare it, or take this line out"));
  }

  TEST_CASE("YAML files: types in the names of routines are found where the file finds them") {
    const TestDatabase database;
    CHECK(plan_of(database, {{"a.yaml", R"(
enums: {mood: [a]}
functions: {g(mood): {returns: integer, language: sql, body: select 1}})"}})
              .starts_with("CREATE TYPE public.mood"));
  }

  TEST_CASE("YAML files: an owner that is written counts, also where it is the role that asks") {
    const TestDatabase database;
    Database live{database.url()};
    const std::string self = live.value("select current_user::text");
    live.run(
        "create role plumb_test_owner; create table public.t (a integer); alter table public.t owner to "
        "plumb_test_owner");
    const std::string silent = "tables: {t: {columns: {a: integer}}}";
    CHECK(plan_of(database, {{"a.yaml", silent}}).empty());
    CHECK(plan_of(database, {{"a.yaml", "tables: {t: {columns: {a: integer}, owner: \"" + self + "\"}}"}}) ==
          "ALTER TABLE public.t OWNER TO CURRENT_USER\n");
    live.run("drop table public.t; drop role plumb_test_owner");
  }
}
