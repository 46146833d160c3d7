#include "engine/inspect.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/catalog_text.h"
#include "engine/plan.h"
#include "schema/describe.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

std::vector<std::string> names_in(const Catalog& catalog) {
  std::vector<std::string> names;
  for (const Object& object : catalog.objects()) names.push_back(describe(object.identity, catalog.symbols()));
  std::ranges::sort(names);
  return names;
}

/// What a database has beyond what every new one has.
std::string additions(Database& database, const Catalog& base) {
  const std::vector<std::string> known = names_in(base);
  std::string text;
  for (const std::string& name : names_in(inspect(database, base.symbols()))) {
    if (!std::ranges::binary_search(known, name)) text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

bool has_need(const Catalog& catalog, std::string_view dependent, std::string_view needed) {
  const auto named = [&](std::string_view name) -> const Object* {
    for (const Object& object : catalog.objects()) {
      if (describe(object.identity, catalog.symbols()) == name) return &object;
    }
    return nullptr;
  };
  const Object* from = named(dependent);
  const Object* to = named(needed);
  REQUIRE_MESSAGE(from != nullptr, dependent);
  REQUIRE_MESSAGE(to != nullptr, needed);
  return std::ranges::count(catalog.needs(catalog.id(*from)), catalog.id(*to)) == 1;
}

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("inspect: options count as the same in any order, and are written in their own") {
    const TestDatabase scratch;
    Database database{scratch.url()};
    Symbols symbols;
    const auto read = [&](std::string_view options) {
      database.run("drop table if exists public.t; create table public.t (a integer) with (" + std::string{options} +
                   ')');
      return inspect(database, symbols);
    };
    const Identity t{.kind = Kind::table, .schema = symbols.intern("public"), .name = symbols.intern("t")};
    const Catalog one = read("fillfactor = 70, autovacuum_enabled = off, autovacuum_vacuum_threshold = 9");
    const Catalog other = read("autovacuum_vacuum_threshold = 9, fillfactor = 70, autovacuum_enabled = off");
    CHECK(one.find(t)->fingerprint == other.find(t)->fingerprint);
    const View table{other, *other.find(t)};
    CHECK(table.rules().create(table, {}).front().sql ==
          "CREATE TABLE public.t () WITH (autovacuum_vacuum_threshold='9', fillfactor='70', autovacuum_enabled='off')");
    const auto kept = read_catalog(write_catalog(other), symbols);
    REQUIRE(kept);
    CHECK(View{*kept, *kept->find(t)}.in_order("with") == table.in_order("with"));
  }

  TEST_CASE("inspect: what is called like the table of revisions is no part of it") {
    const TestDatabase scratch;
    Database database{scratch.url()};
    database.run(R"(
        create table public.alembic_version (version_num text primary key);
        create table public.t (alembic_version integer constraint alembic_version check (alembic_version > 0)))");
    Symbols symbols;
    const auto names = names_in(inspect(database, symbols, {.ledger = "public.alembic_version"}));
    CHECK(std::ranges::count(names, "column public.t.alembic_version") == 1);
    CHECK(std::ranges::count(names, "check public.t.alembic_version") == 1);
    CHECK(std::ranges::count(names, "table public.alembic_version") == 0);
    CHECK(std::ranges::count(names, "column public.alembic_version.version_num") == 0);
  }

  TEST_CASE("inspect: what belongs to the system, to an extension or to a session is left out") {
    const TestDatabase scratch;
    Database database{scratch.url()};
    Symbols symbols;
    const Catalog base = inspect(database, symbols);
    CHECK(std::ranges::count(names_in(base), "schema public") == 1);
    database.run(R"(
        create extension hstore schema public;
        create temporary table passing (id serial primary key, t text);
        create table public.t (big text, id integer generated always as identity primary key))");
    CHECK(additions(database, base) ==
          "column public.t.big, column public.t.id, extension hstore, primary key public.t_pkey, table public.t");
  }

  TEST_CASE("inspect: what users have made and no kind knows is told in PostgreSQL's words") {
    const TestDatabase scratch;
    Database database{scratch.url()};
    Symbols symbols;
    database.run(R"(
        create extension hstore schema public;
        create schema app;
        create type app.mood as enum ('sad');
        create type app.pair as (a integer, b app.mood[]);
        create type app.span as range (subtype = integer);
        create domain app.short as text check (length(value) < 9);
        create table app.t (id serial primary key, p app.pair, big text, unique (id, p)) partition by range (id);
        create table app.t1 partition of app.t for values from (1) to (9);
        create view app.v as select id from app.t;
        create table app.refers_to (id integer primary key);
        create table app.refers (t integer references app.refers_to);
        alter table app.refers disable trigger all;
        create operator class app.numbers for type integer using btree as function 1 btint4cmp(integer, integer);
        create temporary table passing (id serial primary key, t text);
        create subscription feed connection 'dbname=nowhere' publication p with (connect = false);
        security label for "plumb's own" on type public.hstore is '#not read';
        security label for "plumb's own" on table app.t is '#read')");
    std::vector<std::string> unknown;
    inspect(database, symbols, {.unknown = &unknown});
    const std::string unchecked = "switched off triggers of constraint refers_t_fkey on table app.refers";
    CHECK(unknown == std::vector<std::string>{"security label on type public.hstore", unchecked});
    database.run("set role pg_monitor");  // which may not read what subscriptions say
    inspect(database, symbols, {.unknown = &unknown});
    CHECK(unknown == std::vector<std::string>{"security label on type public.hstore", "subscription feed", unchecked});
  }

  TEST_CASE("inspect: a partition that was left half detached is told") {
    const tests::TestDatabase scratch;
    Database database{scratch.url()};
    database.run(R"(
        create table public.p (id integer) partition by list (id);
        create table public.p1 partition of public.p for values in (1))");
    Database reader{scratch.url()};
    reader.run("begin isolation level repeatable read; select * from public.p");
    Database detacher{scratch.url()};
    detacher.run("set statement_timeout to 300");
    CHECK_THROWS_AS(detacher.run("alter table public.p detach partition public.p1 concurrently"), DatabaseError);
    Symbols symbols;
    std::vector<std::string> unknown;
    inspect(database, symbols, {.unknown = &unknown});
    CHECK(unknown == std::vector<std::string>{"unfinished DETACH (to end with FINALIZE) of table public.p1"});
  }

  TEST_CASE("inspect: privileges that others than the owner granted are told") {
    const tests::TestDatabase scratch;
    Database database{scratch.url()};
    database.run(R"(
        create table public.t (a integer, b integer);
        create function public.f() returns integer language sql as 'select 1';
        grant select on public.t to pg_monitor with grant option;
        grant select (b) on public.t to pg_monitor with grant option;
        grant execute on function public.f() to pg_monitor with grant option;
        set role pg_monitor;
        grant select (b) on public.t to pg_read_all_data;
        grant execute on function public.f() to pg_read_all_data;
        reset role)");
    Symbols symbols;
    std::vector<std::string> unknown;
    inspect(database, symbols, {.unknown = &unknown});
    CHECK(unknown ==
          std::vector<std::string>{"privileges that others than the owner granted on column b of table public.t",
                                   "privileges that others than the owner granted on function public.f()"});
  }

  TEST_CASE("inspect: what depends on what is known down to the column") {
    const TestDatabase scratch;
    Database database{scratch.url()};
    database.run(R"(
        create schema app;
        create type app.mood as enum ('x');
        create function app.f() returns integer language sql as 'select 1';
        create sequence app.s;
        create table app.t (id integer default app.f(), m app.mood, n bigint default nextval('app.s'),
                            g integer generated always as (1) stored, primary key (id));
        create table app.u (t integer references app.t);
        create view app.v as select m from app.t;
        create materialized view app.w as select * from app.v;
        create index w_m on app.w (m))");
    Symbols symbols;
    const Catalog catalog = inspect(database, symbols);
    CHECK(has_need(catalog, "table app.t", "schema app"));
    CHECK(has_need(catalog, "column app.t.m", "enum app.mood"));
    CHECK(has_need(catalog, "default app.t.id", "function app.f()"));
    CHECK(has_need(catalog, "default app.t.n", "sequence app.s"));
    CHECK(has_need(catalog, "foreign key app.u.u_t_fkey", "primary key app.t_pkey"));
    CHECK(has_need(catalog, "foreign key app.u.u_t_fkey", "column app.u.t"));
    CHECK(has_need(catalog, "view app.v", "column app.t.m"));
    CHECK(!has_need(catalog, "view app.v", "column app.t.id"));
    CHECK(has_need(catalog, "materialized view app.w", "view app.v"));
    CHECK(has_need(catalog, "index app.w_m", "materialized view app.w"));
  }

  TEST_CASE("inspect: the fingerprint says what is there, not how it came there") {
    const TestDatabase one;
    const TestDatabase other;
    Database first{one.url()};
    Database second{other.url()};
    first.run("create table public.a (id integer, n text); create table public.b ()");
    second.run(R"(
        create table public.b (x integer); alter table public.b drop column x;
        create table public.a (id integer); alter table public.a add column n varchar(3);
        alter table public.a alter column n type text)");
    Symbols symbols;
    Symbols others;
    const Fingerprint fingerprint = inspect(first, symbols).fingerprint();
    CHECK(fingerprint == inspect(second, others).fingerprint());
    second.run("alter table public.a alter column n set not null");
    CHECK(fingerprint != inspect(second, others).fingerprint());
  }

  TEST_CASE("inspect: all of it is of one moment, and nothing is written") {
    const TestDatabase scratch;
    Database database{scratch.url()};
    database.run("create table public.t (id integer)");
    Symbols symbols;
    (void)inspect(database, symbols);
    CHECK(database.value("select pg_current_xact_id_if_assigned() is null") == "t");
    // It leaves the session as it found it: outside any transaction, and able to write.
    database.run("create table public.u (id integer)");
    CHECK(Database{scratch.url()}.value("select to_regclass('public.u')::text") == "public.u");
  }
}
