#include "engine/prove.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "engine/diff.h"
#include "engine/inspect.h"
#include "engine/workbench.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

/// Two databases of which the second is to be proven reachable from the first.
struct World {
  TestDatabase one;
  TestDatabase other;
  PrivateCache cache;
  Symbols symbols;
  Database first{one.url()};
  Database second{other.url()};
  Workbench workbench{{.how = "target", .target = one.url(), .version = first.version()}, symbols};

  World() {
    first.run("create table public.t (a integer, gone text); create view public.v as select a from public.t");
    second.run(
        "create table public.t (a bigint, b text default 'x'); create view public.v as select a, b from public.t");
  }

  /// What the proof says about the right plan after `spoil` has changed it; empty when it holds.
  template <typename Spoil>
  std::string proof(Spoil spoil) {
    Comparison comparison{inspect(first, symbols), {}, inspect(second, symbols), {}, {}};
    comparison.changes = diff(comparison.actual, comparison.desired);
    Plan plan = make_plan(comparison.changes, comparison.actual, comparison.desired);
    spoil(plan);
    return error_of([&] { prove(plan, comparison, workbench); });
  }
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string sql_of(const Step& step) { return step.forward.empty() ? std::string{} : step.forward.front().sql; }

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("prove: a plan that is right is proven, and leaves no database behind") {
    World world;
    CHECK(world.proof([](Plan&) {}) == "");
    CHECK(world.proof([](Plan&) {}) == "");
    CHECK(world.first.value("select count(*) from pg_database where datname like 'plumb%'") == "0");
  }

  TEST_CASE("prove: a plan that forgets something does not arrive, and neither does a way back") {
    World world;
    const auto forget = [](std::vector<Step>& steps) {
      const auto place = std::ranges::find_if(
          steps, [](const Step& step) { return sql_of(step).find("COLUMN gone") != std::string::npos; });
      REQUIRE(place != steps.end());
      steps.erase(place);
    };
    const std::string there = world.proof([&](Plan& plan) { forget(plan.steps); });
    CHECK(has(there, "it does not arrive"));
    CHECK(has(there, "column public.t.gone is left over"));
    const std::string back = world.proof([&](Plan& plan) { forget(plan.way_back); });
    CHECK(has(back, "its way back does not arrive"));
    CHECK(has(back, "column public.t.gone is missing"));
  }

  TEST_CASE("prove: a plan that does something else than it should is found out") {
    World world;
    const std::string error = world.proof(
        [](Plan& plan) { plan.steps.back().forward.push_back({"alter table public.t alter column b set not null"}); });
    CHECK(has(error, "column public.t.b is different"));
    CHECK(has(error, "not_null"));
  }

  TEST_CASE("prove: a statement that fails is shown with PostgreSQL's words") {
    World world;
    const std::string there =
        world.proof([](Plan& plan) { plan.steps.front().forward.push_back({"select no_such_thing()"}); });
    CHECK(has(there, "the way there failed"));
    CHECK(has(there, "no_such_thing"));
    const std::string back =
        world.proof([](Plan& plan) { plan.way_back.front().forward.push_back({"select no_such_thing()"}); });
    CHECK(has(back, "the way back failed"));
  }
}
