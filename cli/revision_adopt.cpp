#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/revision_workspace.h"
#include "cli/workspace.h"
#include "engine/report/wording.h"
#include "engine/revision/adopt.h"
#include "engine/revision/alembic_scripts.h"
#include "engine/revision/identifiers.h"
#include "engine/revision/journey.h"
#include "engine/revision/ledger.h"
#include "schema/file/faults.h"
#include "schema/file/text.h"

namespace plumb::cli {

namespace {

namespace fs = std::filesystem;

/// Without Alembic the live database says what its revisions do, as far as it has them all.
Adoption from_database(const RevisionGraph& scripts, const Options& options, const Config& config, Console& console) {
  const SessionOptions session = session_options(options, config, console);
  if (!session.database.is_named) {
    throw RevisionError{
        "the program alembic is not here, which writes revisions as SQL, and no database is named either\nput alembic "
        "on the PATH, or name the database with --database"};
  }
  const std::vector<std::string> rows = current_rows(options, config, console);
  if (!plan_upgrade(scripts, rows, std::array{std::string{"heads"}}).steps.empty()) {
    throw RevisionError{
        "the program alembic is not here, which writes revisions as SQL, and the database does not have all "
        "revisions, so that it cannot tell them\nput alembic on the PATH, or bring the database to its heads"};
  }
  console.note("alembic is not on the PATH: the first revision makes what the database holds, the others do nothing");
  return adopt_baseline(scripts, Session{session}.inspect(SchemaFormat::sql), config.revisions);
}

/// Notes down in plumb.yaml that Alembic's table holds the heads; a person edits a file that says something else.
void write_setting(const Config& config, const std::string& table, Console& console) {
  const std::string lines = fmt::format("revisions:\n  ledger: {}\n", table);
  const std::string file = config.file.empty() ? std::string{config_name} : config.file;
  Faults faults;
  const std::string text = config.file.empty() ? "" : read_text(file, faults, {}).value_or("");
  faults.raise();
  const std::vector<std::string_view> all = lines_of(text);
  if (std::ranges::any_of(all, [](std::string_view line) { return line.starts_with("revisions:"); })) {
    return console.warning(fmt::format(
        "add `ledger: {}` below `revisions:` in {}, so that plumb and Alembic have one table", table, file));
  }
  const std::string_view gap = text.empty() ? "" : text.ends_with('\n') ? "\n" : "\n\n";
  replace_file(file, fmt::format("{}{}{}", text, gap, lines));
  console.note(fmt::format("{} says now that the heads are in {}", file, table));
}

}  // namespace

ExitCode run_adopt(const Options& options, Console& console) {
  auto [config, graph] = open_revisions(options);
  if (graph.size() != 0) {
    throw RevisionError{
        fmt::format("{} holds revisions already: move them away, or name another folder under `revisions: locations:` "
                    "in plumb.yaml",
                    config.revisions.locations.folders.front())};
  }
  const RevisionGraph scripts{read_alembic_scripts(options.folder)};
  console.progress("asking Alembic for SQL");
  const std::optional<AlembicSql> sql = ask_alembic(scripts);
  const bool has_table = !config.revisions.ledger.alembic_table.empty();
  if (!has_table) {
    const std::string table = sql ? sql->version_table : "alembic_version";
    config.revisions.ledger.alembic_table = table.find('.') == std::string::npos ? "public." + table : table;
  }
  const Adoption adoption =
      sql ? adopt(scripts, *sql, config.revisions) : from_database(scripts, options, config, console);
  for (const Draft& draft : adoption.drafts) {
    write_draft(draft);
    console.result(fmt::format("Generating {} ...  done\n", draft.path));
  }
  if (!has_table) write_setting(config, config.revisions.ledger.alembic_table, console);
  for (const std::string& warning : adoption.warnings) console.warning(warning);
  console.note("now see whether they replay to what the database holds: plumb check --stairway");
  return ExitCode::done;
}

}  // namespace plumb::cli
