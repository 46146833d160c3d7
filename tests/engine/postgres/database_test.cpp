#include "engine/postgres/database.h"

#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "schema/error.h"
#include "tests/support/server.h"

using namespace plumb;
using namespace plumb::tests;

TEST_SUITE("live") {
  TEST_CASE("database: every error has the state that PostgreSQL gives it") {
    const TestDatabase test;
    Database database{test.url()};
    for (std::string_view state : {"08000", "0A000", "22012", "23505", "25001", "40001", "40P01", "42501", "42601",
                                   "42703", "42704", "42883", "42P01", "42P07", "55P03", "57014", "P0001", "XX000"}) {
      try {
        database.run(fmt::format("do $$ begin raise exception sqlstate '{}'; end $$", state));
      } catch (const DatabaseError& error) {
        CHECK(error.state == state);
        CHECK(database.value("select 1") == "1");
        continue;
      }
      FAIL("no error for ", state);
    }
  }
}
