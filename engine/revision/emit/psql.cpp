#include <fmt/core.h>

#include "engine/revision/emit/emit.h"
#include "engine/revision/emit/runner.h"

namespace plumb {

namespace {

std::string script(const Migration& migration, std::string_view way, const Section& section) {
  return fmt::format("{}-- {}; run with: psql -X -f FILE\n\n\\set ON_ERROR_STOP on\n{}", title_of(migration), way,
                     psql_script(section));
}

/// Two scripts a revision: psql has no ledger.
void emit_scripts(const Migration& migration, std::vector<EmittedFile>& files) {
  const std::string stem = fmt::format("{}_{}", migration.version, migration.name);
  files.push_back({stem + ".up.sql", script(migration, "the upgrade", migration.file.upgrade)});
  if (!migration.file.has_downgrade) return;
  files.push_back({stem + ".down.sql", script(migration, "the downgrade", migration.file.downgrade)});
}

}  // namespace

const Runner psql_runner{.name = "psql", .emit = emit_scripts, .takes_variables = true};

}  // namespace plumb
