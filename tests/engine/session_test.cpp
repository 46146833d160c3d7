#include "engine/session.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "engine/postgres/database.h"
#include "engine/postgres/folders.h"
#include "engine/postgres/process.h"
#include "schema/error.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

using namespace std::chrono_literals;

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

template <typename Condition>
bool soon(Condition condition) {
  for (int tries = 0; tries < 2000; ++tries) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

/// A schema file beside a database, for tests of one change.
struct World {
  TestDatabase scratch;
  PrivateCache cache;
  Folder folder;
  Database database{scratch.url()};

  Session session(std::string_view yaml) const {
    return make_session(scratch.url(), {folder.write("schema.yaml", yaml)});
  }
  std::string differences(std::string_view yaml) const { return tests::differences(session(yaml)); }
};

constexpr std::string_view two_tables = R"(
tables:
  a: {columns: {id: integer, n: integer}}
  b: {columns: {id: integer, n: integer}, unique_keys: [[n]]}
)";

/// PgBouncer before one server, in a folder of its own; stopped at the end.
class Pooler {
 public:
  Pooler(const std::string& program, const Server& server, const std::string& mode) : folder_{server_account()} {
    const std::string host = server.url().substr(6, server.url().find('\'', 6) - 6);
    write_file(folder_.path() + "/users", "\"postgres\" \"\"\n", server_account());
    write_file(folder_.path() + "/pgbouncer.ini",
               "[databases]\n* = host=" + host + " port=5432 user=postgres\n[pgbouncer]\nlisten_addr =\n" +
                   "listen_port = 6432\nunix_socket_dir = " + folder_.path() +
                   "\nauth_type = trust\nauth_file = " + folder_.path() + "/users\npool_mode = " + mode + "\n" +
                   "ignore_startup_parameters = extra_float_digits,options,search_path\n",
               server_account());
    process_ = ::fork();
    if (process_ == 0) {
      const std::string file = folder_.path() + "/pgbouncer.ini";
      if (become(server_account())) ::execl(program.c_str(), "pgbouncer", "-q", file.c_str(), nullptr);
      ::_exit(1);
    }
    REQUIRE(soon([&] { return std::filesystem::exists(folder_.path() + "/.s.PGSQL.6432"); }));
  }
  ~Pooler() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  Pooler(const Pooler&) = delete;
  Pooler& operator=(const Pooler&) = delete;

  std::string url(const std::string& database) const {
    return "host='" + folder_.path() + "' port=6432 user=postgres dbname='" + database + "'";
  }

 private:
  PrivateFolder folder_;
  pid_t process_ = 0;
};

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("session: what a file grants to an owner that it does not name is granted") {
    World world;
    world.database.run(R"(
    create table public.a (id integer);
    alter table public.a owner to pg_monitor)");
    const std::string_view yaml = R"(
tables:
  a: {columns: {id: integer}, grants: {pg_monitor: [select], pg_read_all_data: [select]}}
)";
    const std::string plan = bring_about(world.session(yaml));
    CHECK(has(plan, "TO pg_read_all_data"));
    CHECK(!has(plan, "pg_monitor"));
    CHECK(world.differences(yaml) == "");
  }

  TEST_CASE("session: a role that had been granted something gets to own it, where files are silent about grants") {
    World world;
    world.database.run(R"(
    create table public.a (id integer);
    create function public.f() returns integer language sql as 'select 1';
    grant select on public.a to pg_monitor, pg_read_all_data;
    grant execute on function public.f() to pg_monitor)");
    const std::string_view yaml = R"(
tables:
  a: {columns: {id: integer}, owner: pg_monitor}
functions:
  f(): {returns: integer, language: sql, body: select 1, owner: pg_monitor}
)";
    const std::string plan = bring_about(world.session(yaml));
    CHECK(has(plan, "ALTER TABLE public.a OWNER TO pg_monitor;"));
    CHECK(!has(plan, "pg_read_all_data"));
    CHECK(world.differences(yaml) == "");
    CHECK(world.database.value("select has_table_privilege('pg_read_all_data', 'public.a', 'select')") == "t");
  }

  TEST_CASE("session: an empty map of grants says that there are none, silence accepts what is there") {
    World world;
    world.database.run(R"(
    create table public.a (id integer);
    create table public.b (id integer);
    create table public.c (id integer);
    create table public.d (id integer);
    create function public.f(n integer) returns integer language sql as 'select n';
    grant select on public.a, public.b, public.d to pg_monitor;
    grant select (id) on public.c to pg_monitor;
    grant execute on function public.f(integer) to pg_monitor;
    alter default privileges in schema public grant select on tables to pg_monitor)");
    const std::string_view silent = R"(
tables:
  a: {columns: {id: integer}}
  b: {columns: {id: integer}}
  c: {columns: {id: integer}}
  d: {columns: {id: integer}}
)";
    CHECK(world.differences(silent) == "");
    const std::string_view yaml = R"(
manages: schemas
schemas:
  public: {default_privileges: {postgres: {}}}
tables:
  a: {columns: {id: integer}, grants: {}}
  b: {columns: {id: integer}}
  c: {columns: {id: integer}, grants: {}}
  d: {columns: {id: integer}, grants: {pg_monitor: []}}
functions:
  f(n int):
    returns: integer
    language: sql
    body: select n
    grants: {}
)";
    const std::string plan = bring_about(world.session(yaml));
    CHECK(has(plan, "REVOKE SELECT ON TABLE public.a FROM pg_monitor;"));
    CHECK(!has(plan, "public.b"));
    CHECK(has(plan, "REVOKE SELECT (id) ON TABLE public.c FROM pg_monitor;"));
    CHECK(has(plan, "REVOKE SELECT ON TABLE public.d FROM pg_monitor;"));
    CHECK(has(plan, "REVOKE EXECUTE ON FUNCTION public.f(integer) FROM pg_monitor;"));
    CHECK(has(plan, "ALTER DEFAULT PRIVILEGES"));
    CHECK(world.differences(yaml) == "");
  }

  TEST_CASE("session: grants on columns that a view has no more go with them, where files are silent about grants") {
    World world;
    world.database.run(R"(
    create table public.a (id integer, "id b" integer, gone integer);
    create view public.v as select id, "id b", gone from public.a;
    create materialized view public.m as select gone, id from public.a;
    grant select (id, "id b", gone) on public.v to pg_monitor;
    grant select (id, gone, xmin) on public.m to pg_monitor)");
    const std::string_view yaml = R"(
tables:
  a: {columns: {id: integer, id b: integer, gone: integer}}
views:
  v: select id, "id b" from public.a
materialized_views:
  m: select id from public.a
)";
    const std::string plan = bring_about(world.session(yaml));
    CHECK(has(plan, R"-(GRANT SELECT (id) ON TABLE public.v TO pg_monitor;)-"));
    CHECK(has(plan, R"-(GRANT SELECT ("id b") ON TABLE public.v TO pg_monitor;)-"));
    CHECK(has(plan, R"-(GRANT SELECT (xmin) ON TABLE public.m TO pg_monitor;)-"));
    CHECK(world.differences(yaml) == "");
  }

  TEST_CASE("session: what default privileges give to a new extension stays where files say nothing of it") {
    World world;
    world.database.run("alter default privileges revoke execute on functions from public");
    const std::string_view silent = "extensions: {btree_gist: {}}";
    const std::string plan = bring_about(world.session(silent));
    CHECK(!has(plan, "GRANT"));
    CHECK(world.differences(silent) == "");
    world.database.run("drop extension btree_gist");
    const std::string_view yaml = R"(
extensions:
  btree_gist:
    member_grants:
      FUNCTION public.gbtreekey4_in(cstring): {pg_monitor: [execute]}
)";
    const std::string granting = bring_about(world.session(yaml));
    CHECK(has(granting, "GRANT EXECUTE ON FUNCTION public.gbtreekey4_in(cstring) TO pg_monitor;"));
    CHECK(has(granting, "GRANT EXECUTE ON FUNCTION public.gbtreekey4_out(public.gbtreekey4) TO PUBLIC;"));
    CHECK(world.differences(yaml) == "");
  }

  TEST_CASE("session: grants on a sequence belong to the table that files make its owner") {
    World world;
    world.database.run(R"(
    create table public.a (id integer);
    create table public.b (id integer);
    create sequence public.s owned by public.a.id;
    grant usage on sequence public.s to pg_monitor)");
    const std::string_view yaml = R"(
sequences: {s: {owned_by: b.id}}
tables:
  a: {columns: {id: integer}}
  b: {columns: {id: integer}, grants: {pg_monitor: [select]}}
)";
    const std::string plan = bring_about(world.session(yaml));
    CHECK(has(plan, "REVOKE USAGE ON SEQUENCE public.s FROM pg_monitor;"));
    CHECK(world.differences(yaml) == "");
  }

  TEST_CASE("session: an index that was left half made is drift, and made anew or dropped") {
    World world;
    world.database.run(R"(
    create table public.a (id integer, n integer);
    create index a_n on public.a (n);
    create index a_left on public.a (n, id);
    update pg_catalog.pg_index
       set indisvalid = false
     where indexrelid in ('public.a_n'::pg_catalog.regclass, 'public.a_left'::pg_catalog.regclass))");
    const std::string_view yaml = R"(
tables:
  a: {columns: {id: bigint, n: integer}, indexes: {a_n: [n]}}
)";
    const std::string plan = bring_about(world.session(yaml));
    CHECK(has(plan, "DROP INDEX public.a_left;"));
    CHECK(has(plan, "CREATE INDEX a_n ON public.a (n);"));
    CHECK(world.differences(yaml) == "");
    CHECK(world.database.value(
              "select indisvalid from pg_catalog.pg_index where indexrelid = 'public.a_n'::regclass") == "t");
  }

  TEST_CASE("session: a statement may take as long as it needs, whatever the database says of others") {
    World world;
    world.database.run(R"(
    create function public.slow(n integer) returns boolean language plpgsql immutable
        as $$ begin perform pg_catalog.pg_sleep(0.2); return true; end $$;
    create table public.a (id integer);
    insert into public.a values (1), (2);
    do $$ begin execute format('alter database %I set statement_timeout to 300', current_database()); end $$)");
    const std::string_view yaml = R"(
tables:
  a: {columns: {id: integer}, checks: {quick: slow(id)}}
)";
    bring_about(world.session(yaml));
    CHECK(world.differences(yaml) == "");
  }

  TEST_CASE("session: tables are made where files say, whatever the database has as its default") {
    World world;
    world.database.run(R"-(
    create access method other_heap type table handler pg_catalog.heap_tableam_handler;
    do $$ begin
      execute pg_catalog.format('alter database %I set default_table_access_method = other_heap', current_database());
      execute pg_catalog.format('alter database %I set standard_conforming_strings = off', current_database());
    end $$)-");
    const std::string_view yaml = R"(
tables:
  a: {columns: {id: integer, path: {type: text, default: "'C:\\new'"}}}
)";
    bring_about(world.session(yaml));
    CHECK(world.differences(yaml) == "");
    CHECK(world.database.value("select amname from pg_catalog.pg_class c join pg_catalog.pg_am a on a.oid = c.relam "
                               "where relname = 'a'") == "heap");
  }

  TEST_CASE("session: an empty map of grants on a function whose types are spelled otherwise finds it, or says so") {
    World world;
    world.database.run(R"(
    create function public.f(integer) returns integer language sql as 'select 1';
    create function public.f(bigint) returns integer language sql as 'select 1';
    grant execute on function public.f(integer), public.f(bigint) to pg_monitor)");
    const std::string one = R"(
functions:
  f(int8): {returns: integer, language: sql, body: select 1, grants: {}}
)";
    const std::string both = one + "  f(int): {returns: integer, language: sql, body: select 1}\n";
    CHECK_THROWS_WITH_AS(world.differences(both), doctest::Contains("several of the name f"), DeclarationError);
    const std::string plan = bring_about(world.session(one));
    CHECK(has(plan, "REVOKE EXECUTE ON FUNCTION public.f(bigint) FROM pg_monitor;"));
    CHECK(!has(plan, "f(integer)"));
    const auto empty = both.find("grants: {}");
    const std::string granted = std::string{both}.replace(empty, 10, "grants: {pg_monitor: [execute]}");
    CHECK(world.differences(granted) != "");  // it is found by what is granted
  }

  TEST_CASE("session: indexes of partitions get the names that files say, and keep those that no file tells of") {
    World world;
    world.database.run(R"-(
    create table public.m (at date, n integer) partition by range (at);
    create index m_n on public.m (n);
    create table public.m_1 partition of public.m for values from ('2025-01-01') to ('2026-01-01');
    create table public.m_2 partition of public.m default;
    alter index public.m_2_n_idx rename to of_old)-");
    const std::string_view yaml = R"-(
tables:
  m: {partition_by: range (at), columns: {at: date, n: integer}, indexes: {m_n: [n]}}
  m_1:
    partition_of: {table: m, bound: "for values from ('2025-01-01') to ('2026-01-01')"}
    indexes: {by_number: {columns: [n], inherited: true}}
  m_2: {partition_of: {table: m, bound: default}}
)-";
    const std::string plan = bring_about(world.session(yaml));
    CHECK(has(plan, "ALTER INDEX public.m_1_n_idx RENAME TO by_number;"));
    CHECK(!has(plan, "of_old"));
    CHECK(world.differences(yaml) == "");
  }

  TEST_CASE("session: partitions that no file names follow their parent, and stay") {
    World world;
    world.database.run(R"(
    create table public.m (at date, n varchar(10), gone text) partition by range (at);
    create index m_gone on public.m (gone);
    create table public.m_1 partition of public.m for values from ('2025-01-01') to ('2026-01-01');
    create table public.m_2 partition of public.m default)");
    const std::string_view yaml = R"(
tables:
  m:
    columns: {at: {type: date, not_null: true}, n: varchar(20), fresh: {type: integer, default: 1}}
    partition_by: RANGE (at)
    primary_key: [at]
    indexes: {m_n: [n]}
    checks: {fresh_is_small: fresh < 100}
)";
    const std::string plan = bring_about(world.session(yaml));
    CHECK(!has(plan, "m_1"));
    CHECK(world.differences(yaml) == "");
    CHECK(world.database.value("select pg_catalog.count(*) from pg_catalog.pg_inherits where inhrelid::regclass in "
                               "('public.m_1'::regclass, 'public.m_2'::regclass)") == "2");
  }

  TEST_CASE("session: what the files do not name is not touched") {
    const World world;
    Database database{world.scratch.url()};
    database.run(R"(
        create schema mine; create table mine.t (x integer); create table public.other (y integer);
        create view public.above as select y from public.other;
        create function public.f() returns integer language sql as 'select 1';
        insert into public.other values (1))");
    const std::string plan = bring_about(world.session("tables: {t: {columns: {a: integer}}}\n"));
    CHECK(!has(plan, "other"));
    CHECK(!has(plan, "mine"));
    CHECK(database.value("select y from public.above") == "1");
    CHECK(database.value("select public.f()") == "1");
    CHECK(database.value("select to_regclass('mine.t')::text") == "mine.t");
  }

  TEST_CASE("session: of what the files name, all is claimed: what is too much has to go, with consent") {
    World world;
    world.database.run(R"(
        create table public.t (a integer, extra text, g integer generated always as (1) stored);
        create index extra_index on public.t (a))");
    Session session = world.session("tables: {t: {columns: {a: integer}}}\n");
    const Comparison comparison = session.compare();
    const Plan plan = session.plan(comparison);
    CHECK(plan.proven);
    std::string consents;
    for (const Step& step : plan.steps) {
      for (const std::string& consent : step.consents) consents += consent + ' ';
    }
    // A generated column can be computed again, and an index holds nothing of its own.
    CHECK(consents == "drop-column=public.t.extra ");
    CHECK(plan.steps.size() == 3);
  }

  TEST_CASE("session: a file that manages the database claims everything, but what it relies on stays") {
    World world;
    world.database.run(R"(
        create schema app; create schema rest; create table rest.x (a integer);
        create table public.gone (a integer); create sequence app.gone;
        comment on schema app is 'kept')");
    const std::string yaml =
        "manages: database\ntables: {t: {columns: {a: integer}}, app.u: {columns: {a: integer}}}\n";
    bring_about(world.session(yaml));
    CHECK(world.differences(yaml) == "");
    CHECK(world.database.value("select string_agg(nspname, ',' order by nspname) from pg_namespace "
                               "where nspname !~ '^(pg_|information)'") == "app,public");
    CHECK(world.database.value("select string_agg(relname, ',' order by relname) from pg_class "
                               "where oid >= 16384 and relkind in ('r', 'S')") == "t,u");
  }

  TEST_CASE("session: patterns that are ignored claim less") {
    World world;
    world.database.run("create table public.tmp_1 (a integer); create table public.gone (a integer)");
    const std::string yaml =
        "manages: database\nignore: [\"table public.tmp_*\"]\ntables: {t: {columns: {a: integer}}}\n";
    bring_about(world.session(yaml));
    CHECK(world.database.value("select to_regclass('public.tmp_1')::text") == "public.tmp_1");
    CHECK(world.database.value("select to_regclass('public.gone')").empty());
  }

  TEST_CASE("session: a table that goes leaves the publications that the files say nothing about") {
    World world;
    bring_about(world.session(two_tables));
    world.database.run("create publication p for table public.a, public.b");
    bring_about(world.session("manages: schema\nschema: public\ntables: {a: {columns: {id: integer, n: integer}}}\n"));
    CHECK(world.database.value("select string_agg(tablename, ' ') from pg_catalog.pg_publication_tables") == "a");
  }

  TEST_CASE("session: a warning names what plumb does not know, once, and strictness makes it a failure") {
    const World world;
    Database{world.scratch.url()}.run(R"(
        create extension hstore schema public;
        security label for "plumb's own" on type public.hstore is '#secret')");
    std::vector<std::string> warnings;
    SessionOptions options;
    options.database.location = world.scratch.url();
    options.database.shown = "the shop";
    options.schema_files = {world.folder.write("schema.yaml", two_tables)};
    options.scratch = "target";
    options.warn = [&](std::string_view text) { warnings.emplace_back(text); };
    Session session{options};
    session.apply(session.plan(session.compare()), [](std::size_t) {});
    CHECK(warnings ==
          std::vector<std::string>{"the shop has objects that plumb does not know or may not read, and leaves "
                                   "alone:\n  security label on type public.hstore"});
    options.strict = true;
    const std::string error = error_of([&] { Session{options}.inspect(SchemaFormat::yaml); });
    CHECK(has(error, "security label on type public.hstore"));
    CHECK(has(error, "leave out --strict"));
  }

  TEST_CASE("session: bodies of new functions may use what stands anywhere, and a warning names what is nowhere") {
    World world;
    world.database.run(R"(
    create table public.verdicts (label text);
    create schema app;
    create table app.elsewhere (n integer);
    create extension pgcrypto schema public;
    set check_function_bodies to off;
    create function public.old() returns integer language sql as 'select 1 from gone')");
    const std::string sql = R"-(
create function public.old() returns integer language sql as 'select 1 from gone';
create function public.later() returns setof text language sql as 'select title from posts';
create function public.live() returns setof text language sql as 'select label from verdicts';
create function public.other_path() returns setof integer language sql as 'select n from elsewhere';
create function public.crypt() returns bytea language sql as 'select gen_random_bytes(4)';
create function public.mistyped() returns setof text language sql as 'select titel from posts';
create function public.nowhere() returns integer language sql as 'select 1 from postz';
create function public.wrong() returns integer language sql as 'select title from posts';
create table public.posts (title text);
)-";
    std::vector<std::string> warnings;
    SessionOptions options;
    options.database.location = world.scratch.url();
    options.schema_files = {world.folder.write("schema.sql", sql)};
    options.warn = [&](std::string_view text) { warnings.emplace_back(text); };
    Session session{options};
    const Plan plan = session.plan(session.compare());
    REQUIRE(warnings.size() == 3);
    CHECK(has(warnings[0], "schema.sql:7:1: column \"titel\" does not exist (function public.mistyped())"));
    CHECK(has(warnings[1], "schema.sql:8:81: relation \"postz\" does not exist (function public.nowhere())"));
    CHECK(has(warnings[2], "schema.sql:9:1: return type mismatch"));
    warnings.clear();
    Session{options}.compare();
    CHECK(warnings.size() == 3);  // also from the cache
    warnings.clear();
    options.schema_files = {world.folder.write("schema.sql", "\n" + sql)};
    Session{options}.compare();
    REQUIRE(warnings.size() == 3);
    CHECK(has(warnings[0], "schema.sql:8:1: column"));  // the cache knows no old places
    options.schema_files = {world.folder.write("schema.sql", sql)};
    session.apply(plan, [](std::size_t) {});
    warnings.clear();
    Session{options}.compare();
    CHECK(warnings.empty());
    options.schema_files = {world.folder.write("schema.sql", sql + "create function public.more() returns integer "
                                                                   "language sql as 'select 1 from postz';")};
    options.strict = true;
    CHECK(has(error_of([&] { Session{options}.compare(); }),
              "relation \"postz\" does not exist: did you mean `posts`? (function public.more())"));
  }

  TEST_CASE("session: columns that get a domain lose nothing where its type holds every value") {
    World world;
    world.database.run("create table public.t (a numeric(10,2), c text, d varchar(5), e text)");
    SessionOptions options;
    options.database.location = world.scratch.url();
    options.scratch = "target";
    options.schema_files = {world.folder.write(
        "schema.yaml",
        "domains: {m: 'numeric(12,2)', d: text, s: varchar(3)}\n"
        "tables: {t: {columns: {a: m, c: d, d: d, e: s}, policies: {p: {roles: PUBLIC, using: 'true'}}}}\n")};
    Session session{options};
    const Plan plan = session.plan(session.compare());
    std::vector<std::string> consents;
    for (const Step& step : plan.steps) consents.insert(consents.end(), step.consents.begin(), step.consents.end());
    CHECK(consents == std::vector<std::string>{"change-type=public.t.e"});
  }

  TEST_CASE("session: a warning names what keeps the results of a function that gets another body") {
    World world;
    const auto schema = [](std::string_view body) {
      return fmt::format(R"-(
create function public.f(integer) returns integer language sql immutable as 'select {}';
create table public.t (n integer check (public.f(n) > 0), own integer generated always as (public.f(n)) stored,
                       other integer check (other > 0));
create index t_f on public.t (public.f(n));
create index t_other on public.t (other);
)-",
                         body);
    };
    std::vector<std::string> warnings;
    SessionOptions options;
    options.database.location = world.scratch.url();
    options.warn = [&](std::string_view text) { warnings.emplace_back(text); };
    options.schema_files = {world.folder.write("schema.sql", schema("$1 + 1"))};
    Session first{options};
    first.apply(first.plan(first.compare()), [](std::size_t) {});
    CHECK(warnings.empty());
    options.schema_files = {world.folder.write("schema.sql", schema("$1 + 2"))};
    Session second{options};
    second.plan(second.compare());
    std::ranges::sort(warnings);
    REQUIRE(warnings.size() == 3);
    const std::string start = "the function public.f(integer) gets another body, and the ";
    CHECK(warnings[0] == start +
                             "check public.t.t_n_check has let pass by the old one what is there: look for values "
                             "that the new one refuses");
    CHECK(warnings[1] == start +
                             "column public.t.own keeps the values that the old one computed: write its rows again "
                             "with UPDATE");
    CHECK(warnings[2] ==
          start + "index public.t_f keeps the entries that the old one computed: rebuild it with REINDEX");
  }

  TEST_CASE("session: a partition keeps the name of its own foreign key, and a copy by that name gets another") {
    const TestDatabase start;
    const TestDatabase goal;
    const std::string own = R"-(
        CREATE TABLE public.q (id integer PRIMARY KEY);
        CREATE TABLE public.q2 (id integer PRIMARY KEY);
        CREATE TABLE public.pt (a integer, b integer, qid integer) PARTITION BY RANGE (a);
        CREATE TABLE public.p1 PARTITION OF public.pt FOR VALUES FROM (0) TO (10);
        CREATE TABLE public.p2 PARTITION OF public.pt FOR VALUES FROM (10) TO (20);
        ALTER TABLE public.p1 ADD CONSTRAINT fk FOREIGN KEY (b) REFERENCES public.q2;
        ALTER TABLE public.p2 ADD CONSTRAINT fk FOREIGN KEY (b) REFERENCES public.q2)-";
    Database{start.url()}.run(own);
    Database{goal.url()}.run(own + R"-(;
        ALTER TABLE public.pt ADD CONSTRAINT fk FOREIGN KEY (qid) REFERENCES public.q;
        ALTER TABLE public.p1 RENAME CONSTRAINT p1_qid_fkey TO own;)-");
    Session session = session_like(start.url(), goal.url());
    session.apply(session.plan(session.compare()), [](std::size_t) {});
    CHECK(tests::differences(session) == "");
    CHECK(Database{start.url()}.value("select count(*)::text from pg_constraint where contype = 'f'") == "5");
    const TestDatabase empty;
    Session anew = session_like(empty.url(), goal.url());
    anew.apply(anew.plan(anew.compare()), [](std::size_t) {});
    CHECK(tests::differences(anew) == "");
  }

  TEST_CASE("session: a plan for a database that has changed since is refused and changes nothing") {
    World world;
    bring_about(world.session(two_tables));
    const std::string wanted = "tables: {a: {columns: {id: integer, n: integer, more: text}}}\n";
    Session session = world.session(wanted);
    const Comparison comparison = session.compare();
    const Plan plan = session.plan(comparison);
    world.database.run("create table public.meanwhile (a integer)");
    int steps = 0;
    const std::string error = error_of([&] { session.apply(plan, [&](std::size_t) { ++steps; }); });
    CHECK(has(error, "no longer as it was"));
    CHECK(has(error, "make a new plan"));
    CHECK(steps == 0);
    CHECK(has(world.differences(wanted), "column public.a.more is missing"));
    // The lock is free again, and a new plan does it.
    bring_about(world.session(wanted));
    CHECK(world.differences(wanted) == "");
  }

  TEST_CASE("session: a plan that fails halfway is rolled back as a whole") {
    World world;
    world.database.run(
        "create table public.a (id integer, n integer); create table public.b (id integer, n integer);"
        "insert into public.b values (1, 1), (2, 1)");
    const std::string before = world.differences(two_tables);
    std::vector<std::size_t> steps;
    const std::string wanted = R"(
tables:
  a: {columns: {id: integer, n: integer, more: {type: text, default: "'x'"}}, indexes: {i: [n]}}
  b: {columns: {id: integer, n: integer}, unique_keys: [[n]]}
)";
    Session session = world.session(wanted);
    const Comparison comparison = session.compare();
    const Plan plan = session.plan(comparison);
    const std::string error = error_of([&] { session.apply(plan, [&](std::size_t i) { steps.push_back(i); }); });
    CHECK(has(error, "is duplicated"));
    CHECK(has(error, "Nothing was changed."));
    CHECK(steps.size() > 1);
    CHECK(world.differences(two_tables) == before);
    CHECK(world.database.value("select count(*) from public.b") == "2");
    CHECK(world.database.value("select to_regclass('public.i')").empty());
  }

  TEST_CASE("session: a plumb that is killed during apply leaves nothing half done") {
    World world;
    bring_about(world.session(two_tables));
    const std::string wanted = R"(
tables:
  a: {columns: {id: integer, n: integer, more: text}}
  b: {columns: {id: integer, n: bigint}, unique_keys: [[n]]}
)";
    const std::string before = world.differences(wanted);
    CHECK(has(before, "column public.a.more is missing"));
    const std::string file = world.folder.write("schema.yaml", wanted);
    // Who reads b keeps the plan from changing it, after a was changed.
    Database reader{world.scratch.url()};
    reader.run("begin; lock table public.b in row exclusive mode");
    const pid_t process = ::fork();
    if (process == 0) {
      try {
        // Planning only reads b, and applying waits.
        bring_about(make_session(world.scratch.url(), {file}));
      } catch (const Error&) {
      }
      ::_exit(0);
    }
    const bool waits = soon([&] {
      return world.database.value(
                 "select count(*) from pg_locks l join pg_database d on d.oid = l.database "
                 "where d.datname = current_database() and not l.granted") == "1";
    });
    ::kill(process, SIGKILL);
    int status = 0;
    ::waitpid(process, &status, 0);
    CHECK(waits);
    CHECK(WIFSIGNALED(status));
    reader.run("commit");
    CHECK(
        soon([&] { return world.database.value("select count(*) from pg_locks where locktype = 'advisory'") == "0"; }));
    CHECK(world.differences(wanted) == before);
    bring_about(world.session(wanted));
    CHECK(world.differences(wanted) == "");
  }

  TEST_CASE("session: of two that apply at once, one does it and the other is refused") {
    World world;
    bring_about(world.session(two_tables));
    const std::string wanted = "tables: {a: {columns: {id: integer, n: bigint, more: text}}}\n";
    const std::string file = world.folder.write("wanted.yaml", wanted);
    std::atomic<int> ready = 0;
    std::array<std::string, 2> errors;
    const auto apply = [&](std::string& error) {
      error = error_of([&] {
        Session session = make_session(world.scratch.url(), {file});
        const Comparison comparison = session.compare();
        const Plan plan = session.plan(comparison);
        for (++ready; ready < 2;) std::this_thread::sleep_for(1ms);
        session.apply(plan, [](std::size_t) {});
      });
      if (ready < 2) ++ready;
    };
    std::thread other{[&] { apply(errors[1]); }};
    apply(errors[0]);
    other.join();
    CHECK(errors[0].empty() != errors[1].empty());
    CHECK_MESSAGE(has(errors[0] + errors[1], "no longer as it was"), errors[0] << errors[1]);
    CHECK(world.differences(wanted) == "");
  }

  TEST_CASE("session: without proof a plan says so, and does the same") {
    World world;
    SessionOptions options;
    options.database.location = world.scratch.url();
    options.schema_files = {world.folder.write("schema.yaml", two_tables)};
    options.scratch = "target";
    options.prove = false;
    Session session{std::move(options)};
    const Comparison comparison = session.compare();
    const Plan plan = session.plan(comparison);
    CHECK(!plan.proven);
    session.apply(plan, [](std::size_t) {});
    CHECK(world.differences(two_tables) == "");
  }

  TEST_CASE("session: nothing is applied through a pooler that mixes sessions") {
    const std::string program = "/usr/sbin/pgbouncer";
    if (!std::filesystem::exists(program)) {
      say_skipped("no pgbouncer here; run fixtures/setup --tests");
      return;
    }
    const World world;
    const std::string file = world.folder.write("schema.yaml", two_tables);
    const Pooler pooler{program, shared_server(15), "transaction"};
    SessionOptions options;
    options.database.location = pooler.url(world.scratch.name());
    options.database.shown = "the database";
    options.schema_files = {file};
    options.scratch = shared_server(15).url();
    Session session{std::move(options)};
    const Comparison comparison = session.compare();
    const Plan plan = session.plan(comparison);
    const std::string error = error_of([&] { session.apply(plan, [](std::size_t) {}); });
    CHECK(has(error, "the database is reached through a pooler"));
    CHECK(has(error, "name the server itself"));
    CHECK(has(error, "name the server itself"));
    CHECK(has(world.differences(two_tables), "table public.a is missing"));
  }

  TEST_CASE("session: what is written down from a database says that very database") {
    World world;
    world.database.run(R"(
        create table public.t (id bigint generated always as identity primary key, "Name" text default 'a:b' not null);
        create view public.v as select "Name" as n from public.t where "Name" in ('x', 'y');
        comment on column public.v.n is 'yes: no')");
    for (const SchemaFormat format : {SchemaFormat::yaml, SchemaFormat::sql}) {
      const TestDatabase copy;
      const std::string name = format == SchemaFormat::yaml ? "found.yaml" : "found.sql";
      const std::string file = world.folder.write(name, world.session(two_tables).inspect(format));
      CHECK(differences(make_session(world.scratch.url(), {file})) == "");
      bring_about(make_session(copy.url(), {file}));
      CHECK(differences(session_like(copy.url(), world.scratch.url())) == "");
    }
  }

  TEST_CASE("session: a partition gets the names that one which was attached has for what refuses NULL") {
    if (!has_server(18)) return say_skipped("there is no server of PostgreSQL 18");
    const TestDatabase scratch{shared_server(18)};
    const TestDatabase copy{shared_server(18)};
    const PrivateCache cache;
    const PrivateServers servers{shared_server(18)};
    const std::string file = std::string{PLUMB_SOURCE_DIR} + "/fixtures/partition/names_of_nulls-18/after.sql";
    Database database{scratch.url()};
    database.run(read_file(file));
    bring_about(session_like(copy.url(), scratch.url()));
    constexpr std::string_view names = R"(
        select pg_catalog.string_agg(pg_catalog.concat(n.conrelid::regclass, '.', n.conname), ' '
                                     order by n.conrelid::regclass::text, n.conname)
          from pg_catalog.pg_constraint n
         where n.contype = 'n'
           and n.oid >= 16384)";
    const std::string wanted = database.value(names);
    CHECK(has(wanted, "public.orders_1.named public.orders_1.orders_1_code_not_null"));
    CHECK(has(wanted, "public.orders_2_a.orders_2_id_not_null public.orders_2_b.b_id"));
    CHECK(Database{copy.url()}.value(names) == wanted);
  }

  TEST_CASE("session: for a database, keys and indexes of partitions are renamed to what another one calls them") {
    const TestDatabase scratch;
    const TestDatabase other;
    const PrivateCache cache;
    constexpr std::string_view tables = R"(
        create table public.p (id integer, n integer, primary key (id)) partition by range (id);
        create index on public.p (n);
        create table public.p1 partition of public.p for values from (0) to (10) partition by range (id);
        create table public.p11 partition of public.p1 default;)";
    Database database{scratch.url()};
    database.run(tables);
    Database desired{other.url()};
    desired.run(std::string{tables} + R"(
        alter index public.p1_n_idx rename to one;
        alter index public.p11_n_idx rename to two;
        alter table public.p11 rename constraint p11_pkey to three;)");
    Session session = session_like(scratch.url(), other.url());
    const Plan plan = session.plan(session.compare());
    CHECK(plan.steps.size() == 3);
    bring_about(session);
    CHECK(database.value("select pg_catalog.concat(to_regclass('public.one'), to_regclass('public.two'), "
                         "to_regclass('public.three'))") == "public.onepublic.twopublic.three");
    CHECK(session_like(scratch.url(), other.url()).compare().in_sync());
  }

  TEST_CASE("session: code that hides what it needs gets a search path by which it finds that, and only such code") {
    const TestDatabase scratch;
    const TestDatabase other;
    const PrivateCache cache;
    constexpr std::string_view functions = R"(
        create schema app;
        set search_path to app;
        create function app.one(x integer) returns integer language sql immutable as 'select x + 1';
        create function app.two(x integer) returns integer language sql immutable as 'select one(x) + 1';
        create table app.t (a integer);)";
    Database{scratch.url()}.run(functions);
    Database desired{other.url()};
    desired.run(std::string{functions} + "alter table app.t add column b integer;");
    Session plain = session_like(scratch.url(), other.url());
    CHECK(plain.plan(plain.compare()).search_path.empty());
    desired.run("create index on app.t (app.two(a)); alter table app.t add check (app.two(a) > 0);");
    Session session = session_like(scratch.url(), other.url());
    CHECK(session.plan(session.compare()).search_path == "public, app");
    bring_about(session);
    CHECK(session_like(scratch.url(), other.url()).compare().in_sync());
  }
}
