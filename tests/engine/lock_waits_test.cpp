#include "engine/lock_waits.h"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/support/server.h"

using namespace plumb;
using namespace std::chrono_literals;

namespace {

/// A table that another session has locked.
struct Locked {
  tests::TestDatabase scratch;
  Database database{scratch.url()};
  Database other{scratch.url()};
  std::vector<std::string> told;

  Locked() {
    database.run("create table public.t (id integer)");
    other.run("set application_name to 'report'; begin; lock table public.t in access share mode");
  }

  LockWaits waits(Patience patience) {
    return {database, patience, [this](std::string_view text) { told.emplace_back(text); }};
  }

  void alter() {
    database.run("begin");
    try {
      database.run("alter table public.t add column n integer");
    } catch (const DatabaseError&) {
      database.run("rollback");
      throw;
    }
    database.run("commit");
  }
};

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("lock waits: a transaction that gets no lock gives way, and gets it once it is free") {
    Locked world;
    const int id = std::stoi(world.other.value("select pg_catalog.pg_backend_pid()"));
    LockWaits waits = world.waits({50ms, 5});
    int tries = 0;
    waits.run([&] {
      if (++tries == 3) world.other.run("rollback");
      world.alter();
    });
    CHECK(tries == 3);
    REQUIRE(world.told.size() == 2);
    CHECK(world.told[0].starts_with("a lock was not to be had in time; trying again in "));
    CHECK(world.told[1].find(fmt::format("held by postgres, process {} of report, idle in transaction since ", id)) !=
          std::string::npos);
  }

  TEST_CASE("lock waits: who holds the lock is told when there is no more patience") {
    Locked world;
    LockWaits waits = world.waits({50ms, 1});
    try {
      waits.run([&] { world.alter(); });
      FAIL("the lock is held");
    } catch (const DatabaseError& error) {
      const std::string message = error.what();
      CHECK(error.state == "55P03");
      CHECK(message.find("It was tried 2 times.\nThe lock is held by postgres, process ") != std::string::npos);
      CHECK(message.find("--lock-timeout") != std::string::npos);
    }
    CHECK(world.told.size() == 1);
  }

  TEST_CASE("lock waits: what fails for another reason is not tried again") {
    Locked world;
    LockWaits waits = world.waits({50ms, 5});
    int tries = 0;
    CHECK_THROWS_AS(waits.run([&] {
      ++tries;
      world.database.run("select 1 / 0");
    }),
                    DatabaseError);
    CHECK(tries == 1);
    CHECK(world.told.empty());
  }

  TEST_CASE("lock waits: a deadlock is tried again") {
    Locked world;
    LockWaits waits = world.waits({50ms, 5});
    int tries = 0;
    waits.run([&] {
      if (++tries == 1) world.database.run("do $$ begin raise exception sqlstate '40P01'; end $$");
    });
    CHECK(tries == 2);
    REQUIRE(world.told.size() == 1);
    CHECK(world.told[0].starts_with("ran into a deadlock with others; trying again in "));
  }

  TEST_CASE("lock waits: statements outside transactions have no limit, unless another was set") {
    Locked world;
    {
      LockWaits waits = world.waits({50ms, 1});
      const auto limit = [&] { return world.database.value("show lock_timeout"); };
      CHECK(limit() == "50ms");
      waits.run_without_limit([&] { CHECK(limit() == "0"); });
      CHECK(limit() == "50ms");
      world.database.run("set lock_timeout to '1min'");
      waits.run_without_limit([&] { CHECK(limit() == "1min"); });
      CHECK(limit() == "1min");
    }
    CHECK(world.database.value("show lock_timeout") == "0");
    world.database.run("set lock_timeout to '1min'");
    const LockWaits endless = world.waits({0ms, 1});
    CHECK(world.database.value("show lock_timeout") == "0");
  }
}
