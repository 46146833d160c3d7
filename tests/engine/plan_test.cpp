#include "engine/plan.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/diff.h"
#include "engine/execute.h"
#include "engine/postgres/database.h"
#include "schema/describe.h"
#include "schema/error.h"
#include "tests/schema/file/written.h"
#include "tests/support/catalog.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

std::vector<std::string> subjects(const std::vector<Step>& steps, const Symbols& symbols) {
  std::vector<std::string> all;
  for (const Step& step : steps) {
    const char* verb = step.action == Action::create ? "create " : step.action == Action::drop ? "drop " : "alter ";
    all.push_back(verb + describe(step.subject, symbols));
  }
  return all;
}

std::vector<std::string> statements(const std::vector<Step>& steps) {
  std::vector<std::string> all;
  for (const Step& step : steps) {
    for (const Statement& statement : step.forward) all.push_back(statement.sql);
  }
  return all;
}

}  // namespace

TEST_CASE("plan: what is needed comes first, and goes last") {
  Symbols symbols;
  const Catalog nothing{symbols};
  Catalog catalog{symbols};
  const ObjectId view = add(catalog, identity(symbols, Kind::view, "public", "", "a"), {{"query", {"SELECT 1"}}});
  const ObjectId function = add(catalog, identity(symbols, Kind::function, "public", "", "z()"),
                                {{"language", {"sql"}}, {"returns", {"integer"}}, {"body", {"select 1"}}});
  const ObjectId other = add(catalog, identity(symbols, Kind::view, "public", "", "b"), {{"query", {"SELECT 2"}}});
  catalog.add_need(function, other);
  catalog.add_need(view, function);
  const Plan there = make_plan(diff(nothing, catalog), nothing, catalog);
  CHECK(subjects(there.steps, symbols) ==
        std::vector<std::string>{"create view public.b", "create function public.z()", "create view public.a"});
  CHECK(subjects(there.way_back, symbols) ==
        std::vector<std::string>{"drop view public.a", "drop function public.z()", "drop view public.b"});
  CHECK(there.steps.front().back.front().sql == "DROP VIEW public.b");
  CHECK(there.from == nothing.fingerprint());
  CHECK(there.to == catalog.fingerprint());
}

TEST_CASE("plan: needs that run in a circle are reported by name") {
  Symbols symbols;
  const Catalog nothing{symbols};
  Catalog catalog{symbols};
  const ObjectId one = add(catalog, identity(symbols, Kind::view, "public", "", "one"), {{"query", {"SELECT 1"}}});
  const ObjectId two = add(catalog, identity(symbols, Kind::view, "public", "", "two"), {{"query", {"SELECT 1"}}});
  const ObjectId three = add(catalog, identity(symbols, Kind::view, "public", "", "three"), {{"query", {"SELECT 1"}}});
  catalog.add_need(one, two);
  catalog.add_need(two, one);
  catalog.add_need(three, one);
  const std::string error = error_of([&] { make_plan(diff(nothing, catalog), nothing, catalog); });
  CHECK(error.find("circle") != std::string::npos);
  CHECK(error.find("view public.one") != std::string::npos);
  CHECK(error.find("view public.two") != std::string::npos);
  CHECK(error.find("view public.three") == std::string::npos);
}

TEST_CASE("plan: what is lost has to be allowed by name") {
  Symbols symbols;
  Catalog actual{symbols};
  Catalog desired{symbols};
  for (Catalog* catalog : {&actual, &desired}) {
    const ObjectId table = add(*catalog, identity(symbols, Kind::table, "public", "", "t"));
    add(*catalog, identity(symbols, Kind::column, "public", "t", "kept"), {{"type", {"integer"}}}, table);
  }
  const ObjectId table = actual.id(*actual.find(identity(symbols, Kind::table, "public", "", "t")));
  add(actual, identity(symbols, Kind::column, "public", "t", "Gone.By"), {{"type", {"integer"}}}, table);
  add(actual, identity(symbols, Kind::table, "app", "", "u"));
  const Plan plan = make_plan(diff(actual, desired), actual, desired);
  std::vector<std::string> consents;
  for (const Step& step : plan.steps) consents.insert(consents.end(), step.consents.begin(), step.consents.end());
  std::ranges::sort(consents);
  REQUIRE(consents.size() == 2);
  CHECK(consents[0].starts_with("drop-column=public.t."));
  CHECK(consents[0].find("Gone.By") != std::string::npos);
  CHECK(consents[1] == "drop-table=app.u");
  for (const Step& step : plan.way_back) CHECK(step.consents.empty());
}

TEST_CASE("plan: a name is free before it is given to an object of another kind") {
  Symbols symbols;
  Catalog actual{symbols};
  Catalog desired{symbols};
  add(actual, identity(symbols, Kind::view, "public", "", "x"), {{"query", {"SELECT 1"}}});
  add(desired, identity(symbols, Kind::enumeration, "public", "", "x"), {{"values", {"a"}}});
  const Plan plan = make_plan(diff(actual, desired), actual, desired);
  CHECK(subjects(plan.steps, symbols) == std::vector<std::string>{"drop view public.x", "create enum public.x"});
  CHECK(subjects(plan.way_back, symbols) == std::vector<std::string>{"drop enum public.x", "create view public.x"});
}

TEST_SUITE("live") {
  TEST_CASE("plan: a serial column that becomes a larger one keeps its sequence, and where that is") {
    const TestDatabase small;
    const TestDatabase large;
    Database{small.url()}.run("create table public.t (id serial primary key)");
    Database{large.url()}.run("create table public.t (id bigserial primary key)");
    const PrivateCache cache;
    Session session = session_like(small.url(), large.url());
    const Plan plan = session.plan(session.compare());
    CHECK(subjects(plan.steps, session.symbols()) ==
          std::vector<std::string>{"alter column public.t.id", "alter sequence public.t_id_seq"});
  }

  TEST_CASE("plan: a value is added to an enum before all that a failure later on would leave undone") {
    const TestDatabase before;
    const TestDatabase after;
    Database{before.url()}.run(R"(
        create type public.state as enum ('new', 'done');
        create table public.t (owner integer, s public.state);
        create policy mine on public.t using (owner = 1);
        create view public.open as select s from public.t where s = 'new')");
    Database{after.url()}.run(R"(
        create type public.state as enum ('new', 'open', 'done');
        create table public.t (owner bigint, s public.state default 'open');
        create policy mine on public.t using (owner = 1::bigint);
        create view public.open as select s, owner from public.t where s = 'new')");
    const PrivateCache cache;
    Session session = session_like(before.url(), after.url());
    const Plan plan = session.plan(session.compare());
    REQUIRE(plan.steps.size() > 3);
    CHECK(subjects(plan.steps, session.symbols()).front() == "alter enum public.state");
    CHECK(batches(plan.steps).size() == 2);
  }

  TEST_CASE("plan: a check and a column that an heir keeps are dropped from its parent alone") {
    const TestDatabase before;
    const TestDatabase after;
    Database{before.url()}.run(R"(
        create table public.p (a integer, b integer, constraint k check (a > 0));
        create table public.heir () inherits (public.p))");
    Database{after.url()}.run(R"(
        create table public.p (a integer);
        create table public.heir (b integer, constraint k check (a > 0)) inherits (public.p))");
    const PrivateCache cache;
    Session session = session_like(before.url(), after.url());
    const Plan plan = session.plan(session.compare());
    CHECK(statements(plan.steps) == std::vector<std::string>{"ALTER TABLE ONLY public.p DROP CONSTRAINT k",
                                                             "ALTER TABLE ONLY public.p DROP COLUMN b"});
  }

  TEST_CASE("plan: a view gets its query and its options by one statement, and options alone by another") {
    const TestDatabase before;
    const TestDatabase after;
    Database{before.url()}.run(R"(
        create view public.first with (security_barrier = true) as select 1 as a;
        create view public.second with (security_barrier = true) as select 1 as a)");
    Database{after.url()}.run(R"(
        create view public.first with (security_invoker = true) as select 2 as a;
        create view public.second with (security_invoker = true) as select 1 as a)");
    const PrivateCache cache;
    Session session = session_like(before.url(), after.url());
    CHECK(statements(session.plan(session.compare()).steps) ==
          std::vector<std::string>{
              "CREATE OR REPLACE VIEW public.first WITH (security_invoker='true') AS\nSELECT 2 AS a",
              "ALTER VIEW public.second RESET (security_barrier)",
              "ALTER VIEW public.second SET (security_invoker='true')",
          });
  }

  TEST_CASE("plan: an identity that goes takes along how far it has counted, which wants to be allowed") {
    const TestDatabase before;
    const TestDatabase after;
    Database{before.url()}.run("create table public.t (id integer generated always as identity)");
    Database{after.url()}.run("create table public.t (id integer not null)");
    const PrivateCache cache;
    Session session = session_like(before.url(), after.url());
    const Plan plan = session.plan(session.compare());
    REQUIRE(plan.steps.size() == 1);
    CHECK(plan.steps.front().consents == std::vector<std::string>{"drop-identity=public.t.id"});
  }

  TEST_CASE("plan: columns keep their order, be they in CREATE TABLE or added, whatever functions they use") {
    const TestDatabase before;
    const TestDatabase after;
    Database{before.url()}.run("create table public.old (id integer)");
    Database{after.url()}.run(R"(
        create function public.slug(text) returns text language sql immutable as 'select lower($1)';
        create table public.old (id integer, s text generated always as (public.slug('A')) stored, b integer);
        create table public.new (id integer, s text generated always as (public.slug('A')) stored, a integer);
        create table public.heir () inherits (public.old, public.new))");
    const PrivateCache cache;
    Session session = session_like(before.url(), after.url());
    CHECK(bring_about(session) != "");
    Database database{before.url()};
    const auto columns = [&](const std::string& table) {
      return database.value(
          "select string_agg(attname, ' ' order by attnum) from pg_catalog.pg_attribute "
          "where attnum > 0 and attrelid = 'public." +
          table + "'::pg_catalog.regclass");
    };
    CHECK(columns("old") == "id s b");
    CHECK(columns("new") == "id s a");
    CHECK(columns("heir") == "id s b a");
  }

  TEST_CASE("plan: the access method of a materialized view changes in place") {
    const TestDatabase before;
    const TestDatabase after;
    for (const TestDatabase* database : {&before, &after}) {
      Database{database->url()}.run("create access method other type table handler pg_catalog.heap_tableam_handler");
    }
    Database{before.url()}.run("create materialized view public.v as select 1 as a");
    Database{after.url()}.run("create materialized view public.v using other as select 1 as a");
    const PrivateCache cache;
    Session session = session_like(before.url(), after.url());
    CHECK(statements(session.plan(session.compare()).steps) ==
          std::vector<std::string>{"ALTER MATERIALIZED VIEW public.v SET ACCESS METHOD other"});
  }

  TEST_CASE("plan: it is the same text on every run, whatever the history of the databases") {
    // The same schema, created in two orders, with holes where other things once were.
    const std::vector<std::string> pieces{
        "create table public.a (id integer, n integer)",
        "create table public.b (id integer, a integer)",
        "create type public.mood as enum ('x', 'y')",
        "create function public.f(integer) returns integer language sql immutable as 'select $1'",
        "create sequence public.s",
        "create table public.c (m public.mood, k integer default nextval('public.s'))",
        "alter table public.a add constraint a_key primary key (id)",
        "alter table public.b add constraint b_fk foreign key (a) references public.a",
        "create index a_n on public.a (public.f(n))",
        "create index b_a on public.b (a)",
        "create view public.v as select id from public.a",
        "create view public.w as select id from public.v",
        "comment on table public.a is 'a'",
        "comment on column public.b.a is 'b'"};
    const std::vector<std::size_t> other_order{3, 2, 1, 0, 9, 13, 12, 8, 6, 7, 10, 11, 4, 5};
    const TestDatabase one;
    const TestDatabase other;
    const TestDatabase third;
    const TestDatabase empty;
    {
      Database first{one.url()};
      for (const std::string& piece : pieces) first.run(piece);
      Database second{other.url()};
      second.run("create table public.w (x integer); drop table public.w; create type public.mood as enum ()");
      second.run("drop type public.mood");
      for (const std::size_t i : other_order) second.run(pieces[i]);
      second.run("alter table public.c add column gone text; alter table public.c drop column gone");
      Database{third.url()}.run(R"(
          create table public.a (id bigint, n integer, o text);
          create view public.v as select 1 as id;
          create table public.d (x integer);
          create type public.mood as enum ('y'))");
    }
    const auto plan = [](const TestDatabase& from, const TestDatabase& to) {
      const PrivateCache cache;
      Session session = session_like(from.url(), to.url());
      return text_of(session.plan(session.compare()), session.symbols());
    };
    for (const auto* start : {&third, &empty}) {
      const std::string first = plan(*start, one);
      CHECK(first.size() > 1000);
      CHECK(plan(*start, one) == first);
      CHECK(plan(*start, other) == first);
    }
    CHECK(plan(one, third) == plan(other, third));
    CHECK(plan(one, other) == "-- the way back\n");
  }
}
