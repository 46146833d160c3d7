#include "engine/revision/folder.h"

#include <chrono>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

const Moment evening = Moment{} + std::chrono::seconds{1795372205};  // 2026-11-22T18:30:05Z

std::string named(std::string_view pattern, std::string_view message = "add model version", const char* zone = "UTC") {
  Naming naming;
  naming.file_template = pattern;
  naming.timezone = zone;
  return file_name(naming, "3f9c", message, evening);
}

std::string ids_in(const Locations& locations) {
  std::string ids;
  for (const Revision& revision : load_revisions(locations)) ids += revision.id + ' ';
  return ids;
}

constexpr std::string_view rest = "\n-- plumb: upgrade\n";

}  // namespace

TEST_CASE("revision folder: files are named by the template, in its time zone") {
  CHECK(named(Naming{}.file_template) == "20261122_183005_3f9c_add_model_version.sql");
  CHECK(named(Naming{}.file_template, "") == "20261122_183005_3f9c.sql");
  CHECK(named("<year>/<month>/<day>-<hour>.<minute>.<second>-<rev>-<epoch>.sql") ==
        "2026/11/22-18.30.05-3f9c-1795372205.sql");
  CHECK(named("<date>_<time>", "", "Asia/Kolkata") == "20261123_000005.sql");
  CHECK(named("<date>_<time>") == "20261122_183005.sql");
  CHECK(iso_time(evening) == "2026-11-22T18:30:05Z");
}

TEST_CASE("revision folder: a template or a time zone that nobody knows is a fault") {
  CHECK(error_of([] { named("<slag>.sql"); }) == "file_template: unknown token `<slag>`: did you mean `slug`?");
  CHECK(error_of([] { named("<date>", "", "Mars/Base"); }).starts_with("Can't locate timezone: Mars/Base"));
}

TEST_CASE("revision folder: a template whose files would not be found again is a fault") {
  CHECK(error_of([] { named("../<rev>"); }) == "file_template: ../3f9c.sql leads out of the folder of revisions");
  CHECK(error_of([] { named("/<rev>"); }) == "file_template: /3f9c.sql leads out of the folder of revisions");
  CHECK(error_of([] { named("<slug>", ""); }) == "file_template: no name is left where there is no message: add <id>");
  CHECK(error_of([] { named("<year>/<slug>.sql", ""); }).starts_with("file_template: no name is left"));
  CHECK(error_of([] { named("%%(rev)s_<slug>"); }).starts_with("file_template: this is how Alembic writes it"));
}

TEST_CASE("revision folder: a slug is made of whole words") {
  CHECK(slug_of("Add model-version, now!", 40) == "add_model_version_now");
  CHECK(slug_of("one two three", 7) == "one_two");
  CHECK(slug_of("one two three", 6) == "one");
  CHECK(slug_of("incomprehensibilities", 7) == "incompr");
  CHECK(slug_of("Größe ändern", 40) == "größe_ändern");
  CHECK(slug_of(" ... ", 40) == "");
}

TEST_CASE("revision folder: files are loaded in the order of their names, from every location once") {
  const Folder folder;
  folder.write("a/2_b.sql", std::string{"-- revision: two"} + std::string{rest});
  folder.write("a/1_z.sql", std::string{"-- revision: one"} + std::string{rest});
  folder.write("a/deep/0.sql", std::string{"-- revision: zero"} + std::string{rest});
  folder.write("b/0.sql", std::string{"-- revision: three"} + std::string{rest});
  folder.write("b/notes.txt", "not SQL");
  const std::string a = folder.path() + "/a";
  const std::string b = folder.path() + "/b";
  CHECK(ids_in({{a, b}, false}) == "one two three ");
  CHECK(ids_in({{b, a}, true}) == "three zero one two ");
  CHECK(ids_in({{a, folder.path() + "/../" + a.substr(5), a + "/deep"}, true}) == "zero one two ");
  CHECK(ids_in({{folder.path() + "/none"}, false}) == "");
}

TEST_CASE("revision folder: the faults of all files are told at once") {
  const Folder folder;
  folder.write("1.sql", "select 1;\n");
  folder.write("2.sql", "-- revision: a\n-- revise: b\n");
  const std::string error = error_of([&] { load_revisions({{folder.path()}, false}); });
  CHECK(error.find("1.sql:1:1: no revision file") != std::string::npos);
  CHECK(error.find("2.sql:2:1: unknown word `revise`") != std::string::npos);
}
