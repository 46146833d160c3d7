#include "engine/revision/file.h"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

constexpr std::string_view whole = R"(-- revision: 3f9c2a7be101
-- revises: phase2_ml_tables, other
-- depends_on: ab12
-- branch_labels: vectors
-- created: 2026-11-22T18:30:00Z
-- message: add model version to embeddings
--   and an index
-- from: 00112233445566778899aabbccddeeff
-- to: ffeeddccbbaa99887766554433221100
-- parent: other 1111
-- parent: phase2_ml_tables 2222

-- plumb: upgrade
ALTER TABLE public.embeddings ADD COLUMN model_version text;
-- plumb: no transaction
CREATE INDEX CONCURRENTLY model_idx ON public.embeddings (model_version);
UPDATE public.embeddings SET model_version = '; -- plumb: downgrade';

-- plumb: downgrade
ALTER TABLE public.embeddings DROP COLUMN model_version;
)";

constexpr std::string_view header = "-- revision: a\n\n";

std::string faults_of(std::string_view sections) {
  return error_of([&] { parse_revision_file(std::string{header} + std::string{sections}, "a.sql"); });
}

}  // namespace

TEST_CASE("revision file: the header holds the graph, and the sections the statements") {
  const RevisionFile file = parse_revision_file(whole, "v/a.sql");
  const Revision& revision = file.revision;
  CHECK(revision.id == "3f9c2a7be101");
  CHECK(revision.down == std::vector<std::string>{"phase2_ml_tables", "other"});
  CHECK(revision.depends_on == std::vector<std::string>{"ab12"});
  CHECK(revision.labels == std::vector<std::string>{"vectors"});
  CHECK(revision.created == "2026-11-22T18:30:00Z");
  CHECK(revision.message == "add model version to embeddings\nand an index");
  CHECK(revision.from == "00112233445566778899aabbccddeeff");
  CHECK(revision.to == "ffeeddccbbaa99887766554433221100");
  CHECK(revision.parent_hashes == std::map<std::string, std::string>{{"other", "1111"}, {"phase2_ml_tables", "2222"}});
  CHECK(revision.path == "v/a.sql");
  REQUIRE(file.upgrade.size() == 3);
  CHECK(file.upgrade[0].sql == "ALTER TABLE public.embeddings ADD COLUMN model_version text");
  CHECK(file.upgrade[0].line == 14);
  CHECK(!file.upgrade[0].outside_transaction);
  CHECK(file.upgrade[1].outside_transaction);
  CHECK(!file.upgrade[2].outside_transaction);
  CHECK(file.has_downgrade);
  REQUIRE(file.downgrade.size() == 1);
}

TEST_CASE("revision file: each statement has the comments above it, and behind it on its line") {
  const RevisionFile file =
      parse_revision_file(std::string{header} +
                              "-- plumb: upgrade\n-- one\n--   ünd \n--two\nselect /* in */ 1 -- it\n; "
                              "-- behind\n/*\n * block\n */ select 2; select 3; -- last\n-- end\n"
                              "-- plumb: downgrade\n-- nothing",
                          "a.sql");
  using Lines = std::vector<std::string>;
  REQUIRE(file.upgrade.size() == 3);
  CHECK(file.upgrade[0].comments == Lines{"one", "  ünd", "two"});
  CHECK(file.upgrade[0].comments_behind == Lines{"it"});
  CHECK(file.upgrade[1].comments == Lines{"behind", "* block"});
  CHECK(file.upgrade[1].comments_behind.empty());
  CHECK(file.upgrade[2].comments_behind == Lines{"last", "end"});
}

TEST_CASE("revision file: what is written reads back the same, byte for byte") {
  const RevisionFile file = parse_revision_file(whole, "a.sql");
  const auto section = [&](std::string_view from, std::string_view to) {
    const auto begin = whole.find(from) + from.size();
    return whole.substr(begin, to.empty() ? to.npos : whole.find(to) - begin);
  };
  const std::string text = write_revision_file(file.revision, section("-- plumb: upgrade\n", "\n-- plumb: downgrade\n"),
                                               section("\n-- plumb: downgrade\n", ""));
  CHECK(text == whole);
}

TEST_CASE("revision file: markers in constants and bodies of functions are no markers") {
  const RevisionFile file = parse_revision_file(std::string{header} + R"(-- plumb: upgrade
create function f() returns text language plpgsql as $$
begin
-- plumb: downgrade
  return '
-- plumb: no transaction
';
end $$;
)",
                                                "a.sql");
  CHECK(file.upgrade.size() == 1);
  CHECK(!file.has_downgrade);
}

TEST_CASE("revision file: every fault is told with its line") {
  CHECK(error_of([] { parse_revision_file("select 1;\n", "a.sql"); }) ==
        "a.sql:1:1: no line `-- plumb: upgrade`, which begins the statements of a revision\n"
        "a.sql:1:1: no revision file: its first lines must hold `-- revision: ID` and `-- revises: PARENT`\n"
        "a.sql:1:1: this statement stands before `-- plumb: upgrade`");
  CHECK(error_of([] { parse_revision_file("-- revision: a\n-- revise: b\n-- plumb: upgrade\n", "a.sql"); }) ==
        "a.sql:2:1: unknown word `revise`: did you mean `revises`?");
  CHECK(error_of([] { parse_revision_file("-- revision: a\n-- revision: b\n-- plumb: upgrade\n", "a.sql"); }) ==
        "a.sql:2:1: `revision` is said twice");
  CHECK(error_of([] { parse_revision_file("-- revision: a\n-- parent: b\n-- plumb: upgrade\n", "a.sql"); }) ==
        "a.sql:2:1: expected a revision and the hash of its file, as in `-- parent: ae1027a6 5f0c...`");
  CHECK(faults_of("-- plumb: upgrade\nselect 1\n-- plumb: downgrade\nselect 2;\n") ==
        "a.sql:4:1: this statement goes on behind `-- plumb: downgrade`: end it with a semicolon");
  CHECK(faults_of("-- plumb: upgrade\n-- plumb: upgrade\n") == "a.sql:4:1: this section begins twice");
  CHECK(faults_of("-- plumb: upgrad\n-- plumb: upgrade\n") ==
        "a.sql:3:1: unknown word `upgrad`: did you mean `upgrade`?");
  CHECK(faults_of("-- plumb: upgrade\n-- plumb: no transaction\n-- plumb: downgrade\n") ==
        "a.sql:4:1: no statement of this section follows this line");
  CHECK(faults_of("-- plumb: upgrade\nselect 1;\n-- plumb: no transaction\n") ==
        "a.sql:5:1: no statement follows this line");
  CHECK(faults_of("-- plumb: upgrade\nselect 'x;\n") ==
        "a.sql:4:8: unterminated quoted string: it starts here and has no end");
}

TEST_CASE("revision file: what would end plumb's transaction is a fault, savepoints are none") {
  for (std::string_view statement :
       {"begin", "Start Transaction", "COMMIT", "end", "rollback", "abort", "prepare transaction 'a'"}) {
    const std::string message = faults_of("-- plumb: upgrade\n" + std::string{statement} + ";\n");
    CAPTURE(statement);
    CHECK(message.starts_with("a.sql:4:1: `"));
    CHECK(message.find("begins or ends the transaction") != std::string::npos);
  }
  CHECK(faults_of("-- plumb: upgrade\nsavepoint a; rollback to savepoint a; release a;\n") == "");
  CHECK(faults_of("-- plumb: upgrade\nprepare a as select 1;\n") == "");
}

TEST_CASE("revision file: its hash is that of its content, whatever the line ends") {
  CHECK(hash_revision("a\r\nb\r\n") == hash_revision("a\nb\n"));
  CHECK(hash_revision("a\nb\n") != hash_revision("a\nb"));
  CHECK(parse_revision_file(whole, "a.sql").hash == hash_revision(whole));
}
