#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/inspect.h"
#include "engine/postgres/database.h"
#include "engine/postgres/process.h"
#include "engine/report/plan_report.h"
#include "engine/revision/folder.h"
#include "engine/revision/migrate.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

namespace fs = std::filesystem;

const fs::path fixture = fs::path{PLUMB_SOURCE_DIR} / "fixtures" / "truthgraph";

std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

/// A fingerprint of every row of the tables that the first phase left.
std::string rows(Database& database) {
  std::string all;
  for (const char* table : {"claims", "evidence", "verdicts", "verdict_evidence"}) {
    all += std::string{table} + ' ' +
           database.value("select count(*) || ' ' || md5(string_agg(t::text, '|' order by t::text)) from public." +
                          std::string{table} + " t") +
           '\n';
  }
  return all;
}

/// What a dump says, one statement an element, without what the server or pg_dump add of their own.
std::vector<std::string> statements_in(const std::string& dump) {
  std::vector<std::string> statements;
  std::istringstream lines{dump};
  std::string statement;
  bool in_body = false;
  for (std::string line; std::getline(lines, line);) {
    const bool is_noise = line.empty() || line.starts_with("--") || line.starts_with('\\');
    if (is_noise && !in_body) continue;
    if (line.find("$$") != std::string::npos && line.find("$$", line.find("$$") + 2) == std::string::npos)
      in_body = !in_body;
    statement += line + '\n';
    if (in_body || !line.ends_with(';')) continue;
    const bool is_setting = statement.starts_with("SET ") || statement.starts_with("SELECT pg_catalog.set_config");
    const bool is_of_server = statement.find("pg_attver") != std::string::npos ||
                              statement.find("uuid-ossp") != std::string::npos ||
                              statement.starts_with("COMMENT ON EXTENSION");
    if (!is_setting && !is_of_server) statements.push_back(statement);
    statement.clear();
  }
  std::ranges::sort(statements);
  return statements;
}

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("truthgraph: the second phase comes about, and the first one's data and objects stay as they were") {
    if (!has_vector_server()) {
      say_skipped("no server with pgvector here; run fixtures/setup --tests");
      return;
    }
    const TestDatabase scratch{vector_server()};
    const PrivateCache cache;
    const std::string file = (fixture / "schema.yaml").string();
    Database database{scratch.url()};
    database.run(read(fixture / "phase1.sql"));
    const std::string before = rows(database);
    CHECK(before.find(" 0 ") == std::string::npos);

    const std::string plan = bring_about(make_session(scratch.url(), {file}));
    CHECK(differences(make_session(scratch.url(), {file})) == "");
    CHECK(rows(database) == before);
    for (const char* table : {"claims", "evidence", "verdicts", "verdict_evidence"}) {
      CHECK(plan.find("-- table public." + std::string{table}) == std::string::npos);
      CHECK(plan.find("ALTER TABLE public." + std::string{table} + ' ') == std::string::npos);
    }
    database.run(R"(
        insert into public.embeddings (entity_type, entity_id, embedding)
          values ('claim', gen_random_uuid(), (select array_agg(1)::public.vector from generate_series(1, 384))))");
    CHECK(database.value("select tenant_id || model_name from public.embeddings") == "defaultall-MiniLM-L6-v2");
  }

  TEST_CASE("truthgraph: the way back leaves the first phase alone, and the extension where it was") {
    if (!has_vector_server()) {
      say_skipped("no server with pgvector here; run fixtures/setup --tests");
      return;
    }
    const TestDatabase scratch{vector_server()};
    const PrivateCache cache;
    Database database{scratch.url()};
    database.run(read(fixture / "phase1.sql"));
    const std::string before = rows(database);
    Session session = make_session(scratch.url(), {(fixture / "schema.yaml").string()});
    const Comparison comparison = session.compare();
    const Plan plan = session.plan(comparison);
    const std::string start =
        make_session(scratch.url(), {(fixture / "schema.yaml").string()}).inspect(SchemaFormat::yaml);
    session.apply(plan, [](std::size_t) {});
    Plan back = plan;
    std::swap(back.steps, back.way_back);
    std::swap(back.from, back.to);
    session.apply(back, [](std::size_t) {});
    CHECK(rows(database) == before);
    CHECK(make_session(scratch.url(), {(fixture / "schema.yaml").string()}).inspect(SchemaFormat::yaml) == start);
    CHECK(database.value("select count(*) from pg_extension where extname = 'vector'") == "1");
  }

  TEST_CASE("truthgraph: a dump of the result says what the service's own migration said") {
    const fs::path wanted = fs::path{PLUMB_SOURCE_DIR}.parent_path() / "shared" / "truthgraph" / "phase2.dump.sql";
    const fs::path program = has_vector_server() ? fs::path{vector_installation()->bin} / "pg_dump" : fs::path{};
    if (!fs::exists(wanted) || !fs::exists(program)) {
      say_skipped("no dump of the service's database to compare with, or no pg_dump beside a server with pgvector");
      return;
    }
    const TestDatabase scratch{vector_server()};
    const PrivateCache cache;
    Database{scratch.url()}.run(read(fixture / "phase1.sql"));
    bring_about(make_session(scratch.url(), {(fixture / "schema.yaml").string()}));
    const Outcome dump =
        run_program({program.string(), "--schema-only", "--no-owner", "--no-privileges", "--dbname=" + scratch.url()},
                    server_account());
    REQUIRE_MESSAGE(dump.status == 0, dump.output);
    const auto found = statements_in(dump.output);
    const auto expected = statements_in(read(wanted));
    CHECK(expected.size() > 40);
    std::vector<std::string> missing;
    std::ranges::set_difference(expected, found, std::back_inserter(missing));
    std::vector<std::string> extra;
    std::ranges::set_difference(found, expected, std::back_inserter(extra));
    for (const std::string& one : missing) FAIL_CHECK("missing: " << one);
    for (const std::string& one : extra) FAIL_CHECK("too much: " << one);
  }

  TEST_CASE("truthgraph: the second phase as a revision, generated without the database, run there and back") {
    if (!has_vector_server()) {
      say_skipped("no server with pgvector here; run fixtures/setup --tests");
      return;
    }
    const TestDatabase live{vector_server()};
    const PrivateCache cache;
    const Folder folder;
    SessionOptions options;
    options.database.is_named = false;
    options.schema_files = {(fixture / "schema.yaml").string()};
    options.scratch = live.url();
    Session session{std::move(options)};
    const std::vector<std::string> phase1{(fixture / "phase1.sql").string()};
    const std::vector<std::string> heads{"heads"};

    const RevisionGraph nothing{{}};
    const History history{nothing, heads, phase1};
    const Comparison comparison = session.compare(history);
    const RevisionSections sections = write_plan_revision(session.plan(comparison), session.symbols());
    Revision revision;
    revision.id = "phase2_ml_tables";
    const std::string text = write_revision_file(revision, sections.upgrade, sections.downgrade);
    session.prove_revision(history, parse_revision_file(text, "phase2.sql"), comparison);
    folder.write("phase2.sql", text);

    Database database{live.url()};
    database.run(read(fixture / "phase1.sql"));
    const std::string before = rows(database);
    Symbols symbols;
    const Fingerprint phase1_state = inspect(database, symbols).fingerprint();
    const RevisionGraph graph{load_revisions({{folder.path()}, false})};
    const auto upgrade = [&](auto at) { return plan_upgrade(graph, at, heads); };
    const auto downgrade = [&](auto at) { return plan_downgrade(graph, at, "base"); };
    CHECK(migrate(database, "the database", graph, {}, upgrade, {}).size() == 1);
    CHECK(session.compare(History{graph, heads, phase1}).changes.empty());
    CHECK(differences(make_session(live.url(), {(fixture / "schema.yaml").string()})) == "");
    CHECK(migrate(database, "the database", graph, {}, downgrade, {}).size() == 1);
    CHECK(inspect(database, symbols).fingerprint() == phase1_state);
    CHECK(rows(database) == before);
  }
}
