#include "cli/config.h"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "schema/error.h"

using namespace plumb;
using namespace plumb::cli;

TEST_CASE("config: settings are read, and paths are relative to the file") {
  const Config config = parse_config(
      "schema: [tables.yaml, more/*.sql]\n"
      "database: embedded:./db\n"
      "scratch: embedded\n"
      "variables:\n"
      "  TENANT: acme\n"
      "  SIZE: 3\n",
      "project/plumb.yaml");
  CHECK(config.file == "project/plumb.yaml");
  CHECK(config.schema_files == std::vector<std::string>{"project/tables.yaml", "project/more/*.sql"});
  CHECK(config.database == "embedded:project/db");
  CHECK(config.scratch == "embedded");
  CHECK(config.variables.at("TENANT") == "acme");
  CHECK(config.variables.at("SIZE") == "3");
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
