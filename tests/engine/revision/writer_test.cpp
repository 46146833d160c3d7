#include "engine/revision/writer.h"

#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "engine/revision/file.h"
#include "engine/revision/new_revision.h"
#include "engine/revision/template.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

namespace fs = std::filesystem;

RevisionSettings settings_for(const Folder& folder) {
  RevisionSettings settings;
  settings.locations.folders = {folder.path() + "/revisions"};
  settings.naming.file_template = "<id>_<slug>";
  return settings;
}

/// Writes a revision on top of what is there, as `plumb revision` does.
Draft write(const RevisionSettings& settings, const NewRevision& wanted, const std::string& message,
            std::string_view upgrade = {}) {
  const RevisionGraph graph{load_revisions(settings.locations)};
  Revision revision = place_new_revision(graph, wanted);
  revision.message = message;
  Draft draft = draft_revision(graph, settings, std::move(revision), {}, upgrade, {});
  write_draft(draft);
  return draft;
}

}  // namespace

TEST_CASE("revision writer: what is written is read again, with the hash of its parent") {
  const Folder folder;
  const RevisionSettings settings = settings_for(folder);
  const Draft first = write(settings, {.id = "one", .labels = {"shop"}}, "first things");
  CHECK(first.path == folder.path() + "/revisions/one_first_things.sql");
  write(settings, {.id = "two"}, "go on", "SELECT '${id} ${message}';\n");
  const RevisionFile second = read_revision_file(folder.path() + "/revisions/two_go_on.sql");
  CHECK(second.revision.down == std::vector<std::string>{"one"});
  CHECK(second.revision.parent_hashes.at("one") == hash_revision(first.text));
  CHECK(second.revision.message == "go on");
  CHECK(second.has_downgrade);
  REQUIRE(second.upgrade.size() == 1);
  CHECK(second.upgrade.front().sql == "SELECT 'two go on'");
  CHECK(write(settings, {.id = "three"}, "a\nb", "-- ${message}\n").text.find("\n-- a b\n") != std::string::npos);
  const RevisionGraph graph{load_revisions(settings.locations)};
  CHECK(graph.labels(*graph.find("two")) == std::vector<std::string>{"shop"});
}

TEST_CASE("revision writer: a file that is there already is never written over") {
  const Folder folder;
  RevisionSettings settings = settings_for(folder);
  settings.naming.file_template = "always_the_same";
  const Draft first = write(settings, {.id = "one"}, "");
  CHECK(error_of([&] { write(settings, {.id = "two"}, ""); }) == "cannot write " + first.path + ": File exists");
  CHECK(read_revision_file(first.path).revision.id == "one");
}

TEST_CASE("revision writer: a text that is no revision file is not written") {
  const Folder folder;
  const RevisionSettings settings = settings_for(folder);
  const std::string error = error_of([&] { write(settings, {.id = "one"}, "", "COMMIT;\n"); });
  CHECK(error.find("begins or ends the transaction") != std::string::npos);
  CHECK(load_revisions(settings.locations).empty());
}

TEST_CASE("revision writer: with several locations it follows its parent, or has to be told") {
  const Folder folder;
  RevisionSettings settings = settings_for(folder);
  const std::string other = folder.path() + "/library";
  settings.locations.folders.push_back(other);
  CHECK(error_of([&] {
          write(settings, {.id = "one"}, "");
        }).starts_with("Multiple version locations present, please specify --version-path\n"));
  const RevisionGraph nothing{{}};
  write_draft(draft_revision(nothing, settings, place_new_revision(nothing, {.id = "one"}), other, {}, {}));
  CHECK(write(settings, {.id = "two"}, "").path == other + "/two.sql");
  const std::string elsewhere = folder.path() + "/elsewhere";
  CHECK(error_of([&] {
          draft_revision(nothing, settings, Revision{}, elsewhere, {}, {});
        }).starts_with("Path " + elsewhere + " is not represented in current version locations\n"));
  settings.locations.recursive = true;
  const Revision third = place_new_revision(nothing, {.id = "three"});
  CHECK(draft_revision(nothing, settings, third, other + "/deep", {}, {}).path == other + "/deep/three.sql");
}

TEST_CASE("revision writer: a template with folders begins at the location again, not in the parent's folder") {
  const Folder folder;
  RevisionSettings settings = settings_for(folder);
  settings.locations = {{folder.path() + "/a", folder.path() + "/b"}, true};
  settings.naming.file_template = "deep/<id>";
  const RevisionGraph nothing{{}};
  const Revision first = place_new_revision(nothing, {.id = "one"});
  write_draft(draft_revision(nothing, settings, first, folder.path() + "/b", {}, {}));
  CHECK(write(settings, {.id = "two"}, "").path == folder.path() + "/b/deep/two.sql");
}

TEST_CASE("revision templates: a folder adds to plumb's own, and replaces them by name") {
  const Folder folder;
  folder.write("generic.sql", "-- template: Ours\n\n-- plumb: upgrade\nSELECT 1;\n\n-- plumb: downgrade\nSELECT 2;\n");
  folder.write("audit.sql", "-- plumb: upgrade\n-- plumb: downgrade\n");
  std::string names;
  for (const RevisionTemplate& one : list_templates(folder.path())) names += one.name + ' ';
  CHECK(names == "audit data generic online ");
  const RevisionTemplate ours = find_template(folder.path(), "generic");
  CHECK(ours.description == "Ours");
  CHECK(ours.upgrade == "SELECT 1;\n\n");
  CHECK(ours.downgrade == "SELECT 2;\n");
  CHECK(find_template("", "generic").upgrade.empty());
  CHECK(error_of([] { find_template("", "generick"); }) == "No such template generick\ndid you mean `generic`?");
  folder.write("windows.sql", "-- template: Theirs\r\n-- plumb: upgrade\r\nSELECT 1;\r\n-- plumb: downgrade");
  CHECK(find_template(folder.path(), "windows").description == "Theirs");
  CHECK(find_template(folder.path(), "windows").upgrade == "SELECT 1;\n");
  CHECK(find_template(folder.path(), "windows").downgrade.empty());
  folder.write("broken.sql", "SELECT 1;\n");
  CHECK(error_of([&] { list_templates(folder.path()); }).find("broken.sql:1:1: a template holds the lines") !=
        std::string::npos);
  CHECK(!error_of([&] { list_templates(folder.path() + "/none"); }).empty());
}

TEST_CASE("revision templates: each of plumb's own makes a revision file") {
  const Folder folder;
  const RevisionSettings settings = settings_for(folder);
  const RevisionGraph nothing{{}};
  for (const RevisionTemplate& one : list_templates("")) {
    CAPTURE(one.name);
    CHECK(!one.description.empty());
    const Draft draft =
        draft_revision(nothing, settings, place_new_revision(nothing, {}), {}, one.upgrade, one.downgrade);
    CHECK(parse_revision_file(draft.text, draft.path).upgrade.empty());
  }
}
