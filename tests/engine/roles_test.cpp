#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "engine/inspect.h"
#include "engine/postgres/database.h"
#include "engine/report/plan_report.h"
#include "engine/revision/folder.h"
#include "schema/error.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// A cluster of one test's own, for roles belong to the whole of it.
struct World {
  Server server = Server::temporary(*server_installation(has_server(16) ? 16 : 15));
  PrivateServers servers{server};
  PrivateCache cache;
  Folder folder;
  Database database = made(server);
  std::vector<std::string> warnings;

  static Database made(const Server& server) {
    Database{server.url()}.run("create database shop template template0");
    return Database{server.url("shop")};
  }

  Session session(std::string_view text, const std::string& user = "postgres", const std::string& scratch = "auto",
                  std::string_view file = "schema.yaml") {
    SessionOptions options;
    options.database.is_named = true;
    options.database.location = server.url("shop", user);
    options.database.shown = "the database";
    options.schema_files = {folder.write(std::string{file}, text)};
    options.scratch = scratch;
    options.warn = [this](std::string_view warning) { warnings.emplace_back(warning); };
    return Session{std::move(options)};
  }

  std::string differences(std::string_view text) { return tests::differences(session(text)); }

  std::string inspected(SchemaFormat format, Cluster cluster) {
    SessionOptions options;
    options.database.location = server.url("shop");
    options.database.shown = "the database";
    options.cluster = cluster;
    return Session{std::move(options)}.inspect(format);
  }

  bool has_role(std::string_view name) {
    return !database.value("select 1 from pg_roles where rolname = " + quote_literal(name)).empty();
  }
};

constexpr std::string_view shop = R"(
roles:
  readers: {}
  app:
    login: true
    connection_limit: 5
    settings: {search_path: "shop, public"}
    comment: What the application runs as
    member_of: {readers: {}, pg_read_all_stats: {admin: true}}
tables:
  orders:
    owner: app
    columns: {id: integer}
    row_security: true
    grants: {readers: [select]}
    policies: {all_rows: {roles: [readers], using: "true"}}
default_privileges:
  app: {tables: {readers: [select]}}
)";

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("roles: they are planned, applied, compared, put right and written down") {
    World world;
    world.database.run("create role bystander login");
    const std::string plan = bring_about(world.session(shop));
    INFO(plan);
    CHECK(has(plan, "CREATE ROLE app LOGIN CONNECTION LIMIT 5;"));
    CHECK(has(plan, "-- undone by DROP ROLE app;"));
    CHECK(plan.find("CREATE ROLE readers") < plan.find("GRANT readers TO app"));
    CHECK(plan.find("GRANT readers TO app") < plan.find("CREATE TABLE public.orders"));
    CHECK(!has(plan, "bystander"));
    CHECK(world.differences(shop) == "");

    world.database.run("alter role app createdb connection limit 6; grant pg_monitor to app; revoke readers from app");
    const std::string found = world.differences(shop);
    CHECK(has(found, "role app; connection_limit: `6` -> `5`; createdb: `true` ->"));
    CHECK(has(found, "membership app.readers is missing"));
    CHECK(has(found, "membership app.pg_monitor is too much"));
    bring_about(world.session(shop));
    CHECK(world.differences(shop) == "");

    for (const SchemaFormat format : {SchemaFormat::yaml, SchemaFormat::sql}) {
      CHECK(!has(world.inspected(format, Cluster::if_declared), "bystander"));
      const std::string text = world.inspected(format, Cluster::always);
      INFO(text);
      CHECK(has(text, "bystander"));
      Session written =
          world.session(text, "postgres", "auto", format == SchemaFormat::yaml ? "found.yaml" : "found.sql");
      CHECK(differences(written) == "");
    }
  }

  TEST_CASE("roles: one that no file names stays, and is dropped where `manages` covers it, if nobody needs it") {
    World world;
    bring_about(world.session("roles: {app_old: {}, app_new: {}, other: {}}"));
    CHECK(world.differences("manages: database\nroles: {app_new: {}}") == "");
    const std::string plan =
        bring_about(world.session("manages: [database, {roles: [\"app_*\"]}]\nroles: {app_new: {}}"));
    CHECK(has(plan, "[drop-role=app_old]\nDROP ROLE app_old;"));
    CHECK(world.has_role("other"));
    CHECK(!world.has_role("app_old"));
  }

  TEST_CASE("roles: one that is called PUBLIC is not everybody") {
    World world;
    world.database.run(R"(
        create role "PUBLIC";
        create table public.t (a integer);
        grant select on public.t to "PUBLIC";
        grant insert on public.t to public;
        create policy q on public.t to "PUBLIC" using (true);
        create policy r on public.t using (true);
        alter default privileges grant select on tables to "PUBLIC")");
    for (const auto& [format, file] :
         {std::pair{SchemaFormat::yaml, "schema.yaml"}, {SchemaFormat::sql, "schema.sql"}}) {
      const std::string text = world.inspected(format, Cluster::never);
      CHECK(differences(world.session(text, "postgres", "auto", file)) == "");
      world.database.run("drop table public.t; alter default privileges revoke select on tables from \"PUBLIC\"");
      bring_about(world.session(text, "postgres", "auto", file));
      CHECK(world.database.value("select relacl::text from pg_catalog.pg_class where relname = 't'") ==
            "{postgres=arwdDxt/postgres,PUBLIC=r/postgres,=a/postgres}");
      CHECK(world.database.value("select string_agg(polroles::regrole[]::text, ' ' order by polname) "
                                 "from pg_catalog.pg_policy") == "{\"\\\"PUBLIC\\\"\"} {-}");
    }
  }

  TEST_CASE("roles: without a request nothing of the cluster is read") {
    World world;
    world.database.run("create role app");
    Symbols symbols;
    const Catalog catalog = inspect(world.database, symbols);
    CHECK(std::ranges::none_of(catalog.objects(),
                               [](const Object& object) { return rules_for(object.identity.kind).of_cluster; }));
  }

  TEST_CASE("roles: they are never tried on a server of the user's") {
    World world;
    for (const std::string& scratch : {std::string{"target"}, world.server.url()}) {
      const std::string yaml = error_of([&] { world.session("roles: {app: {}}", "postgres", scratch).compare(); });
      CHECK(has(yaml, "leave out --scratch, or say --scratch embedded"));
      const std::string sql =
          error_of([&] { world.session("create  user app;", "postgres", scratch, "schema.sql").compare(); });
      CHECK(has(sql, "leave out --scratch, or say --scratch embedded"));
    }
    CHECK(!world.has_role("app"));
  }

  TEST_CASE("roles: who may not change them hears it before anything is done") {
    World world;
    world.database.run("create role weak login; grant create on schema public to weak");
    const std::string yaml = "tables: {t: {columns: {id: integer}}}\nroles: {app: {}}";
    const std::string error = error_of([&] { bring_about(world.session(yaml, "weak")); });
    CHECK(has(error, "weak may not change the role app, and nothing was done: run plumb as a superuser, or"));
    world.database.run("alter role weak createrole");
    bring_about(world.session(yaml, "weak"));
    CHECK(tests::differences(world.session(yaml, "weak")) == "");
  }

  TEST_CASE(
      "roles: a private server has the superusers and tablespaces that files name, where files ask for no roles") {
    World world;
    world.database.run("create role chief superuser");
    world.database.run("set allow_in_place_tablespaces to on");
    world.database.run("create tablespace fast location ''");
    const std::string_view yaml = R"(
tables:
  t: {columns: {id: integer}, tablespace: fast, indexes: {t_id: {columns: [id], tablespace: fast}}}
foreign_data_wrappers:
  elsewhere: {owner: chief}
)";
    bring_about(world.session(yaml));
    CHECK(world.differences(yaml) == "");
    CHECK(world.database.value("select tablespace from pg_catalog.pg_tables where tablename = 't'") == "fast");
  }

  TEST_CASE("roles: the one that plumb runs as and the first superuser are left as they are") {
    World world;
    world.database.run("create role boss superuser login");
    Database{world.server.url("shop", "boss")}.run("alter role postgres rename to first");
    const std::string yaml = R"(
roles: {boss: {login: true}, first: {}, app: {member_of: {boss: {}, first: {}}}, postgres: {login: true}}
tables: {t: {owner: app, columns: {id: integer}}}
)";
    bring_about(world.session(yaml, "boss"));
    CHECK(tests::differences(world.session(yaml, "boss")) == "");
    const auto warns_of = [&](std::string_view what) {
      return std::ranges::any_of(world.warnings, [&](const std::string& warning) { return has(warning, what); });
    };
    CHECK(warns_of("the role boss is the one that plumb runs as, or the first of the server"));
    CHECK(warns_of("the role first is the one that plumb runs as, or the first of the server"));
    Database boss{world.server.url("shop", "boss")};
    CHECK(boss.value("select rolsuper::text from pg_roles where rolname = 'boss'") == "true");
    boss.run("drop table public.t; drop role app; drop role postgres");
    boss.run("alter role first rename to postgres");
  }

  TEST_CASE("roles: one whose name is no plain identifier may run plumb") {
    World world;
    world.database.run("create role \"Joe.Doe@x\" superuser login");
    const std::string yaml = "tables: {t: {columns: {id: integer}}}";
    bring_about(world.session(yaml, "Joe.Doe@x"));
    CHECK(tests::differences(world.session(yaml, "Joe.Doe@x")) == "");
    Database{world.server.url("shop", "Joe.Doe@x")}.run("drop table public.t");
    world.database.run("drop role \"Joe.Doe@x\"");
  }

  TEST_CASE("roles: who is no superuser keeps what was granted to him on what he does not own") {
    World world;
    world.database.run(
        "create role app login; grant all on schema public to app; create extension hstore schema public; "
        "grant execute on function public.hstore(text, text) to app; grant create on database shop to app");
    const std::string yaml =
        "schemas: {public: {grants: {app: [usage, create]}}}\ntables: {t: {columns: {id: integer, h: hstore}}}";
    CHECK(tests::differences(world.session(yaml, "app")).find("grant") == std::string::npos);
    bring_about(world.session(yaml, "app"));
    CHECK(tests::differences(world.session(yaml, "app")) == "");
    world.database.run("drop owned by app; drop role app; drop extension hstore");
  }

  TEST_CASE("roles: who may not grant a right hears it, where PostgreSQL only warns") {
    World world;
    world.database.run(
        "create role app login; create role reader; create table public.theirs (id integer); "
        "grant select on public.theirs to app");
    const std::string sql = "grant select on theirs to reader;";
    const std::string error = error_of([&] { bring_about(world.session(sql, "app", "auto", "schema.sql")); });
    CHECK(has(error, "no privileges were granted"));
    CHECK(has(error, "needs the right with grant option, or to own it"));
    world.database.run("drop table public.theirs; drop owned by app; drop role app; drop role reader");
  }

  TEST_CASE("roles: who is no superuser does without extensions that he may not make and nothing mentions") {
    World world;
    world.database.run(
        "create role app login createdb; grant create on schema public to app; create extension dblink schema public; "
        "create table public.t (id integer); alter table public.t owner to app");
    const std::string yaml = "views: {v: {query: select id from t}}";
    bring_about(world.session(yaml, "app", "target"));
    CHECK(tests::differences(world.session(yaml, "app", "target")) == "");
    world.database.run("drop extension dblink; drop owned by app; drop role app");
  }

  TEST_CASE("roles: who is no superuser gives a role its rights before what it is to own") {
    World world;
    world.database.run("create role team; create role app login in role team; grant create on database shop to app");
    const std::string sql =
        "create schema s; grant create, usage on schema s to team; create table s.u (a integer); "
        "alter table s.u owner to team;";
    bring_about(world.session(sql, "app", "auto", "schema.sql"));
    CHECK(world.database.value("select tableowner from pg_catalog.pg_tables where tablename = 'u'") == "team");
    world.database.run("drop schema s cascade; revoke create on database shop from app; drop role app; drop role team");
  }

  TEST_CASE("roles: a saved plan knows that it is about the cluster") {
    World world;
    Session session = world.session("roles: {app: {}}");
    const std::string json = write_plan_json(session.plan(session.compare()), session.symbols());
    Session later = world.session("tables: {}");
    const Plan plan = read_plan_json(json, later.symbols());
    CHECK(plan.cluster);
    later.apply(plan, [](std::size_t) {});
    CHECK(world.has_role("app"));
    CHECK(has(error_of([&] { later.apply(plan, [](std::size_t) {}); }), "no longer as it was"));
  }

  TEST_CASE("roles: who applies a plan is who made it, or hears of it") {
    World world;
    world.database.run("create role planner superuser login; create table public.t (id integer)");
    Session session = world.session("tables: {t: {columns: {id: bigint}}}", "planner");
    const Plan plan = session.plan(session.compare());
    CHECK(plan.role == "planner");
    const std::string error = error_of([&] { world.session("tables: {}").apply(plan, [](std::size_t) {}); });
    CHECK(has(error, "make a new plan with `plumb plan` as postgres, who applies it (it was made as planner)"));
    session.apply(plan, [](std::size_t) {});
    world.database.run("drop table public.t; drop role planner");
  }

  TEST_CASE("roles: what mentions one is borrowed from the cluster, without being claimed") {
    World world;
    world.database.run("create role elsewhere createdb connection limit 3");
    const std::string yaml = "roles: {app: {member_of: {elsewhere: {}}}}\ntables: {t: {owner: elsewhere, columns: {}}}";
    const std::string plan = bring_about(world.session(yaml));
    CHECK(!has(plan, "ROLE elsewhere"));
    CHECK(world.differences(yaml) == "");
    world.database.run("alter role elsewhere connection limit 9");
    CHECK(world.differences(yaml) == "");
  }

  TEST_CASE("roles: revisions leave them out, and may mention them") {
    World world;
    Folder revisions;
    const RevisionGraph graph{load_revisions({{revisions.path()}, false})};
    const History history{graph, std::array{std::string{"heads"}}, {}};
    Session session = world.session("roles: {app: {}}\ntables: {t: {owner: app, columns: {id: integer}}}");
    const Comparison comparison = session.compare(history);
    for (const Change& change : comparison.changes) CHECK(!rules_for(change.identity().kind).of_cluster);
    CHECK(comparison.changes.size() == 3);
    REQUIRE(world.warnings.size() == 1);
    CHECK(has(world.warnings.front(), "put them into a file of their own, and apply that"));
    CHECK(!world.has_role("app"));
    const std::string error =
        error_of([&] { world.session("\n create role app;", "postgres", "auto", "schema.sql").compare(history); });
    CHECK(has(error, "schema.sql:2:2: roles belong to the whole cluster, and are no part of revisions"));
  }
}
