#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "engine/postgres/database.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

// What the README says under "Limits", as far as it can be tried.

TEST_SUITE("live") {
  TEST_CASE("limits: a rename beside a body that says the new name, and what runs that body made anew, is refused") {
    TestDatabase scratch;
    const PrivateCache cache;
    Folder folder;
    Database{scratch.url()}.run(R"(
        create table public.t (x integer, n integer);
        create function public.total() returns bigint language sql stable as 'select sum(n) from public.t';
        create materialized view public.m as select x, public.total() from public.t)");
    const std::string schema = R"(
tables: {t: {columns: {x: bigint, amount: {type: integer, renamed_from: n}}}}
functions: {total(): {returns: bigint, language: sql, volatility: stable, body: select sum(amount) from public.t}}
materialized_views: {m: "select x, total() from t"}
)";
    const std::string error =
        error_of([&] { bring_about(make_session(scratch.url(), {folder.write("schema.yaml", schema)})); });
    CHECK(error.find("the way back failed there: column \"n\" does not exist") != std::string::npos);
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
    const std::string file = folder.write("schema.yaml", schema);
    const std::string strict = error_of([&] { bring_about(make_session(scratch.url(), {file})); });
    CHECK(strict.find("privileges that others than the owner granted on table public.t") != std::string::npos);
    SessionOptions options;
    options.database.is_named = true;
    options.database.location = scratch.url();
    options.schema_files = {file};
    options.scratch = "target";
    const std::string error = error_of([&] { bring_about(Session{std::move(options)}); });
    CHECK(error.find("dependent privileges exist") != std::string::npos);
    CHECK(database.value(rights) == before);
  }

  TEST_CASE("limits: a table whose row type a column uses gets no column with a default, and nothing is changed") {
    TestDatabase target;
    const PrivateCache cache;
    Folder folder;
    Database database{target.url()};
    database.run("create table public.t (id integer); create table public.u (r public.t)");
    const std::string schema = "tables: {t: {columns: {id: integer, z: {type: integer, default: 3}}}}\n";
    const std::string error =
        error_of([&] { bring_about(make_session(target.url(), {folder.write("schema.yaml", schema)})); });
    CHECK(error.find("cannot alter table \"t\" because column \"u.r\" uses its row type") != std::string::npos);
    CHECK(database.value("select count(*) from pg_attribute where attrelid = 'public.t'::regclass and attnum > 0") ==
          "1");
  }

  TEST_CASE("limits: a key that joined an index of the partitioned table is made beside a copy of that index") {
    TestDatabase target;
    const PrivateCache cache;
    Folder folder;
    Database database{target.url()};
    const std::string file = folder.write("schema.sql", R"(
create table t (a integer) partition by list (a);
create table t_1 partition of t for values in (1);
alter table t_1 add primary key (a);
create unique index on t (a);
)");
    bring_about(make_session(target.url(), {file}));
    CHECK(database.value("select count(*) from pg_index where indrelid = 'public.t_1'::regclass") == "2");
    CHECK(differences(make_session(target.url(), {file})) == "");
  }
}
