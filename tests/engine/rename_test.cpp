#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/session.h"
#include "engine/twins.h"
#include "schema/describe.h"
#include "schema/error.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

struct World {
  TestDatabase database;
  PrivateCache cache;
  Folder folder;

  void run(const std::string& sql) { Database{database.url()}.run(sql); }
  std::string value(const std::string& sql) { return Database{database.url()}.value(sql); }

  Session session(const std::string& text) {
    return make_session(database.url(), {folder.write(text.starts_with("--") ? "a.sql" : "a.yaml", text)});
  }
  /// The statements of the plan, one after the other.
  std::string plan(const std::string& text) {
    Session on = session(text);
    std::string statements;
    for (const Step& step : on.plan(on.compare()).steps) {
      for (const Statement& statement : step.forward) statements += statement.sql + '\n';
    }
    return statements;
  }
  std::string fault(const std::string& text) {
    const std::string error = error_of([&] { session(text).compare(); });
    return error.starts_with(folder.path()) ? error.substr(folder.path().size() + 1) : error;
  }
  std::string twins(const std::string& text) {
    Session on = session(text);
    std::string told;
    for (const Twins& each : on.compare().twins) {
      const std::string place = each.place.substr(each.place.find("a.yaml"));
      told += place + ' ' + describe(each.before, on.symbols()) + " -> " + describe(each.after, on.symbols()) +
              ", or " + each.consent + '\n';
    }
    return told;
  }
};

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("rename: what has another name keeps its rows") {
    World world;
    world.run(
        "create table public.users (id integer primary key, mail text); insert into public.users values (1, 'a')");
    const std::string file =
        "tables: {people: {renamed_from: users, columns: {id: integer, email: {type: text, renamed_from: mail}}, "
        "primary_key: [id]}}";
    CHECK(world.plan(file) ==
          "ALTER TABLE public.users RENAME CONSTRAINT users_pkey TO people_pkey\n"
          "ALTER TABLE public.users RENAME COLUMN mail TO email\n"
          "ALTER TABLE public.users RENAME TO people\n");
    bring_about(world.session(file));
    CHECK(world.value("select email from public.people") == "a");
    CHECK_MESSAGE(world.plan(file) == "", "the line may stay in the file");
  }

  TEST_CASE("rename: a check of a foreign table") {
    World world;
    world.run(
        "create foreign data wrapper w; create server s foreign data wrapper w;"
        "create foreign table public.t (a integer, constraint one check (a > 0)) server s");
    const std::string file =
        "foreign_tables: {t: {server: s, columns: {a: integer}, checks: {other: {renamed_from: one, expression: a > "
        "0}}}}";
    CHECK(world.plan(file) == "ALTER TABLE public.t RENAME CONSTRAINT one TO other\n");
    bring_about(world.session(file));
    CHECK(world.plan(file) == "");
  }

  TEST_CASE("rename: a former name that was never there says nothing") {
    World world;
    CHECK(world.plan("tables: {people: {renamed_from: users, columns: {id: integer}}}") ==
          "CREATE TABLE public.people (\n  id integer\n)\n");
  }

  TEST_CASE("rename: a former name beside the new one is a fault with its place") {
    World world;
    world.run("create table public.users (id integer); create table public.people (id integer)");
    CHECK(
        world.fault("tables:\n  people:\n    renamed_from: users\n    columns: {id: integer}\n") ==
        "a.yaml:3:19: table public.people is there, and so is table public.users, its former name: when the rename is "
        "done, remove this line; when it is not, one of the two has to go first");
    CHECK_MESSAGE(world.fault("tables:\n  people:\n    renamed_from: users\n    columns: {id: integer}\n"
                              "  users: {columns: {id: integer}}\n") == "",
                  "both are wanted, and both are there");
  }

  TEST_CASE("rename: names that go on in a chain are free when they are given again") {
    World world;
    world.run("create table public.a (x integer); create table public.b (y integer)");
    const std::string file =
        "tables:\n  b: {renamed_from: a, columns: {x: integer}}\n  c: {renamed_from: b, columns: {y: integer}}\n";
    CHECK(world.plan(file) == "ALTER TABLE public.b RENAME TO c\nALTER TABLE public.a RENAME TO b\n");
    bring_about(world.session(file));
    CHECK(world.plan(file) == "");
  }

  TEST_CASE("rename: names that go round in a circle are refused") {
    World world;
    world.run("create table public.a (x integer); create table public.b (y integer)");
    CHECK(
        world.fault("tables:\n"
                    "  b: {renamed_from: a, columns: {x: integer}}\n"
                    "  a: {renamed_from: b, columns: {y: integer}}\n") ==
        "a.yaml:2:21: table public.b cannot be renamed from a, because the names go round in a circle: rename one of "
        "them to a third name first, and apply that\n" +
            world.folder.path() +
            "/a.yaml:3:21: table public.a cannot be renamed from b, because the names go round in a circle: rename one "
            "of them to a third name first, and apply that");
  }

  TEST_CASE("rename: of overloaded functions, the one with the same arguments is meant") {
    World world;
    world.run(
        "create function public.area(integer) returns integer language sql as 'select 1';"
        "create function public.area(text) returns integer language sql as 'select 1'");
    const auto file = [](const std::string& name, const std::string& before) {
      return "functions: {" + name + ": {returns: integer, language: sql, body: select 1, renamed_from: " + before +
             "}}";
    };
    CHECK(world.plan(file("size(text)", "area")) == "ALTER FUNCTION public.area(text) RENAME TO size\n");
    CHECK(world.plan(file("size(integer)", "area(integer)")) == "ALTER FUNCTION public.area(integer) RENAME TO size\n");
    CHECK(world.fault(file("size(bigint)", "area")).find("can have been any of area(integer), area(text)") !=
          std::string::npos);
  }

  TEST_CASE("rename: a function is renamed together with the types of its arguments") {
    World world;
    world.run(
        "create type public.mood as enum ('sad'); create table public.users (id integer);"
        "create function public.one(m public.mood) returns integer language sql as 'select 1';"
        "create function public.one(u public.users) returns integer language sql as 'select 1'");
    const std::string file =
        "manages: schemas\n"
        "enums: {feeling: {values: [sad], renamed_from: mood}}\n"
        "tables: {people: {columns: {id: integer}, renamed_from: users}}\n"
        "functions:\n"
        "  two(feeling): {arguments: m feeling, returns: integer, language: sql, body: select 1}\n"
        "  three(people): {arguments: u people, returns: integer, language: sql, body: select 1}\n";
    CHECK(world.plan(file) ==
          "ALTER FUNCTION public.one(public.mood) RENAME TO two\n"
          "ALTER FUNCTION public.one(public.users) RENAME TO three\n"
          "ALTER TABLE public.users RENAME TO people\n"
          "ALTER TYPE public.mood RENAME TO feeling\n");
    bring_about(world.session(file));
    CHECK(world.plan(file) == "");
  }

  TEST_CASE("rename: a value of an enum keeps what uses it") {
    World world;
    world.run(
        "create type public.mood as enum ('sad', 'ok'); create table public.t (m public.mood default 'ok');"
        "insert into public.t values ('ok')");
    const std::string file =
        "enums: {mood: {values: [sad, fine], renamed_values: {fine: ok}}}\n"
        "tables: {t: {columns: {m: {type: mood, default: \"'fine'\"}}}}\n";
    CHECK(world.plan(file) == "ALTER TYPE public.mood RENAME VALUE 'ok' TO 'fine'\n");
    bring_about(world.session(file));
    CHECK(world.value("select m from public.t") == "fine");
    CHECK(world.plan(file) == "");
    CHECK(world.fault("enums:\n  mood: {values: [sad, fine], renamed_values: {ok: fine}}")
              .find("`ok` is none of the values of enum public.mood") != std::string::npos);
  }

  TEST_CASE("rename: an attribute of a composite type keeps its values, in columns and typed tables") {
    World world;
    world.run(
        "create type public.address as (street text, \"No\" integer); create table public.t (a public.address);"
        "create view public.v as select (a).street from public.t; create table public.u of public.address;"
        "insert into public.t values (row('Elm', 1)); insert into public.u values ('Oak', 2)");
    const std::string file =
        "composite_types:\n"
        "  address: {attributes: [road text, number integer], renamed_attributes: {road: street, number: 'No'}}\n"
        "tables: {t: {columns: {a: address}}, u: {of: address}}\n"
        "views: {v: {query: 'select (a).road as street from t'}}\n";
    CHECK(world.plan(file) ==
          "ALTER TYPE public.address RENAME ATTRIBUTE \"No\" TO number CASCADE\n"
          "ALTER TYPE public.address RENAME ATTRIBUTE street TO road CASCADE\n");
    bring_about(world.session(file));
    CHECK(world.value("select (a).road from public.t") == "Elm");
    CHECK(world.value("select number from public.u") == "2");
    CHECK(world.plan(file) == "");
    CHECK(world.fault("composite_types:\n  address: {attributes: [Road text], renamed_attributes: {street: road}}")
              .find("`street` is none of the attributes of composite type public.address") != std::string::npos);
    CHECK(world.fault("composite_types: {address: [road text, number integer, Road text]}").find("`Road text` twice") !=
          std::string::npos);
  }

  TEST_CASE("rename: names go on in a chain, of routines and of tables whose columns number themselves") {
    World world;
    world.run(
        "create function public.f1() returns int language sql as 'select 1';"
        "create function public.f2() returns int language sql as 'select 2';"
        "create table public.a (id int generated always as identity);"
        "create table public.b (id int generated always as identity)");
    const std::string file =
        "functions:\n"
        "  f2(): {returns: int, language: sql, body: select 1, renamed_from: f1}\n"
        "  f3(): {returns: int, language: sql, body: select 2, renamed_from: f2}\n"
        "tables:\n"
        "  b: {renamed_from: a, columns: {id: {type: int, identity: always}}}\n"
        "  c: {renamed_from: b, columns: {id: {type: int, identity: always}}}\n";
    bring_about(world.session(file));
    CHECK(world.value("select public.f2() || ' ' || public.f3()") == "1 2");
    CHECK(world.value("select pg_get_serial_sequence('public.c', 'id')") == "public.c_id_seq");
    CHECK(world.value("select pg_get_serial_sequence('public.b', 'id')") == "public.b_id_seq");
    CHECK(world.plan(file) == "");
  }

  TEST_CASE("rename: comments of SQL files rename values too, and only to what the file has") {
    World world;
    world.run("create type public.m as enum ('a', 'b'); create type public.ad as (street text, n integer)");
    const std::string types =
        "\ncreate type public.m as enum ('a', 'c'); create type public.ad as (road text, n integer);\n";
    const std::string plan = world.plan(
        "-- plumb: renamed enum public.m value c from b\n"
        "-- plumb: renamed composite type public.ad attribute road from street" +
        types);
    CHECK(plan ==
          "ALTER TYPE public.ad RENAME ATTRIBUTE street TO road CASCADE\n"
          "ALTER TYPE public.m RENAME VALUE 'b' TO 'c'\n");
    CHECK(world.fault("-- plumb: renamed enum public.m value cc from b" + types) ==
          "a.sql:1:1: `cc` is none of the values of enum public.m, and so it cannot be a new name: did you mean `c`?");
    CHECK(world.fault("-- plumb: renamed composite type public.ad attribute raod from street" + types)
              .starts_with("a.sql:1:1: `raod` is none of the attributes of composite type public.ad"));
    CHECK(world.fault("-- plumb: renamed composite type public.ad value road from street" + types) ==
          "a.sql:1:1: a composite_type has no values with names");
  }

  TEST_CASE("rename: a former value that is in use again, or was the new one of another, is no fault afterwards") {
    World world;
    world.run("create type public.e as enum ('a', 'b', 'c')");
    const std::string chain = "enums: {e: {values: [b, c, d, a], renamed_values: {b: a, c: b, d: c}}}";
    CHECK(world.plan(chain) ==
          "ALTER TYPE public.e RENAME VALUE 'c' TO 'd'\n"
          "ALTER TYPE public.e RENAME VALUE 'b' TO 'c'\n"
          "ALTER TYPE public.e RENAME VALUE 'a' TO 'b'\n"
          "ALTER TYPE public.e ADD VALUE 'a' AFTER 'd'\n");
    world.run("drop type public.e; create type public.e as enum ('b', 'c', 'd', 'a')");
    CHECK(world.plan(chain).empty());
  }

  TEST_CASE("rename: what moves to where its former name is taken gets its new name first") {
    World world;
    world.run("create schema s; create table s.u (a integer); create table public.u (b integer)");
    CHECK(world.plan("tables: {w: {moved_from: s, renamed_from: u, columns: {a: integer}}}") ==
          "ALTER TABLE s.u RENAME TO w\nALTER TABLE s.w SET SCHEMA public\n");
  }

  TEST_CASE("rename: values that are added need no commit of their own where nothing uses them") {
    World world;
    world.run(
        "create type public.mood as enum ('sad'); create table public.users (m public.mood, n text);"
        "insert into public.users (n) values (null)");
    const auto file = [](const std::string& column, const std::string& more) {
      return "enums: {mood: [sad, fine]}\ntables:\n  people: {renamed_from: users, columns: {m: {type: mood" + column +
             "}, n: {type: text" + more + "}}}\n";
    };
    CHECK(world.plan(file("", "")) ==
          "ALTER TABLE public.users RENAME TO people\nALTER TYPE public.mood ADD VALUE 'fine' AFTER 'sad'\n");
    CHECK_THROWS_AS(bring_about(world.session(file("", ", not_null: true"))), DatabaseError);
    CHECK_MESSAGE(world.value("select pg_catalog.to_regclass('public.users') is not null and "
                              "pg_catalog.enum_last(null::public.mood)::text = 'sad'") == "t",
                  "all of it is one transaction");
    CHECK(world.plan(file(", default: \"'fine'\"", "")) ==
          "ALTER TYPE public.mood ADD VALUE 'fine' AFTER 'sad'\n"
          "ALTER TABLE public.users RENAME TO people\n"
          "ALTER TABLE public.people ALTER COLUMN m SET DEFAULT 'fine'\n");
    CHECK_THROWS_AS(bring_about(world.session(file(", default: \"'fine'\"", ", not_null: true"))), DatabaseError);
    CHECK_MESSAGE(world.value("select pg_catalog.to_regclass('public.users') is not null") == "t",
                  "the value is there, and the rename is not done");
  }

  TEST_CASE("rename: SQL files say it in a comment") {
    World world;
    world.run(
        "create table public.users (id integer, mail text); create type public.mood as enum ('sad', 'in the "
        "\"works\"')");
    CHECK(world.plan("-- plumb: renamed table public.people from public.users;\n"
                     "-- plumb: renamed column public.people.\"E mail\" from mail\n"
                     "/* Plumb:renamed enum public.mood value done from \"in the \"\"works\"\"\" */\n"
                     "create table people (id integer, \"E mail\" text);\n"
                     "create type mood as enum ('sad', 'done');\n") ==
          "ALTER TABLE public.users RENAME COLUMN mail TO \"E mail\"\n"
          "ALTER TABLE public.users RENAME TO people\n"
          "ALTER TYPE public.mood RENAME VALUE 'in the \"works\"' TO 'done'\n");
    CHECK(world.fault("-- plumb: renamed tabel public.people from users\n") ==
          "a.sql:1:1: `tabel` is no kind of object that can be renamed: did you mean `table`?");
    CHECK(
        world.fault("-- plumb: renamed table public.people from app.users\n") ==
        "a.sql:1:1: `app.users` is no former name beside `public.people`: write the own name alone, and another schema "
        "as in `-- plumb: moved table archive.orders from public`");
    CHECK(world.fault("--plumb: rename table public.people from users\n") ==
          "a.sql:1:1: `rename` says nothing to plumb: write `-- plumb: renamed KIND NAME from OLD`, as in `-- plumb: "
          "renamed column public.people.email from mail`");
    CHECK(world.fault("-- plumb: renamed table people from users\n") ==
          "a.sql:1:1: `people` is not the whole name of a table, schema.name: write `-- plumb: renamed KIND NAME from "
          "OLD`, as in `-- plumb: renamed column public.people.email from mail`");
  }

  TEST_CASE("rename: a chain that was gone through is done, and types are spelled as people like") {
    World world;
    world.run(
        "create table public.a (x integer); create table public.b (y integer); create table public.c (z integer);"
        "create function public.f(integer, character varying) returns integer language sql as 'select 1'");
    const std::string file =
        "tables: {b: {columns: {x: int}, renamed_from: a}, c: {columns: {y: int}, renamed_from: b}, d: {columns: {z: "
        "int}, renamed_from: c}}\n"
        "functions: {'g(int, varchar)': {renamed_from: 'f(int,varchar)', returns: int, language: sql, body: select 1}}";
    CHECK(world.plan(file) ==
          "ALTER FUNCTION public.f(integer, character varying) RENAME TO g\n"
          "ALTER TABLE public.c RENAME TO d\n"
          "ALTER TABLE public.b RENAME TO c\n"
          "ALTER TABLE public.a RENAME TO b\n");
    bring_about(world.session(file));
    CHECK(world.plan(file) == "");
  }

  TEST_CASE("rename: what moves to another schema keeps its rows and goes on counting") {
    World world;
    world.run(
        "create table public.users (id serial primary key, mail text);"
        "insert into public.users (mail) values ('a'), ('b');"
        "create view public.mails as select mail from public.users");
    const std::string file =
        "schemas: {app: {tables: {people: {moved_from: public, renamed_from: users, columns: {id: {type: integer, "
        "not_null: true, default: \"nextval('app.users_id_seq')\"}, mail: text}, primary_key: {columns: [id], name: "
        "users_pkey}}}, sequences: {users_id_seq: {type: integer, owned_by: app.people.id}}}}";
    CHECK(world.plan(file) ==
          "CREATE SCHEMA app\n"
          "ALTER TABLE public.users SET SCHEMA app\n"
          "ALTER TABLE app.users RENAME TO people\n");
    bring_about(world.session(file));
    CHECK(world.value("insert into app.people (mail) values ('c') returning id") == "3");
    CHECK(world.value("select count(*) from public.mails") == "3");
    CHECK_MESSAGE(world.plan(file) == "", "the line may stay in the file");
  }

  TEST_CASE("rename: a function moves together with the table whose rows it takes") {
    World world;
    world.run(
        "create schema app;"
        "create table public.users (id integer);"
        "create function public.is_admin(u public.users) returns boolean language sql as 'select true'");
    const std::string file =
        "schemas: {app: {tables: {people: {moved_from: public, renamed_from: users, columns: {id: integer}}},"
        " functions: {is_admin(app.people): {arguments: u app.people, returns: boolean, language: sql,"
        " body: select true, moved_from: public}}}}";
    CHECK(world.plan(file) ==
          "ALTER FUNCTION public.is_admin(public.users) SET SCHEMA app\n"
          "ALTER TABLE public.users SET SCHEMA app\n"
          "ALTER TABLE app.users RENAME TO people\n");
    bring_about(world.session(file));
    CHECK_MESSAGE(world.plan(file) == "", "the line may stay in the file");
  }

  TEST_CASE("rename: an extension moves to a schema of the same plan, and its columns keep their rows") {
    World world;
    world.run(
        "create extension citext schema public; create table public.t (a public.citext);"
        "insert into public.t values ('Kept')");
    const std::string file =
        "schemas: {ext: {}, public: {}}\nextensions: {citext: {schema: ext}}\ntables: {t: {columns: {a: "
        "ext.citext}}}\n";
    CHECK(world.plan(file) == "CREATE SCHEMA ext\nALTER EXTENSION citext SET SCHEMA ext\n");
    bring_about(world.session(file));
    CHECK(world.value("select a from public.t where a operator(ext.=) 'kept'") == "Kept");
  }

  TEST_CASE("rename: a table becomes a partition of the one that takes its name, with its rows and its counter") {
    World world;
    world.run(
        "create table public.orders (id integer generated always as identity, day date not null, unique (id, day));"
        "create table public.lines (id integer, day date, foreign key (id, day) references public.orders (id, day));"
        "insert into public.orders (day) values ('2026-01-01'), ('2026-01-02');"
        "insert into public.lines values (1, '2026-01-01')");
    const std::string columns =
        "columns: {id: {type: integer, not_null: true, identity: always}, day: {type: date, not_null: true}}";
    bring_about(world.session(
        "tables:\n  orders: {" + columns +
        ", partition_by: RANGE (day), unique_keys: {orders_id_day_key: [id, day]}}\n" +
        "  old_orders: {renamed_from: orders, partition_of: {table: orders, bound: FOR VALUES FROM (MINVALUE) TO "
        "('2027-01-01')}}\n  new_orders: {partition_of: {table: orders, bound: DEFAULT}}\n" +
        "  lines: {columns: {id: integer, day: date}, foreign_keys: {lines_id_day_fkey: {columns: [id, day], "
        "references: orders, referenced_columns: [id, day]}}}\n"));
    CHECK(world.value("select pg_catalog.count(*) from public.orders") == "2");
    CHECK(world.value("insert into public.orders (day) values ('2027-01-01') returning id") == "3");
    world.run("insert into public.lines values (3, '2027-01-01')");
  }

  TEST_CASE("rename: what moves out of a schema makes room for what takes its name there") {
    World world;
    world.run("create schema a; create schema b; create table a.t (x integer); create table b.t (y integer)");
    const std::string file =
        "schemas: {a: {tables: {t: {moved_from: b, columns: {y: integer}}}},"
        "          c: {tables: {t: {moved_from: a, columns: {x: integer}}}}, b: {}}";
    CHECK(world.plan(file) == "CREATE SCHEMA c\nALTER TABLE a.t SET SCHEMA c\nALTER TABLE b.t SET SCHEMA a\n");
  }

  TEST_CASE("rename: what moves while its schemas are renamed calls them by their names of that time") {
    World world;
    world.run("create schema old; create schema other; create table old.t (x integer)");
    CHECK(world.plan("schemas: {new: {renamed_from: other, tables: {t: {moved_from: old, columns: {x: integer}}}},"
                     "          older: {renamed_from: old}}") ==
          "ALTER TABLE old.t SET SCHEMA other\nALTER SCHEMA old RENAME TO older\nALTER SCHEMA other RENAME TO new\n");
  }

  TEST_CASE("rename: SQL files say in a comment where something stood before") {
    World world;
    world.run(
        "create schema app; create table public.t (x integer);"
        "create function public.f(integer) returns integer language sql as 'select 1';"
        "create function public.f(text) returns integer language sql as 'select 2'");
    CHECK(world.plan("-- plumb: moved table app.u from public\n"
                     "-- plumb: renamed table app.u from t\n"
                     "-- plumb: moved function app.f(text) from public\n"
                     "create table app.u (x integer);\n"
                     "create function app.f(text) returns integer language sql as 'select 2';\n") ==
          "ALTER FUNCTION public.f(text) SET SCHEMA app\n"
          "ALTER TABLE public.t SET SCHEMA app\n"
          "ALTER TABLE app.t RENAME TO u\n");
    CHECK(world.fault("-- plumb: moved column app.u.x from public\n") ==
          "a.sql:1:1: a column does not move from schema to schema by itself");
    CHECK(world.fault("-- plumb: moved table app.t\n") ==
          "a.sql:1:1: write `-- plumb: moved KIND NAME from SCHEMA`, as in `-- plumb: moved table archive.orders from "
          "public`");
  }

  TEST_CASE("rename: what stands in its former schema too, or never left it, is a fault with its place") {
    World world;
    world.run("create schema app; create table public.t (x integer); create table app.t (x integer)");
    CHECK(world.fault("schemas: {app: {tables: {t: {moved_from: public, columns: {x: integer}}}}}") ==
          "a.yaml:1:42: table app.t is there, and so is table public.t, its former name: when the rename is done, "
          "remove this line; when it is not, one of the two has to go first");
    CHECK(world.fault("schemas: {app: {tables: {t: {moved_from: app, columns: {x: integer}}}}}") ==
          "a.yaml:1:42: table app.t is called so now: what `renamed_from` and `moved_from` tell is how it was before");
  }

  TEST_CASE("twins: a column that goes and one like it that comes are told, with the place to say it") {
    World world;
    world.run("create table public.t (id integer, a text, b text)");
    CHECK(world.twins("tables:\n  t:\n    columns:\n      id: integer\n      c: text\n      d: bigint\n") ==
          "a.yaml:5:7 column public.t.a -> column public.t.c, or drop-column=public.t.a\n"
          "a.yaml:5:7 column public.t.b -> column public.t.c, or drop-column=public.t.b\n");
  }

  TEST_CASE("twins: a table is told by its columns, whatever its keys and indexes are called") {
    World world;
    world.run(
        "create table public.users (id integer primary key, name text unique);"
        "create index on public.users (lower(name))");
    const std::string people =
        "manages: schemas\ntables:\n  people: {columns: {id: integer, name: text}, primary_key: [id]}\n";
    CHECK(world.twins(people) == "a.yaml:3:3 table public.users -> table public.people, or drop-table=public.users\n");
    CHECK(world.twins("manages: schemas\ntables:\n  people: {columns: {id: integer, name: varchar}}\n") == "");
    CHECK(world.twins("tables:\n  people: {columns: {id: integer, name: text}}\n") == "");
    Session session = world.session(people);
    session.take_for_rename(session.compare().twins.front());
    bring_about(session);
    CHECK(differences(session) == "");
    CHECK(world.value("select pg_catalog.to_regclass('public.users') is null") == "t");
  }

  TEST_CASE("twins: the sequence of a column is renamed with what it belongs to, and goes on counting") {
    World world;
    world.run("create table public.users (id serial); insert into public.users default values");
    const std::string file = "-- plumb: renamed table public.people from users\ncreate table people (id serial);\n";
    CHECK(world.plan(file) ==
          "ALTER SEQUENCE public.users_id_seq RENAME TO people_id_seq\nALTER TABLE public.users RENAME TO people\n");
    bring_about(world.session(file));
    CHECK(world.value("insert into public.people default values returning id") == "2");
  }

  TEST_CASE("twins: the sequence of a column is renamed though it gets wider with that") {
    World world;
    world.run("create table public.users (id serial); insert into public.users default values");
    const std::string file = "-- plumb: renamed table public.people from users\ncreate table people (id bigserial);\n";
    bring_about(world.session(file));
    CHECK(world.value("insert into public.people default values returning id") == "2");
  }

  TEST_CASE("twins: a table that goes and one like it that comes in another schema are told") {
    World world;
    world.run("create table public.users (id integer, name text); create view public.v as select 1 as one");
    const std::string file =
        "manages: database\nschemas:\n  public: {}\n  app:\n    tables:\n      users: {columns: {id: integer, name: "
        "text}}\n    views: {v: select 1 as one}\n";
    CHECK(world.twins(file) == "a.yaml:6:7 table public.users -> table app.users, or drop-table=public.users\n");
    Session session = world.session(file);
    session.take_for_rename(session.compare().twins.front());
    bring_about(session);
    CHECK(differences(session) == "");
    CHECK(world.value("select pg_catalog.to_regclass('app.users') is not null") == "t");
  }

  TEST_CASE("twins: a foreign key of a partition that is detached goes on under its new name") {
    World world;
    world.run(
        "create table public.d (id integer primary key);"
        "create table public.p (a integer, d_id integer references public.d) partition by list (a);"
        "create table public.p1 partition of public.p for values in (1)");
    CHECK(world.plan("manages: schemas\ntables:\n  d: {columns: {id: integer}, primary_key: [id]}\n"
                     "  p: {columns: {a: integer, d_id: {type: integer, references: d}}, partition_by: LIST (a)}\n"
                     "  p1: {columns: {a: integer, d_id: {type: integer, references: d}}}\n") ==
          "ALTER TABLE public.p1 RENAME CONSTRAINT p_d_id_fkey TO p1_d_id_fkey\n"
          "ALTER TABLE public.p DETACH PARTITION public.p1\n");
  }

  TEST_CASE("twins: indexes and constraints that differ in their names alone are renamed") {
    World world;
    world.run("create table public.t (a integer constraint one check (a > 0)); create index i on public.t (a)");
    CHECK(world.plan("tables: {t: {columns: {a: integer}, checks: {other: a > 0}, indexes: {j: [a]}}}") ==
          "ALTER INDEX public.i RENAME TO j\n"
          "ALTER TABLE public.t RENAME CONSTRAINT one TO other\n");
  }
}
