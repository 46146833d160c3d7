#include "engine/revision/squash.h"

#include <string>

#include <doctest/doctest.h>

#include "engine/revision/folder.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

TEST_CASE("squash: what depends on a branch of the range depends on nothing any more") {
  Folder folder;
  folder.write("x.sql", "-- revision: x\n-- branch_labels: left\n\n-- plumb: upgrade\ncreate table x ();\n");
  folder.write("y.sql", "-- revision: y\n-- depends_on: left\n\n-- plumb: upgrade\ncreate table y ();\n");
  folder.write("m.sql", "-- revision: m\n-- revises: x, y\n\n-- plumb: upgrade\ncreate table m ();\n");
  const RevisionGraph graph{load_revisions({{folder.path()}, false})};
  const Squash squashed = squash(graph, std::nullopt, *graph.find("m"));
  CHECK(squashed.revisions.size() == 3);
  CHECK(squashed.file.revision.labels == std::vector<std::string>{"left"});
  CHECK(squashed.file.revision.depends_on.empty());
  CHECK_NOTHROW(RevisionGraph{{squashed.file.revision}});
}

TEST_CASE("squash: a last statement ends where its section does, with or without a semicolon") {
  Folder folder;
  folder.write("a.sql",
               "-- revision: a\n\n-- plumb: upgrade\nset work_mem = '7MB';\ncreate table a ();\n\n"
               "-- plumb: downgrade\ndrop table a -- gone");
  folder.write("b.sql",
               "-- revision: b\n-- revises: a\n\n-- plumb: downgrade\ndrop table b;\n\n"
               "-- plumb: upgrade\nset work_mem = '8MB';\ncreate table b ()\n");
  const RevisionGraph graph{load_revisions({{folder.path()}, false})};
  const Squash squashed = squash(graph, std::nullopt, *graph.find("b"));
  const auto texts = [](const Section& section) {
    std::string all;
    for (const RevisionStatement& statement : section) all += statement.sql + ';';
    return all;
  };
  CHECK(texts(squashed.file.upgrade) ==
        "set work_mem = '7MB';create table a ();RESET ALL;set work_mem = '8MB';create table b ();RESET ALL;");
  CHECK(texts(squashed.file.downgrade) == "drop table b;drop table a;");
}
