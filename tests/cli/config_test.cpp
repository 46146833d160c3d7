#include "cli/config.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "schema/error.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::cli;

TEST_CASE("config: settings are read, and paths are relative to the file") {
  const Config config = parse_config(
      "schema: [tables.yaml, more/*.sql]\n"
      "database: embedded:./db\n"
      "scratch: embedded\n"
      "lock_timeout: 1.5\n"
      "lock_retries: 7\n"
      "variables:\n"
      "  TENANT: acme\n"
      "  SIZE: 3\n",
      "project/plumb.yaml");
  CHECK(config.file == "project/plumb.yaml");
  CHECK(config.schema_files == std::vector<std::string>{"project/tables.yaml", "project/more/*.sql"});
  CHECK(config.database == "embedded:project/db");
  CHECK(config.scratch == "embedded");
  CHECK(config.patience.lock_timeout == std::chrono::milliseconds{1500});
  CHECK(config.patience.retries == 7);
  CHECK(config.variables.at("TENANT") == "acme");
  CHECK(config.variables.at("SIZE") == "3");
}

TEST_CASE("config: only a lock_timeout of 0 waits without end") {
  const auto timeout = [](std::string_view text) { return parse_config(text, "plumb.yaml").patience.lock_timeout; };
  CHECK(timeout("lock_timeout: 0.0004") == std::chrono::milliseconds{1});
  CHECK(timeout("lock_timeout: 0") == std::chrono::milliseconds{0});
}

TEST_CASE("config: a file may be empty, and its defaults are seen from its folder") {
  for (std::string_view text : {"", " \n\n", "# nothing\n"}) {
    const Config config = parse_config(text, "project/plumb.yaml");
    CHECK(config.file == "project/plumb.yaml");
    CHECK(config.revisions.locations.folders == std::vector<std::string>{"project/revisions"});
  }
}

TEST_CASE("config: a single path and an absolute one are fine") {
  CHECK(parse_config("schema: schema.yaml", "plumb.yaml").schema_files == std::vector<std::string>{"schema.yaml"});
  CHECK(parse_config("schema: /etc/s.yaml", "a/plumb.yaml").schema_files == std::vector<std::string>{"/etc/s.yaml"});
}

TEST_CASE("config: every mistake is told with its place") {
  struct Case {
    std::string_view text;
    std::string_view says;
  };
  const std::vector<Case> cases{
      {"shcema: a.yaml", "plumb.yaml:1:1: unknown setting `shcema`: did you mean `schema`?"},
      {"schema: {a: b}", "plumb.yaml:1:9: expected a path or a list of paths, found a map"},
      {"variables: [a]", "plumb.yaml:1:12: expected a map of names and texts, found a list"},
      {"lock_timeout: 3s", "plumb.yaml:1:15: expected a number of seconds, found `3s`"},
      {"lock_timeout: .nan", "plumb.yaml:1:15: expected a number of seconds, found `.nan`"},
      {"lock_timeout: nan", "plumb.yaml:1:15: expected a number of seconds, found `nan`"},
      {"scratch: embeded",
       "plumb.yaml:1:10: this is neither a connection, as in postgresql://host/dbname or "
       "dbname=NAME, nor a word: did you mean `embedded`?"},
      {"lock_retries: -1", "plumb.yaml:1:15: expected a number of tries, found `-1`"},
      {"- schema", "plumb.yaml:1:1: expected a map of settings, found a list"},
      {"schema: a\nscratch: [b]\ndatabas: x", "plumb.yaml:3:1: unknown setting `databas`: did you mean `database`?"},
  };
  for (const Case& each : cases) {
    std::string message;
    try {
      parse_config(each.text, "plumb.yaml");
    } catch (const DeclarationError& error) {
      message = error.what();
    }
    CAPTURE(message);
    CHECK(message.find(each.says) != std::string::npos);
  }
}

TEST_CASE("config: the settings of revisions are read, and have defaults") {
  const Config config = parse_config(
      "revisions:\n"
      "  locations: [shop, more/library]\n"
      "  recursive: true\n"
      "  file_template: <rev>_<slug>\n"
      "  timezone: Asia/Kolkata\n"
      "  truncate_slug_length: 20\n"
      "  templates: templates\n"
      "  hooks:\n"
      "    - {name: format, command: [sqlfluff, fix, REVISION_SCRIPT_FILENAME], folder: tools}\n"
      "    - command: touch\n",
      "project/plumb.yaml");
  const RevisionSettings& revisions = config.revisions;
  CHECK(revisions.locations.folders == std::vector<std::string>{"project/shop", "project/more/library"});
  CHECK(revisions.locations.recursive);
  CHECK(revisions.naming.file_template == "<rev>_<slug>");
  CHECK(revisions.naming.timezone == "Asia/Kolkata");
  CHECK(revisions.naming.slug_length == 20);
  CHECK(revisions.templates == "project/templates");
  REQUIRE(revisions.hooks.size() == 2);
  CHECK(revisions.hooks[0].name == "format");
  CHECK(revisions.hooks[0].command == std::vector<std::string>{"sqlfluff", "fix", "REVISION_SCRIPT_FILENAME"});
  CHECK(revisions.hooks[0].folder == "project/tools");
  CHECK(revisions.hooks[1].command == std::vector<std::string>{"touch"});

  CHECK(parse_config("scratch: auto\n", "project/plumb.yaml").revisions.locations.folders ==
        std::vector<std::string>{"project/revisions"});
  CHECK(Config{}.revisions.locations.folders == std::vector<std::string>{"revisions"});
}

TEST_CASE("config: faults of the settings of revisions are told with their places") {
  const std::string error = tests::error_of([] {
    parse_config(
        "revisions:\n"
        "  location: a\n"
        "  recursive: sometimes\n"
        "  file_template: <slag>\n"
        "  truncate_slug_length: many\n"
        "  hooks: [{name: x}]\n",
        "plumb.yaml");
  });
  CHECK(error.find("plumb.yaml:2:3: unknown setting `location`: did you mean `locations`?") != std::string::npos);
  CHECK(error.find("plumb.yaml:3:14: expected true or false, found `sometimes`") != std::string::npos);
  CHECK(error.find("plumb.yaml:4:18: file_template: unknown token `<slag>`: did you mean `slug`?") !=
        std::string::npos);
  CHECK(error.find("plumb.yaml:5:25: expected a number of characters, found `many`") != std::string::npos);
  CHECK(error.find("plumb.yaml:6:11: a hook needs a `command`") != std::string::npos);
  CHECK(tests::error_of([] {
          parse_config("revisions: {timezone: Mars/Base}\n", "plumb.yaml");
        }).find("Can't locate timezone: Mars/Base") != std::string::npos);
  CHECK(tests::error_of([] { parse_config("revisions: {file_template: <year>/<rev>}\n", "plumb.yaml"); }) ==
        "plumb.yaml:1:12: `file_template` makes folders, in which revisions are only found with `recursive: true`");
  CHECK(tests::error_of([] {
          parse_config("revisions: {recursive: true, file_template: <year>/<rev>}\n", "plumb.yaml");
        }).empty());
  const std::string once =
      tests::error_of([] { parse_config("revisions: {timezone: Mars/Base, file_template: <rev>}\n", "plumb.yaml"); });
  CHECK(once.find("Mars/Base") == once.rfind("Mars/Base"));
  CHECK(!tests::error_of([] { parse_config("revisions: {locations: []}\n", "plumb.yaml"); }).empty());
}
