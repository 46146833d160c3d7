#include "engine/revision/emit/emit.h"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "engine/revision/folder.h"
#include "schema/error.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// Revisions in a folder, and what they are for another runner.
struct Project {
  Folder folder;

  void write(const std::string& id, std::string_view down, std::string_view created, std::string_view upgrade) const {
    folder.write(id + ".sql", fmt::format("-- revision: {}\n-- revises: {}\n-- created: {}\n\n-- plumb: upgrade\n{}\n\n"
                                          "-- plumb: downgrade\nselect 'back';\n",
                                          id, down, created, upgrade));
  }
  std::vector<EmittedFile> files(std::string_view runner) const {
    const RevisionGraph graph{load_revisions({{folder.path()}, false})};
    std::vector<RevisionNumber> all;
    for (std::size_t i = 0; i < graph.size(); ++i) all.push_back(static_cast<RevisionNumber>(i));
    return emit(graph, all, runner);
  }
  std::string names(std::string_view runner) const {
    std::string text;
    for (const EmittedFile& file : files(runner)) text += file.path + '\n';
    return text;
  }
};

}  // namespace

TEST_CASE("emit: a file's number is when its revision was made, but greater than those of what it needs") {
  Project project;
  project.write("b", "", "2026-01-02T03:04:05Z", "select 1;");
  project.write("a", "b", "2025-01-01T00:00:00Z", "select 2;");
  project.write("c", "a", "", "select 3;");
  CHECK(project.names("dbmate") == "20260102030405_b.sql\n20260102030406_a.sql\n20260102030407_c.sql\n");
}

TEST_CASE("emit: what comes later leaves the numbers before it as they are") {
  Project project;
  project.write("a", "", "2026-01-02T03:04:05Z", "select 1;");
  const std::string before = project.names("goose");
  project.write("b", "a", "2026-01-02T03:04:05Z", "select 2;");
  CHECK(project.names("goose") == before + "20260102030406_b.sql\n");
}

TEST_CASE("emit: a revision with statements outside transactions becomes pieces that go one way") {
  Project project;
  project.write("a", "", "2026-01-02T03:04:05Z",
                "select 1;\n-- plumb: no transaction\ncreate index concurrently i on t (x);");
  const std::vector<EmittedFile> files = project.files("goose");
  REQUIRE(files.size() == 3);
  CHECK(!has(files[0].text, "NO TRANSACTION"));
  CHECK(has(files[1].text, "-- +goose NO TRANSACTION\n"));
  CHECK(!has(files[1].text, "back"));
  CHECK(has(files[2].text, "select 'back'"));
}

TEST_CASE("emit: comments stay where their statements are, in each runner's form") {
  Project project;
  project.write("a", "", "",
                "-- migrate:down is dbmate's\n--\n-- +goose Down\nselect 1; -- and one\n\n/* Two --\n   lines */\n"
                "-- plumb: no transaction\nselect 2;\n-- the end");
  const auto text = [&](std::string_view runner) {
    std::string all;
    for (const EmittedFile& file : project.files(runner)) all += file.text;
    return all;
  };
  for (std::string_view runner : {"flyway", "sqitch", "psql"}) {
    CAPTURE(runner);
    const std::string all = text(runner);
    CHECK(has(all, "-- migrate:down is dbmate's\n--\n-- +goose Down\nselect 1;\n-- and one\n"));
    CHECK(has(all, "-- Two --\n-- lines\nselect 2;\n-- the end\n"));
  }
  CHECK(has(text("dbmate"), "-- -- migrate:down is dbmate's\n--\n-- +goose Down\nselect 1;\n-- and one\n"));
  CHECK(has(text("goose"),
            "-- migrate:down is dbmate's\n--\n-- -- +goose Down\n-- +goose StatementBegin\nselect 1;\n"
            "-- +goose StatementEnd\n-- and one\n"));
  CHECK(has(text("alembic"),
            "    # migrate:down is dbmate's\n    #\n    # +goose Down\n    execute(\"select 1\")\n"
            "    # and one\n    # Two --\n    # lines\n    with op.get_context()"));
  CHECK(has(text("liquibase"), "<!-- and one -->"));
  CHECK(has(text("liquibase"), "<!-- Two - - -->"));
}

TEST_CASE("emit: a section that holds only comments keeps them") {
  Project project;
  project.folder.write("a.sql",
                       "-- revision: a\n-- plumb: upgrade\n-- +goose Up\n/* there */\n-- plumb: downgrade\n-- back\n");
  const auto text = [&](std::string_view runner, std::size_t file) { return project.files(runner).at(file).text; };
  CHECK(has(text("alembic", 0), "def upgrade():\n    # +goose Up\n    # there\n    pass\n"));
  CHECK(has(text("alembic", 0), "def downgrade():\n    # back\n    pass\n"));
  CHECK(has(text("dbmate", 0), "-- migrate:up\n-- +goose Up\n-- there\n\n-- migrate:down\n-- back\n"));
  CHECK(has(text("goose", 0), "-- +goose Up\n-- -- +goose Up\n-- there\n\n-- +goose Down\n-- back\n"));
  CHECK(has(text("flyway", 0), "-- +goose Up\n-- there\n"));
  CHECK(has(text("liquibase", 1), "<!-- there -->"));
  CHECK(has(text("liquibase", 1), "<!-- back -->"));
  for (std::string_view runner : {"psql", "sqitch"}) {
    CAPTURE(runner);
    std::string all;
    for (const EmittedFile& file : project.files(runner)) all += file.text;
    CHECK(has(all, "\n-- +goose Up\n-- there\n"));
    CHECK(has(all, "\n-- back\n"));
  }
  project.folder.write("a.sql",
                       "-- revision: a\n-- plumb: upgrade\n-- there\n-- plumb: downgrade\n-- plumb: no transaction\n"
                       "select 1;\nselect 2;\n");
  CHECK(has(text("goose", 0), "-- +goose Up\n-- there\n"));
}

TEST_CASE("emit: dbmate is told no statement outside transactions that needs settings which it cannot give") {
  Project project;
  const auto faults_of = [&](std::string_view settings) {
    project.write("a", "", "",
                  fmt::format("{}\n-- plumb: no transaction\ncreate index concurrently i on t (x);", settings));
    return error_of([&] { project.files("dbmate"); });
  };
  CHECK(faults_of("set search_path = app;") ==
        fmt::format("{}/a.sql:8: dbmate runs a statement outside transactions alone, without what is set before it by: "
                    "set search_path = app\nname everything in it with its schema, write RESET ALL; above its line "
                    "`-- plumb: no transaction`, and set again below it what the statements there need",
                    project.folder.path()));
  CHECK(faults_of("set search_path = app; select 1; Reset  All;").empty());
  CHECK(faults_of("set local lock_timeout = '1s'; select 1;").empty());
  CHECK(has(faults_of("set role app; reset all;"), "set role app"));
}

TEST_CASE("emit: what one revision sets is undone at its end, the role too") {
  Project project;
  project.write("a", "", "", "set role app;\nselect 1;");
  CHECK(has(project.files("alembic").front().text,
            "execute(\"RESET SESSION AUTHORIZATION\")\n    execute(\"RESET ALL\")\n"));
  project.write("a", "", "", "set local lock_timeout = 1;");
  CHECK(!has(project.files("alembic").front().text, "RESET"));
}

TEST_CASE("emit: a secret is a variable for psql, and refused where a runner has none") {
  Project project;
  project.write("a", "", "", "select 'plumb_secret_0123abcd';");
  CHECK(has(project.files("psql").front().text, "select :'plumb_secret_0123abcd';"));
  CHECK(
      has(error_of([&] { project.files("flyway"); }), "a.sql:6: this statement sets a secret, plumb_secret_0123abcd"));
}

TEST_CASE("emit: what a runner would take for its own is refused where no block can hold it") {
  Project project;
  project.write("a", "", "", "-- plumb: no transaction\nselect '${HOME}';");
  CHECK(
      has(error_of([&] { project.files("liquibase"); }), "a.sql:7: liquibase would take something in this statement"));
}

TEST_CASE("emit: another file in the place of one that is to be written stops all of it") {
  Project project;
  project.write("a", "", "", "select 1;");
  Folder out;
  out.write("19700101000000_a.sql", "mine");
  CHECK(has(error_of([&] { write_emitted(project.files("dbmate"), out.path()); }),
            "19700101000000_a.sql is there already, and holds something else; nothing was written"));
}
