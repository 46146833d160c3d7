#include "engine/realise.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "engine/postgres/database.h"
#include "schema/describe.h"
#include "schema/fingerprint.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

/// What a comparison with one schema file complains about, with the file's name instead of its path.
std::string faults_of(const TestDatabase& database, const std::string& name, std::string_view text) {
  const PrivateCache cache;
  const Folder folder;
  const std::string file = folder.write(name, text);
  std::string error = error_of([&] { make_session(database.url(), {file}).compare(); });
  const std::string prefix = folder.path() + '/';
  for (auto at = error.find(prefix); at != std::string::npos; at = error.find(prefix, at))
    error.erase(at, prefix.size());
  return error;
}

std::string desired_fingerprint(const TestDatabase& database, const std::vector<std::string>& files) {
  const PrivateCache cache;
  Session session = make_session(database.url(), files);
  return to_hex(session.compare().desired.fingerprint());
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("realise: what the files refer to without declaring it is borrowed, and never changed") {
    const TestDatabase scratch;
    const PrivateCache cache;
    const Folder folder;
    Database database{scratch.url()};
    database.run(R"(
        create table public.claims (id uuid primary key, secret text, at date default now());
        create index claims_at on public.claims (at);
        comment on table public.claims is 'not yours';
        create function public.touch() returns trigger language plpgsql as $$begin return new; end$$;
        create type public.mood as enum ('a');
        insert into public.claims values (gen_random_uuid(), 'x'))");
    const std::string file = folder.write("schema.yaml", R"(
tables:
  results:
    columns:
      claim: {type: uuid, references: claims}
      mood: mood
    triggers: {touched: {timing: before update, for_each: row, execute: touch()}}
views: {seen: select id from claims}
)");
    const std::string plan = bring_about(make_session(scratch.url(), {file}));
    CHECK(has(plan, "CREATE TABLE public.results"));
    CHECK(!has(plan, "-- table public.claims"));
    CHECK(!has(plan, "claims_at"));
    CHECK(differences(make_session(scratch.url(), {file})) == "");
    CHECK(database.value("select count(*) from public.claims where secret = 'x'") == "1");
    CHECK(database.value("select obj_description('public.claims'::regclass)") == "not yours");
    CHECK(database.value("select to_regclass('public.claims_at')::text") == "public.claims_at");
  }

  TEST_CASE("realise: what an SQL file makes itself is not borrowed, although statements mention it") {
    const TestDatabase scratch;
    const PrivateCache cache;
    const Folder folder;
    Database{scratch.url()}.run(R"(
        create table public.users (id integer primary key);
        create table public.posts (id integer primary key, author integer references public.users);
        create view public.names as select id from public.users)");
    const std::string file = folder.write("schema.sql", R"(
create view drafts as select id, note from posts;
create table if not exists posts (id integer primary key, author integer references users, note text);
create or replace view names as select id, 1 as one from users;)");
    Session session = make_session(scratch.url(), {file});
    const Comparison comparison = session.compare();
    std::vector<std::string> changes;
    for (const Change& change : comparison.changes) changes.push_back(describe(change.identity(), session.symbols()));
    CHECK(changes == std::vector<std::string>{"column public.posts.note", "view public.drafts", "view public.names"});
  }

  TEST_CASE("realise: a statement that is tried again is tried on the search path of its place") {
    const TestDatabase scratch;
    const PrivateCache cache;
    const Folder folder;
    const std::string file = folder.write("schema.sql", R"(
create schema a;
create schema b;
set search_path = a;
create table early (id integer references b.late);
set search_path = b;
create table late (id integer primary key);)");
    Session session = make_session(scratch.url(), {file});
    const Comparison comparison = session.compare();
    std::vector<std::string> tables;
    for (const Object& object : comparison.desired.objects()) {
      if (object.identity.kind == Kind::table) tables.push_back(describe(object.identity, session.symbols()));
    }
    std::ranges::sort(tables);
    CHECK(tables == std::vector<std::string>{"table a.early", "table b.late"});
  }

  TEST_CASE("realise: what a file must not say, or not on this server, is told with its place") {
    const TestDatabase scratch;
    const int version = Database{scratch.url()}.version();
    const std::string too_new = faults_of(
        scratch, "a.yaml", "tables: {t: {columns: {a: int}, checks: {c: {expression: a > 0, not_enforced: true}}}}");
    CHECK(too_new == (version >= 180000
                          ? std::string{}
                          : fmt::format("a.yaml:1:42: `not_enforced` of check public.t.c needs PostgreSQL "
                                        "18, and this server is PostgreSQL {}: leave it out",
                                        version / 10000)));
    CHECK(
        faults_of(scratch, "a.yaml",
                  "functions: {f(int): {arguments: \"a int, b int\", returns: int, language: sql, body: select 1}}") ==
        "a.yaml:1:13: the arguments of function public.f(int) are others than its name says: write their types there");
    CHECK(faults_of(scratch, "a.sql", "\nDROP DATABASE IF EXISTS shop;") ==
          "a.sql:2:1: a schema file is about what one database holds, and this statement about a DATABASE is about the "
          "server around it: take it out");
    CHECK(faults_of(scratch, "a.sql", "grant connect on database shop to public;").find("about a DATABASE") !=
          std::string::npos);
    CHECK(faults_of(scratch, "a.sql", "reassign owned by a to b;") ==
          "a.sql:1:1: a schema file says what is there, and this statement changes whatever a role owns: take it out");
    CHECK(faults_of(scratch, "a.sql", "/* a */ drop/**/database -- b\n shop;")
              .starts_with("a.sql:1:9: a schema file is"));
    CHECK(faults_of(scratch, "a.sql", "copy(select 1) to program 'touch /tmp/there';") ==
          "a.sql:1:1: a schema file holds no rows, and COPY moves rows: take it out");
    Database{scratch.url()}.run("create table public.users (id integer, mail text); create schema app");
    for (const char* change : {"rename to people", "set schema app"}) {
      CHECK(faults_of(scratch, "a.sql", fmt::format("create table t (a integer); alter table users {}", change)) ==
            "a.sql:1:29: this takes away table public.users, which no file declares: a schema file says what is to be "
            "there, so declare that, and a new name by a comment as in `-- plumb: renamed table public.people from "
            "users`");
    }
    CHECK(faults_of(scratch, "a.sql", "set search_path = nowhere; create table t (id integer);") ==
          "a.sql:1:41: no schema has been selected to create in");
  }

  TEST_CASE("realise: a comment behind an expression ends where the expression does") {
    const TestDatabase scratch;
    const PrivateCache cache;
    const Folder folder;
    const std::string file = folder.write("schema.yaml", R"-(
tables:
  t:
    columns:
      a: {type: integer, default: "1 -- one"}
      b: {type: timestamp, default: "now() at time zone 'utc'"}
      c: {type: boolean, default: "1 in (1, 2)"}
    checks: {positive: a > 0 -- always})-");
    Session session = make_session(scratch.url(), {file});
    CHECK(session.plan(session.compare()).steps.size() == 1);
  }

  TEST_CASE("realise: operators, operator classes and casts are borrowed too, although they have no plain names") {
    const TestDatabase scratch;
    const PrivateCache cache;
    const Folder folder;
    Database database{scratch.url()};
    database.run(R"(
        create schema app;
        create type app.size as (n integer);
        create function app.same(app.size, app.size) returns boolean immutable language sql as 'select $1.n = $2.n';
        create function app.length(app.size) returns integer immutable language sql as 'select $1.n';
        create operator app.=== (function = app.same, leftarg = app.size, rightarg = app.size);
        create cast (app.size as integer) with function app.length(app.size);
        create operator class app."By size" for type integer using btree as
          operator 1 <, operator 3 =, function 1 btint4cmp(integer, integer))");
    const std::string file = folder.write("schema.yaml", R"(
tables:
  boxes:
    columns: {n: integer, inner: app.size, outer: {type: app.size}}
    checks: {differ: 'not "inner" operator(app.===) "outer"'}
    indexes: {by_size: ['n app."By size"', '("outer"::integer)']}
)");
    Session session = make_session(scratch.url(), {file});
    const Comparison comparison = session.compare();
    for (const Change& change : comparison.changes) CHECK(change.before == nullptr);
    CHECK(comparison.changes.size() == 6);
  }

  TEST_CASE("realise: a reference that exists nowhere names its place") {
    const TestDatabase scratch;
    const std::string yaml = faults_of(scratch, "a.yaml", R"(
tables:
  t:
    columns:
      id: bigint
      other: {type: bigint, references: nowhere}
)");
    CHECK(has(yaml, "a.yaml:6:"));
    CHECK(has(yaml, "\"nowhere\" does not exist"));
    const std::string later = faults_of(scratch, "a.yaml", R"(
tables:
  t:
    columns:
      a: text
      b: {type: text, generated: a || nothing, statistics: 5}
)");
    CHECK(has(later, "a.yaml:6:7: column \"nothing\" does not exist"));
    CHECK(!has(later, "\"b\" of relation"));
    const std::string type =
        faults_of(scratch, "a.yaml", "tables:\n  t:\n    columns:\n      id: bigint\n      m: modo\n");
    CHECK(has(type, "a.yaml:5:10: "));
    CHECK(has(type, "type \"modo\" does not exist"));
    const std::string sql =
        faults_of(scratch, "a.sql", "create table t (id integer);\n\ncreate view v as\n  select x\n  from nowhere;\n");
    CHECK(has(sql, "a.sql:5:8: "));
    CHECK(has(sql, "\"nowhere\" does not exist"));
  }

  TEST_CASE("realise: SQL that PostgreSQL refuses is mapped to file, line and column") {
    const TestDatabase scratch;
    const std::string first_line = faults_of(scratch, "a.sql", "select 1;\n  create tabel t ();\n");
    CHECK(has(first_line, "a.sql:2:10: "));
    CHECK(has(first_line, "syntax error"));
    const std::string column =
        faults_of(scratch, "a.sql", "create table t (\n  id integer,\n  ü text, b no_such_type\n);\n");
    CHECK(has(column, "a.sql:3:13: "));
    const std::string long_line = "create table t (" + std::string(300, ' ') + "ü text, b no_such_type, c text);\n";
    const std::string shortened = faults_of(scratch, "a.sql", long_line + std::string(9, '-') + "\n");
    CHECK(has(shortened, "a.sql:1:" + std::to_string(long_line.find("no_such_type")) + ": "));  // ü has two bytes
    const std::string expression = faults_of(scratch, "a.yaml", R"(
tables:
  t:
    columns: {a: integer}
    checks:
      good: a > 1
      bad: a > nothing
)");
    CHECK(has(expression, "a.yaml:7:"));
    CHECK(has(expression, "column \"nothing\" does not exist"));
    CHECK(!has(expression, "a.yaml:6:"));
  }

  TEST_CASE("realise: a syntax error in the body of a routine is told with its place") {
    const TestDatabase database;
    const std::string broken =
        "create function g() returns int language plpgsql as $$\nbegin\n  retrun 1;\nend $$;\n"
        "create function f() returns int language sql as 'select a frm b';\n"
        "create function h() returns int language sql as 'select a from not_there_yet';\n";
    CHECK(faults_of(database, "a.sql", broken) ==
          "a.sql:3:3: syntax error at or near \"retrun\"\na.sql:5:63: syntax error at or near \"b\"");
    CHECK_MESSAGE(faults_of(database, "a.sql", "set check_function_bodies = off;\n" + broken) == "",
                  "the file says that it is to be taken as it is");
    CHECK(faults_of(database, "a.yaml", "functions:\n  g(): {returns: int, language: plpgsql, body: begin return}\n") ==
          "a.yaml:2:60: unexpected end of function definition at end of input (function public.g())");
    Database{database.url()}.run("set check_function_bodies = off; set search_path = public; " + broken);
    CHECK_MESSAGE(faults_of(database, "a.sql", broken) == "", "the database has them like that already");
  }

  TEST_CASE("realise: an error in a block of text is told with its line") {
    const TestDatabase database;
    CHECK(faults_of(database, "a.yaml", R"-(
functions:
  f():
    returns: int
    language: plpgsql
    body: |

      begin
        retrun 1;
      end
views:
  v: |
    select 1 as a,
           nothing(2)
  w: "select frm x"
  x: >
    select frm
    x
  y: >-
    select 1 as "ü",
      nothing(3),

      2 as b
  z: 'select ''a'' as a,
      nothing(4)'
  q: select 1 as b,
     ''::text as a, nothing(5)
  r: "select 1 as b,\n nothing(6)"
)-") == "a.yaml:9:9: syntax error at or near \"retrun\" (function public.f())\n"
        "a.yaml:14:12: function nothing(integer) does not exist (view public.v)\n"
        "a.yaml:15:14: column \"frm\" does not exist (view public.w)\n"
        "a.yaml:17:12: column \"frm\" does not exist (view public.x)\n"
        "a.yaml:21:7: function nothing(integer) does not exist (view public.y)\n"
        "a.yaml:25:7: function nothing(integer) does not exist (view public.z)\n"
        "a.yaml:27:21: function nothing(integer) does not exist (view public.q)\n"
        "a.yaml:28:6: function nothing(integer) does not exist (view public.r)");
  }

  TEST_CASE("realise: a transaction of a file may hold mistakes, and has to be committed") {
    const TestDatabase database;
    CHECK(faults_of(database, "a.sql",
                    "begin;\ncreate view v as select a from t;\ncreate table t (a int);\n"
                    "create function f() returns int language sql as 'select a from t';\ncommit;\n") == "");
    CHECK(faults_of(database, "a.sql",
                    "begin;\ncreate table t (id int);\ncreate index on t (nocol);\ncommit;\n"
                    "create table u (id intt);\n") ==
          "a.sql:3:1: column \"nocol\" does not exist\na.sql:5:20: type \"intt\" does not exist");
    CHECK(faults_of(database, "a.sql", "start transaction;\ncreate table t (id intt);\n") ==
          "a.sql:1:1: the file ends before this transaction is committed, so psql would take it back: add COMMIT, or "
          "take this out\na.sql:2:20: type \"intt\" does not exist");
    CHECK(faults_of(database, "a.sql", "begin;\ncreate table t (id int);\nrollback;\ncomment on table t is 'x';") ==
          "a.sql:4:1: relation \"t\" does not exist");
  }

  TEST_CASE("realise: what is no SQL in a file hides no mistake in the rest of it") {
    const TestDatabase database;
    CHECK(faults_of(database, "a.sql",
                    "creat x;\ncreate table t (id intt);\n\\d t\ncopy t from stdin;\n1\n\\.\ndrop database d;\n"
                    "create table u (id intt, b text default 'x);\n") ==
          "a.sql:3:1: `\\d` is a command of psql, not SQL: remove this line\n"
          "a.sql:4:1: COPY ... FROM stdin loads data that psql would send: in a revision write INSERT; a schema file "
          "holds none, so remove it, or dump with --schema-only\n"
          "a.sql:7:1: a schema file is about what one database holds, and this statement about a DATABASE is about the "
          "server around it: take it out\n"
          "a.sql:8:41: unterminated quoted string: it starts here and has no end\n"
          "a.sql:1:1: syntax error at or near \"creat\"\n"
          "a.sql:2:20: type \"intt\" does not exist");
  }

  TEST_CASE("realise: mistakes of form are told together with those that PostgreSQL finds") {
    const TestDatabase database;
    CHECK(faults_of(database, "a.yaml", R"(
tables:
  a: {columns: {id: {type: int, defautl: 5555}, b: {type: {}}}}
  b: {columns: {id: {type: int, default: "'x'"}, c: integer}, checks: {k: id > }}
  c: {columns: {id: integr}, foreign_keys: {to_a: {columns: [id], references: a}}}
views:
  v: select id from a
  w: select * frm b
)") == "a.yaml:3:33: unknown key `defautl` in column public.a.id: did you mean `default`?\n"
       "a.yaml:3:59: `type` of column public.a.b must be a text, not a map\n"
       "a.yaml:4:33: invalid input syntax for type integer: \"x\" (default public.b.id)\n"
       "a.yaml:4:79: syntax error at or near \")\" (check public.b.k)\n"
       "a.yaml:5:21: type \"integr\" does not exist (column public.c.id)\n"
       "a.yaml:8:15: syntax error at or near \"frm\" (view public.w)");
  }

  TEST_CASE("realise: what stands in the schema of an extension is found without its schema, behind the rest") {
    const TestDatabase database;
    CHECK(faults_of(database, "a.yaml", R"(
schemas: {ext: {}}
extensions: {hstore: {schema: ext}}
tables:
  t: {columns: {h: hstore}, checks: {k: h is distinct from 'a=>1'}}
)") == "");
  }

  TEST_CASE("realise: a mistake of form in one part of a table hides nothing of its other parts") {
    const TestDatabase database;
    CHECK(faults_of(database, "a.yaml", R"(
tables:
  a:
    columns: {id: {type: int, defautl: 1}, b: {type: intt, default: "'x'"}, c: int}
    checks: {k: id > 1, l: c > 'x', m: {expresion: c > 1}}
    indexes: {on_id: {columns: [id]}, on_d: {columns: [d]}, on_c: [(lowr(c))]}
    foreign_keys: {to_a: {columns: [c], references: a}}
  b:
    columns: {a: int}
    foreign_keys: {to_a: {columns: [a], references: a}, to_c: {columns: [a], references: z}}
  z: {columns: {id: int}, comment: [no text]}
views:
  v: select id, zz from a
)") == "a.yaml:4:31: unknown key `defautl` in column public.a.id: did you mean `default`?\n"
       "a.yaml:5:37: check public.a.m has no `expression`: add it (SQL condition that no row may make false)\n"
       "a.yaml:5:41: unknown key `expresion` in check public.a.m: did you mean `expression`?\n"
       "a.yaml:11:36: `comment` of table public.z must be a text, not a list\n"
       "a.yaml:4:54: type \"intt\" does not exist (column public.a.b)\n"
       "a.yaml:5:25: invalid input syntax for type integer: \"x\" (check public.a.l)\n"
       "a.yaml:6:39: column \"d\" does not exist: did you mean `id`? (index public.on_d)\n"
       "a.yaml:6:67: function lowr(integer) does not exist (index public.on_c)");
  }

  TEST_CASE("realise: no statement runs of a file that has mistakes of form, and no database is needed to tell them") {
    const TestDatabase database;
    CHECK(faults_of(database, "a.sql", "create table t (a intt);\nalter system set work_mem = '1MB';\n") ==
          "a.sql:2:1: a schema file is about what one database holds, and this statement about a SYSTEM is about the "
          "server around it: take it out\n"
          "a.sql:1:19: type \"intt\" does not exist");
    const Folder folder;
    const std::string file = folder.write("b.yaml", "tabels: {}\n");
    CHECK(error_of([&] { make_session("postgresql://nobody@127.0.0.1:1/none", {file}).compare(); }) ==
          file + ":1:1: unknown key `tabels` on top of the file: did you mean `tables`?");
  }

  TEST_CASE("realise: a refused statement of a file hides nothing of its others") {
    const TestDatabase database;
    CHECK(faults_of(database, "a.sql", "create table a (x intt);\ncreate database x;\n") ==
          "a.sql:2:1: a schema file is about what one database holds, and this statement about a DATABASE is about the "
          "server around it: take it out\n"
          "a.sql:1:19: type \"intt\" does not exist");
  }

  TEST_CASE("realise: a schema file may set timeouts, and none of them stops plumb") {
    const TestDatabase database;
    CHECK(faults_of(database, "a.sql",
                    "set statement_timeout = 1;\nset lock_timeout = 1;\ncreate table t as select 1 as a from "
                    "pg_sleep(0.02);") == "");
  }

  TEST_CASE("realise: a text that the encoding of the database cannot hold is refused before anything is applied") {
    const TestDatabase database;
    Database{database.url()}.run(
        "create database plumb_latin template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'");
    const auto drop = [&] { Database{database.url()}.run("drop database plumb_latin"); };
    std::string url = database.url();
    url.replace(url.find(database.name()), database.name().size(), "plumb_latin");
    const Folder folder;
    const std::string file = folder.write("a.yaml", "tables: {t: {columns: {a: integer}, comment: 'price in \u20AC'}}");
    const std::string error = error_of([&] { make_session(url, {file}).compare(); });
    drop();
    CHECK(has(error, "has no equivalent in encoding \"LATIN1\""));
  }

  TEST_CASE("realise: a default value that lacks its quotes is told so") {
    const TestDatabase database;
    CHECK(faults_of(database, "a.yaml", "tables: {t: {columns: {a: {type: text, default: none}}}}\n") ==
          "a.yaml:1:40: cannot use column reference in DEFAULT expression: a text needs quotes of its own there, as in "
          "\"'new'\" (default public.t.a)");
  }

  TEST_CASE("realise: every fault is told in one run") {
    const TestDatabase scratch;
    const std::string faults = faults_of(scratch, "a.yaml", R"(
views:
  one: select nothing from t
  two: select a from t
  three: select a from nowhere
tables: {t: {columns: {a: integer}}}
)");
    CHECK(has(faults, "a.yaml:3:"));
    CHECK(!has(faults, "a.yaml:4:"));
    CHECK(has(faults, "a.yaml:5:"));
  }

  TEST_CASE("realise: a fault is told alone, also beside a partitioned table that is there already") {
    const TestDatabase scratch;
    Database{scratch.url()}.run("create table public.p (x integer) partition by range (x)");
    CHECK(faults_of(scratch, "schema.yaml", R"(
tables:
  p:
    columns: {x: integer}
    partition_by: RANGE (x)
  b:
    columns: {x: nonsense}
)") == "schema.yaml:7:18: type \"nonsense\" does not exist (column public.b.x)");
  }

  TEST_CASE("realise: YAML and SQL that say the same give the same catalog") {
    const TestDatabase scratch;
    const Folder folder;
    const std::string yaml = folder.write("a.yaml", R"yaml(
enums: {mood: [sad, "o'k"]}
sequences: {s: {increment: 5}}
functions:
  "twice(n integer)": {returns: integer, language: sql, volatility: immutable, body: select 2 * n}
tables:
  people:
    comment: all of them
    columns:
      id: {type: bigint, identity: always, not_null: true}
      name: {type: varchar(20), not_null: true, default: "'nobody'", comment: as spoken}
      boss: {type: bigint, references: {table: people, columns: [id], on_delete: set null}}
      m: mood
      n: {type: integer, generated: twice(1)}
    primary_key: [id]
    checks: {known: "name in ('a', 'b')"}
    indexes: {by_name: {columns: ["lower(name) DESC"], where: "m = 'sad'"}}
views: {v: "select id from people where name in ('a', 'b')"}
)yaml");
    const std::string sql = folder.write("a.sql", R"sql(
create type mood as enum ('sad', 'o''k');
create sequence s increment 5;
create function twice(n integer) returns integer language sql immutable as 'select 2 * n';
create table people (
  id bigint generated always as identity primary key,
  name character varying(20) not null default 'nobody',
  boss int8 references people (id) on delete set null,
  m mood,
  n int generated always as (twice(1)) stored,
  constraint known check (name in ('a', 'b'))
);
create index by_name on people (lower(name) desc) where m = 'sad';
comment on table people is 'all of them';
comment on column people.name is 'as spoken';
create view v as select id from people where name in ('a', 'b');
)sql");
    CHECK(desired_fingerprint(scratch, {yaml}) == desired_fingerprint(scratch, {sql}));
    const PrivateCache cache;
    bring_about(make_session(scratch.url(), {yaml}));
    CHECK(differences(make_session(scratch.url(), {sql})) == "");
  }

  TEST_CASE("realise: the order of statements and files does not matter") {
    const TestDatabase scratch;
    const Folder folder;
    const std::string view = folder.write("a.sql", "create view v as select f(a) from t;\n");
    const std::string table = folder.write(
        "z.yaml",
        "tables: {t: {columns: {a: {type: integer, references: u}}}, u: {columns: {a: integer}, primary_key: [a]}}\n");
    const std::string function =
        folder.write("m.sql", "create function f(integer) returns integer language sql as 'select $1';\n");
    const std::string first = desired_fingerprint(scratch, {view, table, function});
    CHECK(desired_fingerprint(scratch, {function, table, view}) == first);
    CHECK(desired_fingerprint(scratch, {table, view, function}) == first);
  }

  TEST_CASE("realise: a materialized view is made without the rows of a server that nobody reaches") {
    const TestDatabase scratch;
    const PrivateCache cache;
    const Folder folder;
    Database database{scratch.url()};
    database.run("set search_path to public");
    const std::string foreign = R"sql(
create extension postgres_fdw schema public;
create server far foreign data wrapper postgres_fdw options (host '127.0.0.1', port '1', dbname 'nowhere');
create user mapping for public server far;
create foreign table there (a integer, b integer) server far;
)sql";
    database.run(foreign + "create materialized view here as select a from there with no data");
    const std::string sql =
        folder.write("schema.sql", foreign +
                                       "create materialized view here as select a from there;\n"
                                       "create materialized view second as select a from here with no data;\n"
                                       "create materialized view third as select a from second;\n");
    Session session = make_session(scratch.url(), {sql});
    const Plan plan = session.plan(session.compare());
    CHECK(plan.steps.size() == 2);
    database.run("drop materialized view here");
    const std::string wrong =
        folder.write("wrong.sql", foreign + "create materialized view here as select a from gone;\n");
    CHECK(error_of([&] { make_session(scratch.url(), {wrong}).compare(); }).find("\"gone\" does not exist") !=
          std::string::npos);
  }
}
