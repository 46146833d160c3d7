#include "engine/revision/migrate.h"

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "engine/inspect.h"
#include "engine/revision/folder.h"
#include "schema/error.h"
#include "schema/fingerprint.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// A folder of revisions beside an empty database.
struct Project {
  TestDatabase home;
  Folder folder;
  Database database{home.url()};
  LedgerOptions ledger;

  void write(const std::string& id, std::string_view down, std::string_view upgrade, std::string_view downgrade) const {
    folder.write(id + ".sql", fmt::format("-- revision: {}\n-- revises: {}\n\n-- plumb: upgrade\n{}\n\n-- plumb: "
                                          "downgrade\n{}\n",
                                          id, down, upgrade, downgrade));
  }

  RevisionGraph graph() const { return RevisionGraph{load_revisions({{folder.path()}, false})}; }

  /// What was done, one line a step.
  std::string upgrade(const std::vector<std::string>& targets = {"head"}) {
    return go([&](const RevisionGraph& graph, auto rows) { return plan_upgrade(graph, rows, targets); });
  }
  std::string downgrade(std::string_view target) {
    return go([&](const RevisionGraph& graph, auto rows) { return plan_downgrade(graph, rows, target); });
  }
  void stamp(const std::vector<std::string>& targets, bool purge = false) {
    Database connection{home.url()};
    plumb::stamp(connection, "the database", graph(), ledger, targets, purge, {});
  }

  template <typename Plan>
  std::string go(Plan plan) {
    const RevisionGraph all = graph();
    Database connection{home.url()};
    std::string text;
    MigrationEvents events;
    events.before_step = [&](const TravelStep& step) { text += describe(step) + '\n'; };
    migrate(
        connection, "the database", all, ledger, [&](auto rows) { return plan(all, rows); }, events);
    return text;
  }

  /// Upgrades while somebody reads a table, which ends at the first warning. Returns the warnings.
  std::vector<std::string> upgrade_beside_reader(std::string_view table) {
    Database other{home.url()};
    other.run(fmt::format("begin; lock table {} in access share mode", table));
    const RevisionGraph all = graph();
    std::vector<std::string> told;
    MigrationEvents events;
    events.warning = [&](std::string_view text) {
      told.emplace_back(text);
      CHECK(!has_table("u"));
      other.run("rollback");
    };
    const std::vector<std::string> targets{"head"};
    migrate(database, "the database", all, ledger, [&](auto rows) { return plan_upgrade(all, rows, targets); }, events,
            {std::chrono::milliseconds{50}, 3});
    return told;
  }

  std::string heads() {
    std::string text;
    for (const std::string& id : Ledger{database, ledger}.heads()) text += id + ' ';
    return text;
  }
  std::string journal() {
    std::string text;
    database.each_row(
        "select way, revision, state, first_statement, pg_catalog.cardinality(statements) from plumb.journal order by "
        "entry",
        [&](Row row) { text += fmt::format("{} {} {} {}+{}\n", *row[0], *row[1], *row[2], *row[3], *row[4]); });
    return text;
  }
  bool has_table(std::string_view name) {
    return !database.value(fmt::format("select pg_catalog.to_regclass('public.{}')", name)).empty();
  }
};

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("migrate: up to the head and back to the base, each revision noted down with what it ran") {
    Project history;
    history.write("a", "", "create table t (x integer);\ninsert into t values (1), (2);", "drop table t;");
    history.write("b", "a", "alter table t add y text;\nupdate t set y = x::text;", "alter table t drop y;");
    CHECK(history.upgrade() == "upgrade  -> a\nupgrade a -> b\n");
    CHECK(history.database.value("select string_agg(y, ',' order by y) from public.t") == "1,2");
    CHECK(history.heads() == "b ");
    CHECK(history.upgrade() == "");
    CHECK(history.downgrade("-1") == "downgrade b -> a\n");
    CHECK(history.heads() == "a ");
    CHECK(history.downgrade("base") == "downgrade a -> \n");
    CHECK(!history.has_table("t"));
    CHECK(history.heads() == "");
    CHECK(history.journal() == "upgrade a done 0+2\nupgrade b done 0+2\ndowngrade b done 0+1\ndowngrade a done 0+1\n");
    CHECK(history.database.value("select count(*) from plumb.journal where who = session_user and plumb <> '' and "
                                 "length(file_hash) = 32 and milliseconds >= 0") == "4");
  }

  TEST_CASE("migrate: a revision gives way to who holds a lock, and is run again from its beginning") {
    Project history;
    history.write("a", "", "create table t (x integer);", "drop table t;");
    history.upgrade();
    history.write("b", "a", "create table u (x integer);\nalter table t add y text;", "drop table u;");
    const std::vector<std::string> told = history.upgrade_beside_reader("public.t");
    REQUIRE(told.size() == 1);
    CHECK(has(told[0], "trying again in "));
    CHECK(history.heads() == "b ");
    CHECK(history.journal() == "upgrade a done 0+1\nupgrade b done 0+2\n");
  }

  TEST_CASE("migrate: a revision that fails leaves no trace, and the ones before it stay") {
    Project history;
    history.write("a", "", "create table t (x integer);", "drop table t;");
    history.write("b", "a", "create table u (x integer);\n\nselect 1 / 0;", "drop table u;");
    const std::string error = error_of([&] { history.upgrade(); });
    CHECK(has(error, "b.sql:7: division by zero"));
    CHECK(has(error, "select 1 / 0;"));
    CHECK(has(error, "Revision b was rolled back"));
    CHECK(history.heads() == "a ");
    CHECK(!history.has_table("u"));
    CHECK(history.journal() == "upgrade a done 0+1\n");
    history.write("b", "a", "create table u (x integer);", "drop table u;");
    CHECK(history.upgrade() == "upgrade a -> b\n");
  }

  TEST_CASE("migrate: a downgrade that fails leaves the database at its revision") {
    Project history;
    history.write("a", "", "create table t (x integer);", "drop table t;");
    history.write("b", "a", "create table u (x integer);", "drop table u;\nselect 1 / 0;");
    history.upgrade();
    const std::string error = error_of([&] { history.downgrade("base"); });
    CHECK(has(error, "The downgrade of revision b was rolled back, so the database is still at it."));
    CHECK(history.heads() == "b ");
    CHECK(history.has_table("u"));
  }

  TEST_CASE("migrate: a constraint that is checked at the commit rolls the revision back") {
    Project history;
    history.write("a", "",
                  "create table t (x integer primary key, y integer references t deferrable initially deferred);\n"
                  "insert into t values (1, 2);",
                  "drop table t;");
    CHECK(has(error_of([&] { history.upgrade(); }), "violates foreign key constraint"));
    CHECK(history.heads() == "");
    CHECK(!history.has_table("t"));
  }

  TEST_CASE("migrate: faults of files are told before anything runs") {
    Project history;
    history.write("a", "", "create table t (x integer);", "drop table t;");
    history.folder.write("b.sql", "-- revision: b\n-- revises: a\n-- plumb: upgrade\ncommit;\n");
    CHECK(has(error_of([&] { history.upgrade(); }), "b.sql:4:1: `COMMIT` begins or ends the transaction"));
    CHECK(history.heads() == "");
    CHECK(!history.has_table("t"));
    history.folder.write("b.sql", "-- revision: b\n-- revises: a\n-- plumb: upgrade\n");
    history.upgrade();
    CHECK(has(error_of([&] { history.downgrade("-1"); }), "b.sql: this revision has no way back"));
    CHECK(history.heads() == "b ");
  }

  TEST_CASE("migrate: statements outside a transaction are committed part by part") {
    Project history;
    history.write("a", "",
                  "create table t (x integer);\n-- plumb: no transaction\ncreate index concurrently i on t (x);\n"
                  "insert into t values (1);",
                  "-- plumb: no transaction\ndrop index concurrently i;\ndrop table t;");
    history.upgrade();
    CHECK(history.journal() == "upgrade a part 0+1\nupgrade a started 1+1\nupgrade a part 1+1\nupgrade a done 2+1\n");
    CHECK(history.has_table("i"));
    history.downgrade("base");
    CHECK(!history.has_table("t"));
  }

  TEST_CASE(
      "migrate: what fails outside a transaction leaves nothing half made, and is gone on with when it is mended") {
    Project history;
    history.write("a", "",
                  "set search_path to app, public;\ncreate schema app;\ncreate table t (x integer);\n"
                  "insert into t values (1), (1);\n"
                  "-- plumb: no transaction\ncreate unique index concurrently i on t (x);\ninsert into t values (2);",
                  "drop schema app cascade;");
    const std::string error = error_of([&] { history.upgrade(); });
    CHECK(has(error, "a.sql:10: could not create unique index"));
    CHECK(has(error, "What of this revision was committed before stays"));
    CHECK(history.heads() == "");
    CHECK(history.database.value("select count(*) from pg_catalog.pg_index where not indisvalid") == "0");

    // Neither another way nor other statements than those that ran are possible now.
    CHECK(has(error_of([&] { history.upgrade({"a"}); }), "could not create unique index"));
    history.database.run("delete from app.t; insert into app.t values (1)");
    const std::string before = history.journal();
    CHECK(history.upgrade() == "upgrade  -> a\n");
    CHECK(history.journal() == before + "upgrade a started 4+1\nupgrade a part 4+1\nupgrade a done 5+1\n");
    // The search path of the first statement holds for what runs in another session, too.
    CHECK(history.database.value("select count(*) from app.t") == "2");
  }

  TEST_CASE("migrate: what ran of an unfinished revision may not be changed, and nothing else goes before it") {
    Project history;
    const auto write = [&](std::string_view first) {
      history.write("a", "", fmt::format("{}\n-- plumb: no transaction\nselect 1 / 0;", first), "drop table t;");
    };
    write("create table t (x integer);");
    history.write("b", "", "create table u (x integer);", "drop table u;");
    CHECK(has(error_of([&] { history.upgrade({"a"}); }), "division by zero"));
    CHECK(
        has(error_of([&] { history.upgrade({"b"}); }), "the upgrade of revision a was interrupted after 1 statement"));
    write("create table t (x bigint);");
    CHECK(has(error_of([&] { history.upgrade({"a"}); }), "are not in"));
    // Whoever puts it right by hand says so by a stamp.
    history.stamp({"a"});
    CHECK(history.upgrade({"b"}) == "upgrade  -> b\n");
  }

  TEST_CASE("migrate: of two upgrades at once, one waits for the other and then finds nothing to do") {
    Project history;
    history.write("a", "", "create table t (x integer);\nselect pg_sleep(0.5);", "drop table t;");
    const RevisionGraph graph = history.graph();
    std::array<std::size_t, 2> done{};
    std::array<std::string, 2> said;
    const auto run = [&](std::size_t i) {
      Database connection{history.home.url()};
      MigrationEvents events;
      events.progress = [&](std::string_view text) { said[i] += text; };
      const std::array<std::string, 1> head{"head"};
      done[i] =
          migrate(
              connection, "the database", graph, {}, [&](auto rows) { return plan_upgrade(graph, rows, head); }, events)
              .size();
    };
    std::thread other{[&] { run(1); }};
    run(0);
    other.join();
    CHECK(done[0] + done[1] == 1);
    CHECK(has(said[done[0] == 1 ? 1 : 0],
              "waiting for another plumb that is changing this database (postgres, process "));
    CHECK(history.journal() == "upgrade a done 0+2\n");
  }

  TEST_CASE("migrate: with Alembic's table, its rows are as Alembic would write them") {
    Project history;
    history.ledger = {"public.alembic_version"};
    history.write("a", "", "create table t (x integer);", "drop table t;");
    history.write("b", "a", "", "");
    history.write("c", "a", "", "");
    history.write("d", "b, c", "", "");
    history.upgrade({"b"});
    CHECK(history.database.value("select version_num from public.alembic_version") == "b");
    history.upgrade({"c"});
    CHECK(history.heads() == "b c ");
    history.upgrade({"heads"});
    CHECK(history.heads() == "d ");
    CHECK(history.database.value("select conname from pg_catalog.pg_constraint where contype = 'p' and conrelid = "
                                 "'public.alembic_version'::regclass") == "alembic_version_pkc");
    history.downgrade("base");
    CHECK(history.heads() == "");
  }

  TEST_CASE("migrate: what plumb keeps for itself is no part of the database") {
    Project history;
    Symbols symbols;
    const std::string before = to_hex(inspect(history.database, symbols).fingerprint());
    history.ledger = {"public.alembic_version"};
    history.write("a", "", "", "");
    history.upgrade();
    history.ledger = {};
    history.stamp({"a"});
    CHECK(to_hex(inspect(history.database, symbols, {.ledger = "public.alembic_version"}).fingerprint()) == before);
  }

  TEST_CASE("migrate: a stamp notes down without running, and with purge also where nobody knows the row") {
    Project history;
    history.write("a", "", "create table t (x integer);", "drop table t;");
    history.write("b", "a", "", "");
    history.stamp({"a"});
    CHECK(history.heads() == "a ");
    CHECK(!history.has_table("t"));
    history.stamp({"head"});
    history.stamp({"base"});
    CHECK(history.heads() == "");
    history.database.run("insert into plumb.heads values ('gone')");
    CHECK(has(error_of([&] { history.upgrade(); }), "Can't locate revision identified by 'gone'"));
    CHECK(has(error_of([&] { history.stamp({"b"}); }), "Can't locate revision identified by 'gone'"));
    history.stamp({"b"}, true);
    CHECK(history.heads() == "b ");
    CHECK(history.journal() == "stamp a done 0+0\nstamp b done 0+0\nstamp  done 0+0\nstamp b done 0+0\n");
  }

  TEST_CASE("migrate: a lock that does not come, and a statement that takes too long, leave the ledger true") {
    Project history;
    history.write("a", "", "create table t (x integer);", "drop table t;");
    history.write("b", "a", "set lock_timeout = '50ms';\ncreate table u (x integer);\nalter table t add y integer;",
                  "drop table u;");
    history.upgrade({"a"});
    Database reader{history.home.url()};
    reader.run("begin");
    reader.run("select * from public.t");
    CHECK(has(error_of([&] { history.upgrade(); }), "b.sql:7: canceling statement due to lock timeout"));
    reader.run("rollback");
    CHECK(history.heads() == "a ");
    CHECK(!history.has_table("u"));
    CHECK(history.upgrade() == "upgrade a -> b\n");

    history.write("c", "b",
                  "create table v (x integer);\nset statement_timeout = '50ms';\nselect pg_catalog.pg_sleep(10);",
                  "drop table v;");
    const std::string error = error_of([&] { history.upgrade(); });
    CHECK(has(error, "c.sql:7: canceling statement due to statement timeout"));
    CHECK(has(error, "SET statement_timeout = 0;"));
    CHECK(history.heads() == "b ");
    CHECK(!history.has_table("v"));
  }

  TEST_CASE("migrate: a lock that does not come for a statement outside transactions leaves nothing half made") {
    Project history;
    history.write("a", "", "create table t (x integer);", "drop table t;");
    history.write("b", "a",
                  "set lock_timeout = '50ms';\ncreate table u (x integer);\n-- plumb: no transaction\n"
                  "create index concurrently i on t (x);",
                  "drop table u;\ndrop index i;");
    history.upgrade({"a"});
    Database writer{history.home.url()};
    writer.run("begin");
    writer.run("insert into public.t values (1)");
    const std::string error = error_of([&] { history.upgrade(); });
    CHECK(has(error, "b.sql:8: canceling statement due to lock timeout"));
    CHECK(has(error, "What of this revision was committed before stays"));
    CHECK(history.heads() == "a ");
    CHECK(history.has_table("u"));
    writer.run("rollback");
    CHECK(history.upgrade() == "upgrade a -> b\n");
    CHECK(history.database.value("select string_agg(indisvalid::text, ' ') from pg_catalog.pg_index where indexrelid = "
                                 "'public.i'::regclass") == "true");
  }

  TEST_CASE("migrate: a role that a revision sets holds to its end, and the ledger is not written as that role") {
    Project history;
    history.database.run("grant all on schema public to pg_monitor");
    history.write("a", "",
                  "set role pg_monitor;\ncreate table t (x integer);\n-- plumb: no transaction\n"
                  "create index concurrently i on t (x);\ncreate table u (x integer);\n"
                  "set session authorization pg_read_all_data;\n-- plumb: no transaction\nvacuum pg_catalog.pg_am;\n"
                  "set session authorization default;\ncreate table v (x integer);",
                  "drop table t, u, v;");
    CHECK(history.upgrade() == "upgrade  -> a\n");
    CHECK(history.database.value("select string_agg(relowner::regrole::text, ' ' order by relname) "
                                 "from pg_catalog.pg_class where relname in ('t', 'u', 'v')") ==
          "pg_monitor pg_monitor postgres");
  }

  TEST_CASE(
      "migrate: a ledger is made by who may not create schemas where its schema is there, and no stranger reads it") {
    Project history;
    history.database.run(
        "create role migrate_app login; create role migrate_stranger login; "
        "create schema plumb authorization migrate_app");
    Database app{history.home.url() + " user=migrate_app"};
    CHECK(Ledger{app, history.ledger}.ensure());
    CHECK(!Ledger{app, history.ledger}.ensure());
    Database stranger{history.home.url() + " user=migrate_stranger"};
    CHECK(has(error_of([&] {
                Ledger{stranger, history.ledger}.heads();
              }),
              "let its owner run GRANT USAGE ON SCHEMA plumb and GRANT SELECT ON ALL TABLES IN SCHEMA plumb"));
    history.database.run("drop owned by migrate_app; drop role migrate_app; drop role migrate_stranger");
  }

  TEST_CASE("migrate: RESET ALL takes away what the revision has set, and not the limit on waiting for locks") {
    Project history;
    history.write("a", "", "create table t (x integer);", "drop table t;");
    history.upgrade();
    history.write("b", "a", "reset all;\nalter table t add y text;", "alter table t drop y;");
    CHECK(history.upgrade_beside_reader("public.t").size() == 1);
    CHECK(history.heads() == "b ");
  }

  TEST_CASE("migrate: a connection that is lost rolls the revision back, and the next upgrade does it") {
    Project history;
    history.write("a", "",
                  "create table t (x integer);\nselect pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid());",
                  "drop table t;");
    CHECK(has(error_of([&] { history.upgrade(); }), "a.sql:6: the connection to the server was lost"));
    CHECK(history.heads() == "");
    CHECK(!history.has_table("t"));
    history.write("a", "", "create table t (x integer);", "drop table t;");
    CHECK(history.upgrade() == "upgrade  -> a\n");
  }

  TEST_CASE("migrate: secrets are put in where tokens stand in files, and one that nobody tells stops all of it") {
    Project history;
    history.write("a", "", "create table t (x integer);", "drop table t;");
    history.write("b", "a",
                  "create foreign data wrapper w; create server s foreign data wrapper w;\n"
                  "create user mapping for public server s options (password 'plumb_secret_0123abcd');",
                  "drop foreign data wrapper w cascade;");
    const std::string refusal = error_of([&] { history.upgrade(); });
    CHECK(has(refusal, "b.sql:6: this statement sets a secret that nobody tells, plumb_secret_0123abcd"));
    CHECK(!history.has_table("t"));

    const RevisionGraph graph = history.graph();
    Database connection{history.home.url()};
    MigrationEvents events;
    events.secrets_in = [](std::string_view) {
      Secrets secrets;
      secrets.tell("plumb_secret_0123abcd", "it's me");
      return secrets;
    };
    const std::array<std::string, 1> head{"head"};
    migrate(
        connection, "the database", graph, {}, [&](auto rows) { return plan_upgrade(graph, rows, head); }, events);
    CHECK(history.database.value("select umoptions::text from pg_catalog.pg_user_mappings") ==
          "{\"password=it's me\"}");
    CHECK(history.database.value("select count(*) from plumb.journal where statements::text like '%it''s me%'") == "0");
    CHECK(has(migration_script(graph, {}, plan_upgrade(graph, {}, head), true),
              "-- a secret, to be given by: -v plumb_secret_0123abcd=...\n"));
  }

  TEST_CASE("migrate: an error shows the token of a secret, not its text") {
    Project history;
    history.write("a", "", "create table t (x integer);\nselect 'plumb_secret_0123abcd'::integer;", "drop table t;");
    const RevisionGraph graph = history.graph();
    Database connection{history.home.url()};
    MigrationEvents events;
    events.secrets_in = [](std::string_view) {
      Secrets secrets;
      secrets.tell("plumb_secret_0123abcd", "hunter2");
      return secrets;
    };
    const std::string error = error_of([&] {
      migrate(
          connection, "the database", graph, {},
          [&](auto rows) { return plan_upgrade(graph, rows, std::array{std::string{"head"}}); }, events);
    });
    CHECK(has(error, "invalid input syntax for type integer: \"plumb_secret_0123abcd\""));
    CHECK(!has(error, "hunter2"));
  }

  TEST_CASE("migrate: a script for psql does the same") {
    Project history;
    history.write("a", "",
                  "create table t (x integer);\n-- plumb: no transaction\ncreate index concurrently i on t (x); -- why",
                  "drop table t;");
    history.write("b", "a", "set search_path to public;\ninsert into t values (1);", "delete from t;");
    const RevisionGraph graph = history.graph();
    const std::array<std::string, 1> head{"head"};
    const std::string script = migration_script(graph, {}, plan_upgrade(graph, {}, head), true);
    CHECK(has(script,
              "-- Running upgrade  -> a\n\nRESET ALL;\n\nBEGIN;\n\ncreate table t (x integer);\n\nCOMMIT;\n\n"
              "create index concurrently i on t (x);\n-- why\n\nBEGIN;\n\ninsert into plumb.heads"));
    // Statement by statement, as psql runs it.
    Symbols symbols;
    const Folder elsewhere;
    for (const WrittenStatement& statement :
         read_declaration(std::array{elsewhere.write("s.sql", script)}, {}, symbols).statements) {
      history.database.run(statement.sql);
    }
    CHECK(history.heads() == "b ");
    CHECK(history.database.value("select count(*) from public.t") == "1");
    CHECK(history.journal() == "upgrade a done 2+0\nupgrade b done 2+0\n");
    CHECK(history.upgrade() == "");
  }
}
