#include "engine/report/plan_report.h"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "schema/describe.h"
#include "schema/error.h"

using namespace plumb;

namespace {

/// A plan with every form of statement: together, committed apart, and outside any transaction.
Plan sample_plan(Symbols& symbols) {
  const Symbol home = symbols.intern("public");
  const Symbol users = symbols.intern("users");
  const Identity table{Kind::table, Kind::none, home, Symbol::none, users};
  const Identity email{Kind::column, Kind::none, home, users, symbols.intern("email")};
  const Identity index{Kind::index, Kind::none, home, users, symbols.intern("users_email_idx")};
  const Identity comment{Kind::comment, Kind::column, home, users, symbols.intern("email")};
  const Identity mood{Kind::enumeration, Kind::none, home, Symbol::none, symbols.intern("mood")};

  Plan plan;
  plan.from = {0x0123456789abcdef, 0xfedcba9876543210};
  plan.to = {1, 2};
  plan.search_path = "public, extensions";
  plan.proven = true;
  plan.steps = {
      {Action::create, table, {{"CREATE TABLE public.users (\n  id bigint\n)"}}, {{"DROP TABLE public.users"}}, "", {}},
      {Action::alter,
       mood,
       {{"ALTER TYPE public.mood ADD VALUE 'glad'", Transaction::commit_after}},
       {},
       "values sad -> sad, glad",
       {}},
      {Action::create,
       index,
       {{"CREATE INDEX CONCURRENTLY users_email_idx ON public.users (email)", Transaction::outside}},
       {{"DROP INDEX public.users_email_idx"}},
       "",
       {}},
      {Action::drop,
       email,
       {{"ALTER TABLE public.users DROP COLUMN email", Transaction::any, "drop-column"}},
       {{"ALTER TABLE public.users ADD COLUMN email text"}},
       "not in the schema files",
       {"drop-column=public.users.email"}},
      {Action::alter, comment, {{"COMMENT ON COLUMN public.users.email IS '$$;\n--'"}}, {}, "text a -> b", {}},
  };
  plan.way_back = {{Action::drop, table, {{"DROP TABLE public.users"}}, {}, "", {}}};
  return plan;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("plan report: objects are called by kind and full name") {
  Symbols symbols;
  const Plan plan = sample_plan(symbols);
  CHECK(describe(plan.steps[0].subject, symbols) == "table public.users");
  CHECK(describe(plan.steps[2].subject, symbols) == "index public.users_email_idx");
  CHECK(describe(plan.steps[3].subject, symbols) == "column public.users.email");
  CHECK(describe(plan.steps[4].subject, symbols) == "comment on column public.users.email");
  const Identity foreign{Kind::foreign_key, Kind::none, symbols.intern("a"), symbols.intern("b"), symbols.intern("c")};
  CHECK(describe(foreign, symbols) == "foreign key a.b.c");
  CHECK(full_name({Kind::schema, Kind::none, Symbol::none, Symbol::none, symbols.intern("app")}, symbols) == "app");
}

TEST_CASE("plan report: a plan written as JSON is read back as it was") {
  Symbols symbols;
  const std::string json = write_plan_json(sample_plan(symbols), symbols);
  Symbols others;
  const Plan plan = read_plan_json(json, others);
  CHECK(write_plan_json(plan, others) == json);
  CHECK(plan.from == Fingerprint{0x0123456789abcdef, 0xfedcba9876543210});
  CHECK(plan.proven);
  CHECK(plan.search_path == "public, extensions");
  REQUIRE(plan.steps.size() == 5);
  CHECK(plan.steps[3].forward.front().consent == "drop-column");
  CHECK(plan.steps[2].forward.front().transaction == Transaction::outside);
  CHECK(plan.steps[4].subject.subject == Kind::column);
  CHECK(plan.way_back.size() == 1);
}

TEST_CASE("plan report: a damaged or foreign file is refused by name of what is wrong") {
  Symbols symbols;
  const std::string json = write_plan_json(sample_plan(symbols), symbols);
  struct Case {
    std::string text;
    std::string_view says;
  };
  const std::vector<Case> cases{
      {"", "not JSON"},
      {json.substr(0, json.size() / 2), "not JSON"},
      {"[]", "the document is not an object"},
      {"{}", "format is missing"},
      {R"({"format": "1"})", "format is not a whole number"},
      {R"({"format": 99})", "format 99"},
      {replaced(json, R"("from": "fedc)", R"("from": "xedc)"), "from is not a fingerprint"},
      {replaced(json, R"("proven": true)", R"("proven": 1)"), "proven is neither true nor false"},
      {replaced(json, R"("kind": "index")", R"("kind": "gadget")"), "steps[2].kind is \"gadget\""},
      {replaced(json, R"("action": "alter")", R"("action": "paint")"), "steps[1].action is none of"},
      {replaced(json, R"("transaction": "outside")", R"("transaction": "never")"),
       "steps[2].statements[0].transaction"},
      {replaced(json, R"("drop-column=public.users.email")", ""), "steps[3].consents lacks drop-column"},
      {replaced(json, R"("way_back")", R"("way")"), "way_back is missing"},
      {replaced(json, R"("proven": true)", R"("proven": false)"), "somebody has changed it since plumb wrote it"},
      {replaced(json, "DROP COLUMN", "DROP  COLUMN"), "somebody has changed it since plumb wrote it"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.says);
    Symbols others;
    std::string message;
    try {
      read_plan_json(each.text, others);
    } catch (const PlanError& error) {
      message = error.what();
    }
    CAPTURE(message);
    CHECK(message.find(each.says) != std::string::npos);
  }
}

TEST_CASE("plan report: the SQL script has as few transactions as its statements allow") {
  Symbols symbols;
  const std::string sql = write_plan_sql(sample_plan(symbols), symbols);
  const std::size_t begin = sql.find("\nSET search_path");
  REQUIRE(begin != std::string::npos);
  CHECK(sql.substr(begin, sql.find("\n-- The way back") - begin) == R"(
SET search_path = public, extensions;
SET check_function_bodies = off;
SET default_table_access_method = heap;
SET default_tablespace = '';

BEGIN;

-- 1. create table public.users
CREATE TABLE public.users (
  id bigint
);

-- 2. alter enum public.mood: values sad -> sad, glad
ALTER TYPE public.mood ADD VALUE 'glad';

COMMIT;

-- 3. create index public.users_email_idx
CREATE INDEX CONCURRENTLY users_email_idx ON public.users (email);

BEGIN;

-- 4. drop column public.users.email: not in the schema files
-- loses data: drop-column=public.users.email
ALTER TABLE public.users DROP COLUMN email;

-- 5. alter comment on column public.users.email: text a -> b
COMMENT ON COLUMN public.users.email IS '$$;
--'
;

COMMIT;
)");
}

TEST_CASE("plan report: a script sets what decides what its constants mean") {
  Symbols symbols;
  Plan plan;
  const Identity table{Kind::table, Kind::none, symbols.intern("public"), Symbol::none, symbols.intern("t")};
  const auto script_of = [&](std::string sql) {
    plan.steps = {{Action::alter, table, {{std::move(sql)}}, {}, "", {}}};
    return write_plan_sql(plan, symbols);
  };
  CHECK(
      script_of(R"(ALTER TABLE t ALTER COLUMN a SET DEFAULT 'C:\new')").find("SET standard_conforming_strings = on;") !=
      std::string::npos);
  CHECK(script_of("ALTER TABLE t ALTER COLUMN a SET DEFAULT '{NULL,2}'").find("SET array_nulls = on;") !=
        std::string::npos);
  CHECK(script_of("ALTER TABLE t ALTER COLUMN a SET DEFAULT 'a'::xml").find("SET xmloption = content;") !=
        std::string::npos);
  CHECK(script_of("ALTER TABLE t ALTER COLUMN a TYPE text")
            .find("SET datestyle = 'ISO';\nSET intervalstyle = 'postgres';\nSET timezone = 'UTC';\n") !=
        std::string::npos);
  const std::string plain = script_of("ALTER TABLE t ALTER COLUMN a SET DEFAULT 1");
  CHECK(plain.find("SET search_path = '';\nSET check_function_bodies = off;\n\nBEGIN;") != std::string::npos);
}

TEST_CASE("plan report: the way back stands in the SQL script as comments") {
  Symbols symbols;
  Plan plan;
  const Identity table{Kind::table, Kind::none, symbols.intern("public"), Symbol::none, symbols.intern("t")};
  plan.steps = {{Action::create, table, {{"CREATE TABLE public.t (\n  a integer\n)"}}, {}, "", {}}};
  plan.way_back = {{Action::drop, table, {{"DROP TABLE\n  public.t"}}, {}, "", {"drop-table=public.t"}}};
  const std::string sql = write_plan_sql(plan, symbols);
  CHECK(sql.substr(sql.find("\nCOMMIT;")) == R"(
COMMIT;

-- The way back, in its own order; data that is lost on the way there stays lost:
--
-- SET search_path = '';
-- SET check_function_bodies = off;
--
-- BEGIN;
--
-- -- 1. drop table public.t
-- -- loses data: drop-table=public.t
-- DROP TABLE
--   public.t;
--
-- COMMIT;
)");
}

TEST_CASE("plan report: the way back as comments keeps every character, or stands elsewhere") {
  Symbols symbols;
  Plan plan;
  const Identity table{Kind::table, Kind::none, symbols.intern("public"), Symbol::none, symbols.intern("t")};
  plan.steps = {{Action::create, table, {{"SELECT 1"}}, {}, "", {}}};
  plan.way_back = {{Action::drop, table, {{"SELECT '\t\f \\', 'plumb_secret_5e8d12c4'"}}, {}, "", {}}};
  std::string sql = write_plan_sql(plan, symbols);
  CHECK(sql.find("-- SELECT '\t\f \\', :'plumb_secret_5e8d12c4';\n") != std::string::npos);
  CHECK(sql.find("plumb_secret_5e8d12c4", sql.find("-- The way back")) < sql.find("-- SELECT"));
  plan.way_back.front().forward.front().sql = "SELECT '\r'";
  sql = write_plan_sql(plan, symbols);
  CHECK(sql.find('\r') == std::string::npos);
  CHECK(sql.ends_with("it stands in the plan as JSON.\n"));
}

TEST_CASE("plan report: an empty plan as SQL is comments only") {
  Symbols symbols;
  const std::string sql = write_plan_sql(Plan{}, symbols);
  CHECK(sql.starts_with("-- "));
  CHECK(sql.find("\n\n") == std::string::npos);
  CHECK(sql.find(';') == std::string::npos);
}

TEST_CASE("plan report: a schema as SQL is its statements alone") {
  Symbols symbols;
  Plan plan = sample_plan(symbols);
  plan.search_path.clear();
  plan.steps.resize(2);
  const std::string sql = write_schema_sql(plan);
  CHECK(sql.substr(sql.find("\nSET search_path")) == R"(
SET search_path = '';
SET check_function_bodies = off;
SET default_table_access_method = heap;
SET default_tablespace = '';

CREATE TABLE public.users (
  id bigint
);

ALTER TYPE public.mood ADD VALUE 'glad';
)");
}

TEST_CASE("plan report: no name can leave the comment that it stands in") {
  Symbols symbols;
  Plan plan;
  const Identity table{Kind::table, Kind::none, symbols.intern("public"), Symbol::none, symbols.intern("x\nDROP y;")};
  plan.steps = {{Action::create, table, {{"SELECT 1"}}, {}, "a\rb", {}}};
  const std::string sql = write_plan_sql(plan, symbols);
  CHECK(sql.find("\nDROP") == std::string::npos);
  CHECK(sql.find("-- 1. create table public.x DROP y;: a b\n") != std::string::npos);
}

TEST_CASE("plan report: people see steps, reasons, statements, the way back and what is lost") {
  Symbols symbols;
  const Plan plan = sample_plan(symbols);
  const std::string text = write_plan_text(plan, symbols, Style{});
  for (std::string_view part : {
           "5 steps: 2 to create, 2 to alter, 1 to drop; proven both ways on a scratch database\n",
           " 1. create table public.users\n      CREATE TABLE public.users (\n        id bigint\n      );\n",
           "    back: DROP TABLE public.users;\n",
           " 2. alter enum public.mood: values sad -> sad, glad\n",
           "(email);  -- outside any transaction\n",
           "    loses data: needs --allow drop-column=public.users.email\n",
       }) {
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(write_plan_text(plan, symbols, Style{true}).find("\x1b[32m") != std::string::npos);
  CHECK(write_plan_text(Plan{}, symbols, Style{}) == "Nothing to do: there is no difference.\n");
}
