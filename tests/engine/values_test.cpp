#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "engine/postgres/database.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

/// What `query` says after `sql` has filled a database and the schema file was brought about there.
std::string values_after(std::string_view sql, std::string_view yaml, std::string_view query) {
  TestDatabase scratch;
  const PrivateCache cache;
  Folder folder;
  Database database{scratch.url()};
  database.run(sql);
  bring_about(make_session(scratch.url(), {folder.write("schema.yaml", yaml)}));
  return database.value(query);
}

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("values: they survive a type that PostgreSQL has no cast for, and NULL stays NULL") {
    const std::string found = values_after(R"(
        create extension hstore schema public;
        create table public.t (n integer, at timestamptz, seconds bigint, h public.hstore, m text[]);
        insert into public.t values (7, '2026-01-02 03:04:05+00', 86400, 'a=>1', array['b', '2']), (null, null, null, null, null))",
                                           R"(
extensions: {hstore: {schema: public}}
tables:
  t:
    columns: {n: "integer[]", at: bigint, seconds: timestamp, h: jsonb, m: hstore}
)",
                                           "select pg_catalog.string_agg(t::text, ' ' order by n) from public.t");
    CHECK(found == R"-(({7},1767323045,"1970-01-02 00:00:00","{""a"": ""1""}","""b""=>""2""") (,,,,))-");
  }

  TEST_CASE("values: truths in arrays become numbers, and numbers truths") {
    const std::string found = values_after(R"(
        create table public.t (b boolean[], n smallint[]);
        insert into public.t values ('{t,f,null}', '{0,3}'))",
                                           R"(
tables:
  t:
    columns: {b: "smallint[]", n: "boolean[]"}
)",
                                           "select t::text from public.t t");
    CHECK(found == R"-(("{1,0,NULL}","{f,t}"))-");
  }

  TEST_CASE("values: money becomes any number, and bits truths and small numbers") {
    const std::string found = values_after(R"(
        create table public.t (a money, b money, c bit(1), d boolean, e smallint, f bit(8));
        insert into public.t values (2.5, 1234.5, '1', false, 5, '00000011'))",
                                           R"(
tables:
  t:
    columns: {a: real, b: integer, c: boolean, d: bit(1), e: bit(8), f: smallint}
)",
                                           "select t::text from public.t t");
    CHECK(found == "(2.5,1235,t,0,00000101,3)");
  }

  TEST_CASE("values: a sequence goes on behind rows that a policy hides from their owner, too") {
    TestDatabase scratch;
    const PrivateCache cache;
    Folder folder;
    Database{scratch.url()}.run(R"(
        create role values_owner login createdb;
        create schema hidden authorization values_owner;
        set role values_owner;
        create table hidden.t (id integer not null, tenant text);
        insert into hidden.t select n, 'a' from generate_series(1, 10) n;
        alter table hidden.t enable row level security, force row level security;
        create policy p on hidden.t using (tenant = 'b'))");
    const std::string file = folder.write("schema.yaml", R"(
schema: hidden
tables:
  t:
    columns: {id: {type: integer, not_null: true, identity: always}, tenant: text}
    row_security: true
    force_row_security: true
    policies: {p: {using: "tenant = 'b'"}}
)");
    bring_about(make_session(scratch.url() + " user=values_owner", {file}));
    Database database{scratch.url()};
    CHECK(database.value("insert into hidden.t (tenant) values ('b') returning id") == "11");
    CHECK(database.value("select relforcerowsecurity::text from pg_class where relname = 't'") == "true");
    database.run("drop schema hidden cascade; drop role values_owner");
  }

  TEST_CASE("values: bits of another length are filled up, with consent") {
    const std::string found = values_after("create table public.t (a bit(8)); insert into public.t values ('00000011')",
                                           "tables: {t: {columns: {a: bit(12)}}}", "select a::text from public.t");
    CHECK(found == "000000110000");
  }

  TEST_CASE("values: a serial column that is added numbers the rows that are there") {
    const std::string found = values_after(R"(
        create table public.t (v text);
        insert into public.t values ('a'), ('b'))",
                                           R"(
tables:
  t: {columns: {v: text, id: bigserial}, primary_key: [id]}
)",
                                           R"(
        with added as (insert into public.t (v) values ('c') returning id)
        select pg_catalog.string_agg(id::text, ' ' order by id)
          from (select id from public.t union all select id from added) all_of_them)");
    CHECK(found == "1 2 3");
  }

  TEST_CASE("values: a sequence that is new to a column goes on behind the rows, also when the type changes") {
    const std::string found = values_after(R"-(
        create table public.a (id integer primary key);
        create table public.b (id text primary key);
        create table public.c (id integer primary key);
        create table public.d (id integer primary key);
        create domain public.number as bigint check (value > 0);
        create table public.e (id public.number primary key);
        insert into public.e values (5);
        insert into public.a values (7);
        insert into public.b values ('8');
        insert into public.c values (9);
        insert into public.d values (-10))-",
                                           R"-(
sequences: {numbers: {}, down: {increment: -1}, more: {}}
tables:
  a: {columns: {id: bigserial}, primary_key: [id]}
  b: {columns: {id: serial}, primary_key: [id]}
  c: {columns: {id: {type: integer, not_null: true, default: "nextval('public.numbers')"}}, primary_key: [id]}
  d: {columns: {id: {type: integer, not_null: true, default: "nextval('public.down')"}}, primary_key: [id]}
  e: {columns: {id: {type: number, not_null: true, default: "nextval('public.more')"}}, primary_key: [id]}
domains: {number: {type: bigint, checks: {number_check: value > 0}}}
)-",
                                           R"-(
        with a as (insert into public.a default values returning id),
             b as (insert into public.b default values returning id),
             c as (insert into public.c default values returning id),
             d as (insert into public.d default values returning id),
             e as (insert into public.e default values returning id)
        select pg_catalog.concat_ws(' ', a.id, b.id, c.id, d.id, e.id) from a, b, c, d, e)-");
    CHECK(found == "8 9 10 -11 6");
  }

  TEST_CASE(
      "values: an identity column goes on counting when its bounds move ahead of where it began, and turns round") {
    const std::string found = values_after(R"-(
        create table public.a (id integer generated by default as identity, n integer);
        create table public.b (id integer generated by default as identity, n integer);
        create table public.c (id integer generated by default as identity, n integer);
        insert into public.a (n) select 1 from pg_catalog.generate_series(1, 100);
        insert into public.c (n) select 1 from pg_catalog.generate_series(1, 5);
        grant usage on sequence public.a_id_seq to pg_monitor)-",
                                           R"-(
tables:
  a: {columns: {id: {type: integer, identity: by default, identity_minimum: 10, identity_start: 20}, n: integer}}
  b: {columns: {id: {type: integer, identity: by default, identity_minimum: 10, identity_start: 20}, n: integer}}
  c: {columns: {id: {type: integer, identity: by default, identity_increment: -1, identity_minimum: -2147483648,
                     identity_maximum: -1, identity_start: -1}, n: integer}}
)-",
                                           R"-(
        with a as (insert into public.a (n) values (1) returning id),
             b as (insert into public.b (n) values (1) returning id),
             c as (insert into public.c (n) values (1) returning id)
        select pg_catalog.concat_ws(' ', a.id, b.id, c.id) from a, b, c)-");
    CHECK(found == "101 10 -1");
  }

  TEST_CASE("values: a partitioned table that is made anew goes on counting behind the rows of its partitions") {
    const std::string found = values_after(R"-(
        create table public.p (id integer generated always as identity, n serial, at date not null)
          partition by range (at);
        create table public.p1 partition of public.p for values from ('2026-01-01') to ('2027-01-01');
        insert into public.p (at) values ('2026-02-03'), ('2026-02-04'))-",
                                           R"-(
tables:
  p:
    partition_by: range (at)
    columns: {id: {type: integer, identity: always}, n: serial, at: {type: timestamp, not_null: true}}
  p1: {partition_of: {table: p, bound: "for values from ('2026-01-01') to ('2027-01-01')"}}
)-",
                                           R"-(
        with added as (insert into public.p (at) values ('2026-02-05') returning id, n)
        select pg_catalog.concat_ws(' ', id, n) from added)-");
    CHECK(found == "3 3");
  }

  TEST_CASE("values: a table that is partitioned by an enum goes on counting when the enum is made anew") {
    const std::string found = values_after(R"-(
        create type public.state as enum ('new', 'done', 'gone');
        create table public.job (id bigserial, state public.state not null) partition by list (state);
        create table public.job_new partition of public.job for values in ('new');
        insert into public.job (state) values ('new'), ('new'))-",
                                           R"-(
enums:
  state: [new, done]
tables:
  job:
    partition_by: list (state)
    columns: {id: bigserial, state: {type: state, not_null: true}}
  job_new: {partition_of: {table: job, bound: "for values in ('new')"}}
)-",
                                           R"-(
        with added as (insert into public.job (state) values ('new') returning id)
        select pg_catalog.concat_ws(' ', id) from added)-");
    CHECK(found == "3");
  }

  TEST_CASE("values: heirs that become partitions keep their rows, also when a type changes") {
    const std::string found = values_after(R"-(
        create table public.m (at date not null, v integer);
        create table public.m_2024 () inherits (public.m);
        insert into public.m_2024 values ('2024-05-05', 7))-",
                                           R"-(
tables:
  m: {partition_by: range (at), columns: {at: {type: date, not_null: true}, v: bigint}}
  m_2024: {partition_of: {table: m, bound: "for values from ('2024-01-01') to ('2025-01-01')"}}
)-",
                                           "select pg_catalog.concat_ws(' ', at, v) from public.m");
    CHECK(found == "2024-05-05 7");
  }

  TEST_CASE("values: a column that heirs have themselves keeps them when its type changes with that of its parent's") {
    const std::string found = values_after(R"(
        create table public.p (n text default '1');
        create table public.heir (n text default '2') inherits (public.p);
        create table public.grandchild (n text) inherits (public.heir);
        insert into public.p values ('7');
        insert into public.heir values ('8');
        insert into public.grandchild values ('9'))",
                                           R"(
tables:
  p: {columns: {n: {type: integer, default: 1}}}
  heir: {inherits: [p], columns: {n: {type: integer, default: 3}}}
  grandchild: {inherits: [heir], columns: {n: {type: integer, default: 3}}}
)",
                                           "select pg_catalog.string_agg(n::text, ' ' order by n) from public.p");
    CHECK(found == "7 8 9");
  }

  TEST_CASE("values: partitions and heirs that no file names go on saying what their parents say") {
    const std::string found = values_after(R"-(
        create table public.log (id bigserial, at date not null) partition by range (at);
        create table public.log_1 partition of public.log for values from ('2026-01-01') to ('2027-01-01');
        create table public.p (a integer default 1, b integer);
        create table public.heir (b integer default 5) inherits (public.p);
        insert into public.log (at) values ('2026-02-03');
        insert into public.heir default values)-",
                                           R"-(
tables:
  log:
    partition_by: range (at)
    columns: {id: {type: bigint, identity: by default, not_null: true}, at: {type: date, not_null: true}}
  p: {columns: {a: {type: bigint, default: 2}, b: bigint}}
)-",
                                           R"-(
        with logged as (insert into public.log (at) values ('2026-02-04') returning id),
             heir as (insert into public.heir default values returning a, b)
        select pg_catalog.concat_ws(' ', id, a, b) from logged, heir)-");
    CHECK(found == "2 2 5");
  }

  TEST_CASE("values: of types that are replaced, however deep, they are the same afterwards") {
    const std::string found = values_after(R"(
        create type public.mood as enum ('sad', 'ok', 'glad');
        create type public.inner_part as (zip integer, feels public.mood);
        create type public.outer_part as (a public.inner_part, b text);
        create table public.t (o public.outer_part, i public.inner_part, m public.mood);
        insert into public.t values (((12345, 'ok'), 'x'), (1, 'sad'), 'ok'), (null, null, null))",
                                           R"(
enums: {mood: [sad, ok]}
composite_types:
  inner_part: [zip bigint, feels mood]
  outer_part: [a inner_part, b text]
tables:
  t:
    columns: {o: outer_part, i: inner_part, m: "mood[]"}
)",
                                           "select pg_catalog.string_agg(t::text, ' ' order by m) from public.t");
    CHECK(found == R"-(("(""(12345,ok)"",x)","(1,sad)",{ok}) (,,))-");
  }

  TEST_CASE("values: an enum whose place a domain takes hands them on") {
    const std::string found = values_after(R"(
        create type public.mood as enum ('sad', 'ok');
        create table public.t (m public.mood not null default 'ok', many public.mood[]);
        insert into public.t values ('sad', '{ok,sad}'), ('ok', null))",
                                           R"(
manages: database
schema: public
domains: {mood: {type: text, checks: {short: "length(value) < 4"}}}
tables:
  t:
    columns: {m: {type: mood, not_null: true, default: "'ok'"}, many: "mood[]"}
)",
                                           "select pg_catalog.string_agg(t::text, ' ' order by m) from public.t");
    CHECK(found == "(ok,) (sad,\"{ok,sad}\")");
  }

  TEST_CASE("values: an heir that changes its parents keeps them") {
    const std::string found = values_after(R"(
        create table public.old_parent (x integer not null);
        create table public.new_parent (x integer not null);
        create table public.heir (y text) inherits (public.old_parent);
        insert into public.heir values (1, 'one'))",
                                           R"(
tables:
  old_parent: {columns: {x: {type: integer, not_null: true}}}
  new_parent: {columns: {x: {type: integer, not_null: true}}}
  heir: {inherits: [public.new_parent], columns: {y: text}}
)",
                                           "select x || y from public.new_parent natural join public.heir");
    CHECK(found == "1one");
  }

  TEST_CASE("values: a sequence that an identity brings goes on behind those that are there") {
    const std::string_view rows =
        "create table public.\"T\" (\"Id\" serial, n integer); insert into public.\"T\" (n) values (1), (2), (3)";
    const auto next = [&](std::string_view identity) {
      const std::string yaml =
          fmt::format("tables: {{T: {{columns: {{Id: {{type: integer, {}}}, n: integer}}}}}}\n", identity);
      return values_after(rows, yaml, "insert into public.\"T\" default values returning \"Id\"");
    };
    CHECK(next("identity: by default") == "4");
    CHECK(next("identity: by default, identity_start: 100") == "100");
  }

  TEST_CASE("values: a new sequence of a column that has rows goes on behind them") {
    const std::string found = values_after(R"(
        create table public.t (id integer generated by default as identity primary key, n integer);
        insert into public.t (n) values (1), (2), (3))",
                                           R"(
tables:
  t:
    columns: {id: {type: integer, not_null: true, default: nextval('t_id_seq')}, n: integer
  }
    primary_key: [id]
sequences: {t_id_seq: {type: integer, owned_by: public.t.id}}
)",
                                           "insert into public.t default values returning id");
    CHECK(found == "4");
  }

  TEST_CASE("values: a materialized view has the rows of a partition that is attached at the same time") {
    const std::string found = values_after(R"(
        create table public.o (k integer primary key);
        create table public.p (a integer, k integer check (k > 0)) partition by range (a);
        create table public.p2 (a integer, k integer);
        insert into public.o values (11);
        insert into public.p2 values (11, 11);
        create materialized view public.m as select a from public.p)",
                                           R"(
tables:
  o: {columns: {k: {type: integer, not_null: true}}, primary_key: [k]}
  p:
    columns: {a: integer, k: {type: integer, references: o}}
    partition_by: range (a)
    checks: {p_k_check: k > 1}
    unique_keys: {p_a_k_key: [a, k]}
  p2: {partition_of: {table: p, bound: for values from (10) to (20)}}
materialized_views:
  m: select a, k from p
)",
                                           "select m::text from public.m m");
    CHECK(found == "(11,11)");
  }

  TEST_CASE("values: a sequence that goes with its column and is made anew goes on for the table that calls it") {
    const std::string found = values_after(R"(
        create table public.t (x integer);
        create sequence public.s owned by public.t.x;
        create table public.u (id integer primary key default nextval('public.s'));
        insert into public.u select from generate_series(1, 2))",
                                           R"-(
tables:
  t: {columns: {x: {type: integer, generated: "5"}}}
  u:
    columns: {id: {type: integer, not_null: true, default: "nextval('s')"
  }
}
    primary_key: [id]
sequences:
  s: {owned_by: t.x}
)-",
                                           "insert into public.u default values returning id");
    CHECK(found == "3");
  }

  TEST_CASE("values: a new sequence goes on behind numbers that are no integers, too") {
    const std::string found = values_after(R"(
        create table public.t (id numeric(10), n text);
        insert into public.t values (1, 'a'), (2, 'b'))",
                                           R"-(
tables:
  t: {columns: {id: {type: "numeric(10)", default: "nextval('s')"}, n: text
  }
  }
sequences:
  s: {owned_by: t.id}
)-",
                                           "insert into public.t default values returning id");
    CHECK(found == "3");
  }

  TEST_CASE("values: what an heir has itself outlives its parent, and a column of it") {
    const std::string found =
        values_after(R"(
        create table public.gone (x integer);
        create table public.stays (y integer, z integer);
        create table public.heir (x integer, y integer) inherits (public.stays, public.gone);
        insert into public.heir (x, y, z) values (1, 2, 3))",
                     R"(
manages: database
tables:
  stays: {columns: {z: integer}}
  heir: {inherits: [public.stays], columns: {x: integer, y: integer}}
)",
                     "select pg_catalog.concat(x, y, z) from public.heir natural join public.stays");
    CHECK(found == "123");
  }

  TEST_CASE("values: arrays, rows and labels become JSON by their parts, and a text becomes one element of an array") {
    const std::string found = values_after(R"(
        create type public.mood as enum ('sad', 'glad');
        create table public.t (a text[], m public.mood, d date, j text, s text);
        insert into public.t values ('{red,blue}', 'glad', '2026-01-02', '{"k": 1}', 'one,two'), ('{}', null, null, null, null))",
                                           R"(
enums: {mood: [sad, glad]}
tables:
  t: {columns: {a: jsonb, m: jsonb, d: json, j: jsonb, s: "text[]"}}
)",
                                           "select pg_catalog.string_agg(t::text, ' ' order by s) from public.t");
    CHECK(found == R"-(("[""red"", ""blue""]","""glad""","""2026-01-02""","{""k"": 1}","{""one,two""}") ([],,,,))-");
  }
}
