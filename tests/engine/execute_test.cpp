#include "engine/execute.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "schema/error.h"
#include "tests/support/catalog.h"
#include "tests/support/server.h"

using namespace plumb;

namespace {

Step step(const Identity& subject, std::vector<Statement> statements) {
  Step one;
  one.subject = subject;
  one.forward = std::move(statements);
  return one;
}

/// "[a b] c [d]": statements in brackets share a transaction.
std::string shown(const std::vector<Step>& steps) {
  std::string text;
  for (const Batch& batch : batches(steps)) {
    text += batch.in_transaction ? "[" : "(";
    for (const Batch::Item& item : batch.items) {
      if (!text.ends_with('[') && !text.ends_with('(')) text += ' ';
      text += item.statement->sql + std::to_string(item.step);
    }
    text += batch.in_transaction ? "]" : ")";
  }
  return text;
}

}  // namespace

TEST_CASE("execute: statements share transactions as far as they may") {
  Symbols symbols;
  const Identity subject = tests::identity(symbols, Kind::table, "public", "", "t");
  const Statement a{"a"};
  const Statement added{"v", Transaction::commit_after};
  const Statement outside{"o", Transaction::outside};
  CHECK(shown({}).empty());
  CHECK(shown({step(subject, {a, a}), step(subject, {a})}) == "[a0 a0 a1]");
  CHECK(shown({step(subject, {a, added}), step(subject, {a})}) == "[a0 v0][a1]");
  CHECK(shown({step(subject, {a}), step(subject, {outside}), step(subject, {a})}) == "[a0](o1)[a2]");
  CHECK(shown({step(subject, {outside, outside})}) == "(o0)(o0)");
  CHECK(shown({step(subject, {added, added})}) == "[v0 v0]");
  CHECK(shown({step(subject, {added}), step(subject, {added, a})}) == "[v0 v1][a1]");
  CHECK(shown({step(subject, {}), step(subject, {a})}) == "[a1]");
}

TEST_SUITE("live") {
  TEST_CASE("execute: a failure names the step and its statement, and says what stays") {
    const tests::TestDatabase scratch;
    Database database{scratch.url()};
    Symbols symbols;
    const Identity subject = tests::identity(symbols, Kind::table, "public", "", "t");
    const auto run = [&](const std::vector<Step>& steps) {
      std::string error;
      try {
        execute(
            database, steps, "public", [](std::size_t) {}, symbols);
      } catch (const DatabaseError& fault) {
        CHECK(fault.state == "22012");
        error = fault.what();
      }
      return error;
    };
    const Statement fails{"select 1 / 0"};
    const std::string nothing = run({step(subject, {{"create table a ()"}}), step(subject, {fails})});
    CHECK(nothing.find("division by zero") != std::string::npos);
    CHECK(nothing.find("in the step for table public.t") != std::string::npos);
    CHECK(nothing.find("select 1 / 0") != std::string::npos);
    CHECK(nothing.ends_with("Nothing was changed."));
    CHECK(database.value("select to_regclass('public.a')").empty());

    const std::string some = run({step(subject, {{"create table a ()", Transaction::commit_after}}),
                                  step(subject, {{"create table b ()"}, fails})});
    CHECK(some.ends_with("stays done, up to step 1 for table public.t; the rest was rolled back."));
    CHECK(database.value("select to_regclass('public.a')::text") == "public.a");
    CHECK(database.value("select to_regclass('public.b')").empty());
    CHECK(database.value("show search_path") == "\"\"");

    const std::string half = run({step(subject, {{"create table c ()", Transaction::commit_after}, fails})});
    CHECK(half.ends_with("stays done, up to a part of step 1 for table public.t; the rest was rolled back."));
    CHECK(database.value("select to_regclass('public.c')::text") == "public.c");
  }

  TEST_CASE("execute: each step is announced once, before it runs") {
    const tests::TestDatabase scratch;
    Database database{scratch.url()};
    Symbols symbols;
    const Identity subject = tests::identity(symbols, Kind::table, "public", "", "t");
    std::vector<std::string> seen;
    execute(
        database,
        std::vector{
            step(subject, {{"create table public.a ()"}, {"create table public.b ()", Transaction::commit_after}}),
            step(subject, {{"create table public.c ()"}})},
        {}, [&](std::size_t index) { seen.push_back(std::to_string(index)); }, symbols);
    CHECK(seen == std::vector<std::string>{"0", "1"});
    CHECK(database.value("select to_regclass('public.c')::text") == "public.c");
  }
}
