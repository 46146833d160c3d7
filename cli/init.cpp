#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "cli/commands.h"
#include "cli/workspace.h"
#include "schema/error.h"
#include "schema/file/json_schema.h"

namespace plumb::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* schema_name = "schema.yaml";
constexpr const char* editor_name = "plumb.schema.json";

/// Editors with the YAML language server complete and check by the file that it names.
constexpr std::string_view editor_line = "# yaml-language-server: $schema=plumb.schema.json\n";

constexpr std::string_view first_config = R"(# Settings of plumb, for the folder that it is run in.

# Files and folders that say what the database should look like.
schema: schema.yaml

# The live database. --database, DATABASE_URL and DATABASE_URL in .env are stronger; keep passwords there.
# database: postgresql://user@localhost:5432/dbname

# Where plans are tried before they are shown: auto, embedded, target, or a connection.
# scratch: auto

# What ${NAME} stands for in schema files.
# variables:
#   NAME: value
)";

constexpr std::string_view first_schema =
    R"(# What the database should look like. plumb touches only what is named here.
schema: public

tables:
  # An example: make it yours.
  notes:
    comment: Things to remember
    columns:
      id:         {type: bigint, not_null: true}
      body:       {type: text, not_null: true}
      created_at: {type: timestamptz, not_null: true, default: now()}
    primary_key: [id]
    indexes:
      notes_created_at_idx: {columns: [created_at DESC]}
)";

/// The live database as a schema file, when somebody named one, it can be reached, and a person wants it so.
std::optional<std::string> inspected(const Options& options, Console& console) {
  SessionOptions session = session_options(options, {}, console);
  const ConnectionTarget target = session.database;
  std::error_code ignored;
  if (!target.is_named || (target.embedded && !fs::exists(target.location, ignored))) return std::nullopt;
  if (!options.yes && !console.can_ask()) {
    console.note(fmt::format("to write {} down instead: plumb inspect --out {}", target.shown, schema_name));
    return std::nullopt;
  }
  if (!options.yes && !console.ask(fmt::format("Fill {} from {}?", schema_name, target.shown))) return std::nullopt;
  try {
    return Session{std::move(session)}.inspect(SchemaFormat::yaml);
  } catch (const DatabaseError& error) {
    console.warning(error.what());
    return std::nullopt;
  }
}

}  // namespace

ExitCode run_init(const Options& options, Console& console) {
  const std::string config_file{config_name};
  std::vector<std::string> taken{default_files.begin(), default_files.end()};
  taken.insert(taken.end(), {config_file, editor_name});
  for (const std::string& file : taken) {
    if (fs::exists(file))
      throw Error{file + " is there already, and nothing was written: plumb init is for a new folder"};
  }
  const std::optional<std::string> from_database = inspected(options, console);
  replace_file(config_file, first_config);
  replace_file(editor_name, json_schema());
  replace_file(schema_name, std::string{editor_line} + from_database.value_or(std::string{first_schema}));
  if (options.format == "json") {
    console.result(fmt::format("{{\"written\": [\"{}\", \"{}\", \"{}\"]}}\n", config_file, schema_name, editor_name));
  } else {
    console.result(fmt::format("wrote {}, {} and {}; now edit {} and run: plumb plan\n", config_file, schema_name,
                               editor_name, schema_name));
  }
  return ExitCode::done;
}

}  // namespace plumb::cli
