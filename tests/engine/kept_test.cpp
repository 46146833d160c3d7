#include "engine/kept.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "engine/inspect.h"
#include "engine/words.h"
#include "schema/error.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "tests/support/server.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

constexpr std::string_view objects = R"(
  create schema app;
  create type app.mood as enum ('sad', 'happy');
  create table app.t (id bigint generated always as identity primary key, m app.mood default 'sad', n text,
                      check (id > 0));
  create sequence app.s;
  create view app.v as select id as key, n from app.t;
  create function app.f() returns integer language sql as 'select 1';
  comment on table app.t is 'one';
  insert into app.t (n) values ('a'))";

void keep(Database& database) {
  Symbols symbols;
  Catalog catalog = inspect(database, symbols);
  const Snapshot snapshot{database};
  KeptReading{database, ""}.store({std::move(catalog), {"type app.complex"}});
}

bool is_kept(Database& database) {
  Symbols symbols;
  const Snapshot snapshot{database};
  return KeptReading{database, ""}.load(symbols).has_value();
}

/// The files of a cache that hold catalogs.
std::size_t files_in(const PrivateCache& cache) {
  const std::filesystem::path folder = std::filesystem::path{cache.path()} / "inspected";
  if (!std::filesystem::exists(folder)) return 0;
  const auto is_catalog = [](const auto& entry) { return entry.path().filename() != "cleaned"; };
  return static_cast<std::size_t>(
      std::count_if(std::filesystem::directory_iterator{folder}, std::filesystem::directory_iterator{}, is_catalog));
}

Database reconnected(const std::string& url) {
  for (int tries = 0; tries < 500; ++tries) {
    try {
      return Database{url};
    } catch (const DatabaseError&) {
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
  }
  return Database{url};
}

}  // namespace

TEST_CASE("kept reading: no kind reads a catalog that does not count") {
  for (const int version : {140000, 150000, 160000, 170000, 180000}) {
    for (Kind kind : all_kinds()) {
      Words words;
      collect_words(Reader::query(rules_for(kind), version), words);
      for (std::string_view table : uncounted_catalogs()) {
        CHECK_MESSAGE(!words.contains(table), rules_for(kind).key << " reads " << table);
      }
    }
  }
}

TEST_SUITE("live") {
  TEST_CASE("kept reading: what nothing has changed is the same as read anew, and what is unknown is told again") {
    const TestDatabase scratch;
    const PrivateCache cache;
    Database database{scratch.url()};
    database.run(objects);
    Symbols symbols;
    const Catalog anew = inspect(database, symbols);
    keep(database);
    const Snapshot snapshot{database};
    const auto kept = KeptReading{database, ""}.load(symbols);
    REQUIRE(kept);
    CHECK(kept->unknown == std::vector<std::string>{"type app.complex"});
    CHECK(kept->catalog.fingerprint() == anew.fingerprint());
    CHECK(kept->catalog.user() == anew.user());
    CHECK(kept->catalog.version() == anew.version());
    REQUIRE(kept->catalog.objects().size() == anew.objects().size());
    for (const Object& object : anew.objects()) {
      const ObjectId id = anew.id(object);
      CHECK(kept->catalog.object(id).identity == object.identity);
      CHECK(kept->catalog.object(id).parent == object.parent);
      CHECK(std::ranges::equal(kept->catalog.needs(id), anew.needs(id)));
    }
    CHECK(!KeptReading(database, "of other settings").load(symbols));
  }

  TEST_CASE("kept reading: every change of a schema is seen") {
    const TestDatabase scratch;
    const PrivateCache cache;
    Database database{scratch.url()};
    database.run("create role kept_one; create role kept_two");
    database.run(objects);
    constexpr std::array changes{
        "alter table app.t rename column n to o",
        "alter table app.t add column x integer",
        "alter table app.t drop column x",
        "alter table app.t alter column m type text using m::text",
        "alter table app.t alter column o set statistics 7",
        "alter table app.t set (fillfactor = 70)",
        "alter table app.t enable row level security",
        "create index on app.t (m)",
        "drop index app.t_m_idx",
        "comment on table app.t is 'two'",
        "comment on table app.t is null",
        "comment on role kept_one is 'one'",
        "grant select on app.t to kept_one",
        "alter role kept_one rename to kept_three",
        "alter table app.t owner to kept_two",
        "alter role kept_two set work_mem = '9MB'",
        "grant kept_two to kept_three",
        "alter sequence app.s increment 7",
        "alter type app.mood add value 'calm'",
        "create or replace view app.v as select 1::bigint as key, 'x'::text as n",
        "create or replace function app.f() returns integer language sql as 'select 2'",
        "alter function app.f() volatile cost 7",
        "create extension hstore schema app",
        "drop extension hstore",
        "create foreign data wrapper w; create server s foreign data wrapper w; create user mapping for kept_two "
        "server s",
        "drop user mapping for kept_two server s",
        "alter default privileges grant select on tables to kept_two",
        "alter database plumb_self set work_mem = '9MB'",
        "drop function app.f()",
        "security label for \"plumb's own\" on table app.t is '#x'",
        "drop schema app cascade",
    };
    for (std::string sql : changes) {
      if (const auto at = sql.find("plumb_self"); at != std::string::npos) sql.replace(at, 10, scratch.name());
      keep(database);
      CHECK_MESSAGE(is_kept(database), "before: " << sql);
      database.run(sql);
      CHECK_MESSAGE(!is_kept(database), sql);
    }
    database.run("drop owned by kept_two cascade; drop role kept_two; drop role kept_three");
  }

  TEST_CASE("kept reading: what changes data alone, or is undone, is not a change") {
    const TestDatabase scratch;
    const PrivateCache cache;
    Database database{scratch.url()};
    database.run(objects);
    database.run("create temporary table passing (id integer); drop table passing");  // leaves a schema behind
    keep(database);
    for (std::string_view sql :
         {"insert into app.t (n) select 'b' from generate_series(1, 999)", "delete from app.t where id > 9",
          "select nextval('app.s')", "analyze", "vacuum freeze", "checkpoint",
          "begin; drop table app.t cascade; create table app.t (id integer); rollback",
          "create temporary table passing_too (id integer); drop table passing_too"}) {
      database.run(sql);
      CHECK_MESSAGE(is_kept(database), sql);
    }
  }

  TEST_CASE("kept reading: a role that may not read every catalog is told of changes, too, and has its own") {
    const TestDatabase scratch;
    const PrivateCache cache;
    Database database{scratch.url()};
    database.run(objects);
    database.run("create role kept_plain; create role kept_other; create foreign data wrapper w");
    database.run("create server s foreign data wrapper w");
    keep(database);
    database.run("set role kept_plain");
    CHECK(!is_kept(database));
    for (std::string_view sql :
         {"alter role kept_other connection limit 7", "create user mapping for public server s options (a 'b')",
          "create subscription feed connection 'dbname=nowhere' publication p with (connect = false)",
          "drop subscription feed", "alter table app.t add column x integer"}) {
      keep(database);
      CHECK_MESSAGE(is_kept(database), "before: " << sql);
      database.run("reset role");
      if (sql.starts_with("drop subscription")) {
        database.run("alter subscription feed disable; alter subscription feed set (slot_name = none)");
      }
      database.run(sql);
      database.run("set role kept_plain");
      CHECK_MESSAGE(!is_kept(database), sql);
    }
    CHECK(files_in(cache) == 2);
    database.run("reset role");
    database.run("drop server s cascade; drop role kept_plain; drop role kept_other");
  }

  TEST_CASE("kept reading: a catalog with a password is not kept") {
    const TestDatabase scratch;
    const PrivateCache cache;
    Database database{scratch.url()};
    database.run("create foreign data wrapper w; create server s foreign data wrapper w");
    database.run("create user mapping for public server s options (password 'hunter2')");
    keep(database);
    CHECK(files_in(cache) == 0);
    CHECK(!is_kept(database));
  }

  TEST_CASE("kept reading: a damaged entry is taken for missing") {
    const TestDatabase scratch;
    const PrivateCache cache;
    Database database{scratch.url()};
    database.run(objects);
    keep(database);
    for (const auto& entry : std::filesystem::directory_iterator{std::filesystem::path{cache.path()} / "inspected"}) {
      std::filesystem::resize_file(entry.path(), std::filesystem::file_size(entry.path()) / 2);
    }
    CHECK(!is_kept(database));
  }

  TEST_CASE("kept reading: only what is large is kept") {
    const TestDatabase scratch;
    const PrivateCache cache;
    Database database{scratch.url()};
    database.run(objects);
    Symbols symbols;
    const std::size_t count = inspect(database, symbols).objects().size();
    CHECK(inspect(database, symbols, {.kept_from = count + 1}).objects().size() == count);
    CHECK(files_in(cache) == 0);
    CHECK(inspect(database, symbols, {.kept_from = count}).objects().size() == count);
    CHECK(files_in(cache) == 1);
    std::vector<std::string> unknown{"what was told before"};
    CHECK(inspect(database, symbols, {.unknown = &unknown, .kept_from = count}).objects().size() == count);
    CHECK(unknown.empty());
  }

  TEST_CASE("kept reading: a server that starts again, or recovers from a crash, is read again") {
    const PrivateCache cache;
    for (const int major : {14, 15, 16, 17, 18}) {
      if (!has_server(major)) continue;
      CAPTURE(major);
      const Server server = Server::temporary(*server_installation(major));
      Database database{server.url()};
      database.run(objects);
      database.run("checkpoint");  // for what is only in memory, nobody asks
      keep(database);
      CHECK(is_kept(database));
      Database other{server.url()};
      const int victim = std::stoi(other.value("select pg_catalog.pg_backend_pid()"));
      REQUIRE(::kill(victim, SIGKILL) == 0);
      CHECK_THROWS_AS(other.value("select 1"), DatabaseError);
      for (int tries = 0; tries < 500; ++tries) {  // until the others are told to go, too
        try {
          database.value("select 1");
          std::this_thread::sleep_for(std::chrono::milliseconds{20});
        } catch (const DatabaseError&) {
          break;
        }
      }
      Database after = reconnected(server.url());
      CHECK(!is_kept(after));
    }
  }
}
