#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "engine/postgres/database.h"
#include "engine/report/plan_report.h"
#include "engine/session.h"
#include "schema/error.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

constexpr std::string_view first_secret = "it's \\ hunter2";
constexpr std::string_view second_secret = "hunter3";

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string yaml_with(std::string_view password) {
  return "foreign_data_wrappers: {plain: {}}\nforeign_servers:\n  far:\n    wrapper: plain\n    user_mappings:\n"
         "      PUBLIC:\n        options:\n          user: me\n          password: '" +
         [&] {
           std::string doubled;
           for (char c : password) doubled.append(c == '\'' ? 2 : 1, c);
           return doubled;
         }() +
         "'\n";
}

/// A database and the schema file of it, which holds a secret.
struct World {
  TestDatabase scratch;
  PrivateCache cache;
  Folder folder;
  Database database{scratch.url()};

  Session session(std::string_view text, const std::string& name = "schema.yaml") const {
    return make_session(scratch.url(), {folder.write(name, text)});
  }
  std::string password() {
    return database.value(
        "select option_value from pg_catalog.pg_user_mappings m,"
        " pg_catalog.pg_options_to_table(m.umoptions) where option_name = 'password'");
  }
};

std::string everything_in(const std::string& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file{entry.path(), std::ios::binary};
    all.append(std::istreambuf_iterator<char>{file}, {});
  }
  return all;
}

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("secrets: they reach the database, and neither plans, nor schema files, nor the cache") {
    World world;
    Session first = world.session(yaml_with(first_secret));
    const Plan plan = first.plan(first.compare());
    const std::string shown = write_plan_text(plan, first.symbols(), Style{false}) +
                              write_plan_sql(plan, first.symbols()) + write_plan_json(plan, first.symbols());
    CHECK(has(shown, "plumb_secret_"));
    CHECK(!has(shown, "hunter2"));
    CHECK(has(write_plan_sql(plan, first.symbols()), "password :'plumb_secret_"));
    first.apply(plan, [](std::size_t) {});
    CHECK(world.password() == first_secret);
    CHECK(differences(first) == "");
    CHECK(!has(first.inspect(SchemaFormat::yaml) + first.inspect(SchemaFormat::sql), "hunter2"));
    CHECK(!has(everything_in(world.cache.path()), "hunter2"));

    Session second = world.session(yaml_with(second_secret));
    const std::string difference = differences(second);
    CHECK(has(difference, "plumb_secret_"));
    CHECK(!has(difference, "hunter"));
    bring_about(second);
    CHECK(world.password() == second_secret);
  }

  TEST_CASE("secrets: a saved plan takes them from the schema file, and is refused without") {
    World world;
    Session planner = world.session(yaml_with(first_secret));
    const std::string saved = write_plan_json(planner.plan(planner.compare()), planner.symbols());

    Session stranger = make_session(world.scratch.url(), {});
    const Plan unknown = read_plan_json(saved, stranger.symbols());
    const std::string refusal = error_of([&] { stranger.apply(unknown, [](std::size_t) {}); });
    CHECK(has(refusal, "the plan sets a secret of the user mapping far for public that nobody tells"));
    CHECK(differences(planner) != "");

    Session friendly = world.session(yaml_with(first_secret));
    friendly.apply(read_plan_json(saved, friendly.symbols()), [](std::size_t) {});
    CHECK(world.password() == first_secret);
  }

  TEST_CASE("secrets: those of an SQL file are known to a saved plan too, and to a plan from the cache") {
    World world;
    constexpr std::string_view sql =
        "create foreign data wrapper plain; create server far foreign data wrapper plain;\n"
        "create user mapping for public server far options (user 'me', password 'hunter2');\n";
    Session planner = world.session(sql, "schema.sql");
    planner.compare();
    Session again = world.session(sql, "schema.sql");
    const Plan plan = again.plan(again.compare());
    CHECK(!has(write_plan_json(plan, again.symbols()), "hunter2"));
    again.apply(plan, [](std::size_t) {});
    CHECK(world.password() == "hunter2");
    CHECK(!has(everything_in(world.cache.path()), "hunter2"));
  }

  TEST_CASE("secrets: a plan for psql takes them from variables, also within a connection text") {
    World world;
    Session session = world.session(
        "subscriptions: {s: {connection: host=db password=hunter2 port=1, publications: [p], slot: none}}\n");
    const Plan plan = session.plan(session.compare());
    const std::string sql = write_plan_sql(plan, session.symbols());
    const std::string token{sql.substr(sql.find("plumb_secret_"), 21)};
    CHECK(has(sql, "-- a secret, to be given by: -v " + token + "=...\n"));
    CHECK(has(sql, "CONNECTION 'host=db password='\n:'" + token + "'\n' port=1'"));
    // What psql makes of it is what PostgreSQL takes for one text.
    CHECK(world.database.value("select 'host=db password='\n'hunter2'\n' port=1'") ==
          "host=db password=hunter2 port=1");
  }

  TEST_CASE("secrets: those of another database come along") {
    World world;
    bring_about(world.session(yaml_with(first_secret)));
    const TestDatabase copy;
    bring_about(session_like(copy.url(), world.scratch.url()));
    Database database{copy.url()};
    CHECK(has(database.value("select umoptions::text from pg_catalog.pg_user_mappings"), "hunter2"));
  }
}
