#include <string>

#include <doctest/doctest.h>

#include "engine/postgres/database.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

// What the README says under "Limits", as far as it can be tried.

TEST_SUITE("live") {
  TEST_CASE("limits: an extension that moves to a schema of the same plan takes its columns through a conversion") {
    TestDatabase scratch;
    const PrivateCache cache;
    Folder folder;
    Database database{scratch.url()};
    database.run(R"(
        create extension citext schema public;
        create table public.t (a public.citext);
        insert into public.t values ('Kept'))");
    const std::string schema = R"(
schemas: {ext: {}, public: {}}
extensions: {citext: {schema: ext}}
tables: {t: {columns: {a: ext.citext}}}
)";
    const std::string plan = bring_about(make_session(scratch.url(), {folder.write("schema.yaml", schema)}));
    CHECK(plan.find("TYPE ext.citext USING") != std::string::npos);
    CHECK(database.value("select a from public.t where a operator(ext.=) 'kept'") == "Kept");
  }

  TEST_CASE("limits: a grant that was passed on is not taken back before the others have lost it") {
    TestDatabase scratch;
    const PrivateCache cache;
    Folder folder;
    Database database{scratch.url()};
    database.run(R"(
        create table public.t (a integer);
        grant select on public.t to pg_monitor with grant option;
        set role pg_monitor;
        grant select on public.t to pg_read_all_stats;
        reset role)");
    const std::string rights = "select relacl::text from pg_catalog.pg_class where oid = 'public.t'::regclass";
    const std::string before = database.value(rights);
    const std::string schema = "tables: {t: {columns: {a: integer}, grants: {pg_signal_backend: [select]}}}\n";
    const std::string error =
        error_of([&] { bring_about(make_session(scratch.url(), {folder.write("schema.yaml", schema)})); });
    CHECK(error.find("dependent privileges exist") != std::string::npos);
    CHECK(database.value(rights) == before);
  }
}
