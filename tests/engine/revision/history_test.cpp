#include "engine/revision/history.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "engine/report/plan_report.h"
#include "engine/revision/audit.h"
#include "engine/revision/folder.h"
#include "engine/revision/migrate.h"
#include "engine/session.h"
#include "schema/describe.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string revision(const std::string& id, std::string_view down, std::string_view upgrade,
                     std::string_view downgrade) {
  return fmt::format("-- revision: {}\n-- revises: {}\n\n-- plumb: upgrade\n{}\n-- plumb: downgrade\n{}\n", id, down,
                     upgrade, downgrade);
}

/// Revisions and a schema file, without any database.
struct Project {
  TestDatabase scratch;
  Folder revisions;
  Folder schema;
  PrivateCache cache;
  std::vector<std::string> before;
  std::string tried_on = scratch.url();

  RevisionGraph graph() const { return RevisionGraph{load_revisions({{revisions.path()}, false})}; }

  Session session(std::string_view yaml, const std::string& url = {}) const {
    SessionOptions options;
    options.database.is_named = !url.empty();
    options.database.location = url;
    options.database.shown = "the database";
    options.schema_files = {schema.write("schema.yaml", yaml)};
    options.scratch = tried_on;
    return Session{std::move(options)};
  }

  /// What the schema file wants beyond the history, one line an object.
  std::string wanted(std::string_view yaml) const {
    const RevisionGraph all = graph();
    const History history{all, std::array{std::string{"heads"}}, before};
    Session on = session(yaml);
    std::string text;
    for (const Change& change : on.compare(history).changes) text += describe(change.identity(), on.symbols()) + '\n';
    return text;
  }

  void migrate_to_head(const std::string& url) const {
    Database database{url};
    const RevisionGraph all = graph();
    const std::array<std::string, 1> head{"heads"};
    migrate(database, "the database", all, {}, [&](auto rows) { return plan_upgrade(all, rows, head); }, {});
  }
};

constexpr std::string_view two_columns = "tables: {t: {columns: {a: integer, b: text}}}\n";

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("history: it is replayed without a live database, and compared with the schema files") {
    const Project project;
    CHECK(project.wanted(two_columns) == "table public.t\ncolumn public.t.a\ncolumn public.t.b\n");
    project.revisions.write("1.sql", revision("one", "", "create table t (a integer);", "drop table t;"));
    CHECK(project.wanted(two_columns) == "column public.t.b\n");
    project.revisions.write("2.sql", revision("two", "one", "alter table t add b text;", "alter table t drop b;"));
    CHECK(project.wanted(two_columns) == "");
    // The second time the answer comes from the cache; another content is another history.
    CHECK(project.wanted(two_columns) == "");
    project.revisions.write("2.sql",
                            revision("two", "one", "alter table t add b varchar(4);", "alter table t drop b;"));
    CHECK(project.wanted(two_columns) == "column public.t.b\n");
  }

  TEST_CASE("history: what changes roles is replayed on a private server alone") {
    const Project project;
    project.revisions.write("a.sql", revision("a", "", "create table t (n integer);\ncreate role history_role;",
                                              "drop role history_role;\ndrop table t;"));
    CHECK(has(error_of([&] { project.wanted("tables: {t: {columns: {n: integer}}}"); }),
              "they are tried on a private server alone and never on yours"));
    CHECK(Database{project.scratch.url()}.value("select to_regrole('history_role')").empty());
  }

  TEST_CASE("history: roles that only a live database would tell of are there for its replay") {
    Project project;
    project.tried_on = "embedded";
    project.revisions.write(
        "a.sql", revision("a", "", "create table t (n integer);\ngrant select on t to \"A reader\";", "drop table t;"));
    CHECK(project.wanted("tables: {t: {columns: {n: integer}, grants: {A reader: [select]}}}") == "");
  }

  TEST_CASE("history: what was there before the first revision has a file of its own, and is nobody's wish") {
    Project project;
    project.revisions.write(
        "1.sql", revision("one", "", "create table t (a integer references base (id), b text);", "drop table t;"));
    const std::string error = error_of([&] { project.wanted(two_columns); });
    CHECK(has(error, "the history cannot be replayed: "));
    CHECK(has(error, "1.sql:5: relation \"base\" does not exist"));
    CHECK(has(error, "`revisions: before:` in plumb.yaml"));
    project.before = {project.schema.write("before.sql", "create table public.base (id integer primary key);\n")};
    CHECK(project.wanted(two_columns) == "foreign key public.t.t_a_fkey\n");
  }

  TEST_CASE("history: a generated revision arrives, and leads back") {
    const Project project;
    project.revisions.write("1.sql", revision("one", "", "create table t (a integer, gone text);", "drop table t;"));
    const RevisionGraph graph = project.graph();
    const History history{graph, std::array{std::string{"heads"}}, {}};
    Session session = project.session(R"(
enums: {mood: [ok, bad]}
tables: {t: {columns: {a: {type: bigint, default: 1 + 1}, m: {type: mood, not_null: true}}}}
)");
    const Comparison comparison = session.compare(history);
    const RevisionSections sections = write_plan_revision(session.plan(comparison), session.symbols());
    CHECK(has(sections.upgrade, "-- loses data: drop-column=public.t.gone\n"));
    CHECK(has(sections.downgrade,
              "-- The data that the upgrade loses does not come back, only the place for it:\n"
              "--   drop-column=public.t.gone\n"));
    Revision made;
    made.id = "two";
    made.down = {"one"};
    const std::string text = write_revision_file(made, sections.upgrade, sections.downgrade);
    const Fingerprint to = session.prove_revision(history, parse_revision_file(text, "2.sql"), comparison).to;
    CHECK(!(to == comparison.actual.fingerprint()));

    // What does not lead back is found out.
    const std::string wrong = write_revision_file(made, sections.upgrade, "drop type mood cascade;");
    CHECK(has(error_of([&] { session.prove_revision(history, parse_revision_file(wrong, "2.sql"), comparison); }),
              "its way back does not arrive"));
  }

  TEST_CASE("history: a generated statement that stands alone needs none of the settings before it") {
    const Project project;
    project.revisions.write("1.sql", revision("one", "", "create type mood as enum ('ok');", "drop type mood;"));
    const RevisionGraph graph = project.graph();
    const History history{graph, std::array{std::string{"heads"}}, {}};
    Session session =
        project.session("enums: {mood: [ok, bad]}\ntables: {t: {columns: {m: mood}}, u: {columns: {m: mood}}}");
    const Comparison comparison = session.compare(history);
    const RevisionSections sections = write_plan_revision(session.plan(comparison), session.symbols());
    const std::size_t alone = sections.upgrade.find("-- plumb: no transaction\nALTER TYPE public.mood ADD VALUE 'bad'");
    REQUIRE(alone != std::string::npos);
    const std::string before = sections.upgrade.substr(0, alone), after = sections.upgrade.substr(alone);
    CHECK(has(before, "SET search_path") == has(before, "RESET ALL;"));
    CHECK(
        has(after,
            "\n\nSET search_path = public;\nSET check_function_bodies = off;\nSET default_table_access_method = heap;\n"
            "SET default_tablespace = '';\n\n-- create table"));
  }

  TEST_CASE("history: a stairway finds the step that does not lead back") {
    const Project project;
    project.revisions.write("1.sql", revision("one", "", "create table t (a integer);", "drop table t;"));
    project.revisions.write("2.sql",
                            revision("two", "one", "alter table t add b text, add c text;", "alter table t drop b;"));
    const RevisionGraph graph = project.graph();
    const History history{graph, std::array{std::string{"heads"}}, {}};
    Session session = project.session(two_columns);
    int steps = 0;
    const std::string error = error_of([&] { session.climb(history, [&](const TravelStep&) { ++steps; }); });
    CHECK(has(error, "2.sql: its downgrade does not lead back"));
    CHECK(has(error, "column public.t.c is left over"));
    CHECK(steps == 2);
  }

  TEST_CASE("history: what was changed by hand is told from what nobody's revisions are about") {
    const Project project;
    project.revisions.write(
        "1.sql", revision("one", "", "create table t (a integer);\ncreate index i on t (a);", "drop table t;"));
    const TestDatabase live;
    project.migrate_to_head(live.url());
    Database database{live.url()};
    database.run("create table public.theirs (x integer)");
    const RevisionGraph graph = project.graph();
    const History history{graph, std::array{std::string{"one"}}, {}};
    const auto drift = [&] {
      Session session = project.session(two_columns, live.url());
      std::string text;
      for (const Change& change : session.drift(history).changes)
        text += describe(change.identity(), session.symbols()) + '\n';
      return text;
    };
    CHECK(drift() == "");
    database.run("drop index public.i; alter table public.t add by_hand text");
    CHECK(drift() == "column public.t.by_hand\nindex public.i\n");
  }

  TEST_CASE("history: files that were edited or removed after they were run are found out") {
    const Project project;
    project.revisions.write("1.sql", revision("one", "", "create table t (a integer);", "drop table t;"));
    const std::string hash = hash_revision(revision("one", "", "create table t (a integer);", "drop table t;"));
    project.revisions.write("2.sql",
                            "-- revision: two\n-- revises: one\n-- parent: one " + hash + "\n-- plumb: upgrade\n");
    project.migrate_to_head(project.scratch.url());
    Database database{project.scratch.url()};
    Ledger ledger{database, {}};
    CHECK(edited_parents(project.graph()).empty());
    CHECK(edited_applied(project.graph(), ledger).empty());

    project.revisions.write("1.sql", revision("one", "", "create table t (a bigint);", "drop table t;"));
    const RevisionGraph graph = project.graph();
    REQUIRE(edited_parents(graph).size() == 1);
    CHECK(has(edited_parents(graph).front(), "1.sql was edited after revision two was made from it"));
    REQUIRE(edited_applied(graph, ledger).size() == 1);
    CHECK(has(edited_applied(graph, ledger).front(), "1.sql was edited after it was run here"));
    const RevisionGraph empty{{}};
    CHECK(edited_applied(empty, ledger).front() == "revision one was run here, and its file is gone");
    ledger.add({.way = Way::stamp, .revision = "two"});
    CHECK(edited_applied(empty, ledger).empty());
  }
}
