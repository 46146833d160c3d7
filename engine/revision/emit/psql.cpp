#include <fmt/core.h>

#include "engine/revision/emit/emit.h"
#include "engine/revision/emit/runner.h"

namespace plumb {

namespace {

std::string script(const Migration& migration, std::string_view way, const std::string& sql) {
  return fmt::format("{}-- {}; run with: psql -X -f FILE\n\n\\set ON_ERROR_STOP on\n{}", title_of(migration), way, sql);
}

/// Two scripts a revision: psql has no ledger.
void emit_scripts(const Migration& migration, std::vector<EmittedFile>& files) {
  const std::string stem = fmt::format("{}_{}", migration.version, migration.name);
  const RevisionFile& file = migration.file;
  files.push_back(
      {stem + ".up.sql", script(migration, "the upgrade", psql_script(file.upgrade, file.upgrade_comments))});
  if (!file.has_downgrade) return;
  files.push_back(
      {stem + ".down.sql", script(migration, "the downgrade", psql_script(file.downgrade, file.downgrade_comments))});
}

}  // namespace

const Runner psql_runner{.name = "psql", .emit = emit_scripts, .takes_variables = true};

}  // namespace plumb
