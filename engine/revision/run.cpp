#include "engine/revision/run.h"

#include <algorithm>

#include <fmt/core.h>

#include "engine/execute.h"
#include "engine/postgres/sqlstate.h"
#include "engine/postgres/transaction.h"
#include "schema/error.h"

namespace plumb {

namespace {

bool reaches_out(const RevisionStatement& statement) { return acts_elsewhere(statement.sql); }

}  // namespace

std::vector<Part> parts_of(std::span<const RevisionStatement> section, std::size_t next) {
  std::vector<Part> parts;
  while (next < section.size()) {
    std::size_t size = 1;
    if (!section[next].outside_transaction) {
      const auto rest = section.subspan(next);
      const auto outside = std::ranges::find(rest, true, &RevisionStatement::outside_transaction);
      size = static_cast<std::size_t>(outside - rest.begin());
    }
    parts.push_back({next, section.subspan(next, size)});
    next += size;
  }
  return parts;
}

void run_statement(Database& database, const RevisionStatement& statement, std::string_view path,
                   const Secrets& secrets, RunInstead instead) {
  try {
    const std::string sql = secrets.reveal(statement.sql);
    instead != nullptr ? instead(database, sql) : database.run(sql);
  } catch (const DatabaseError& error) {
    const int line = statement.line + std::max(error.line, 1) - 1;
    std::string message =
        fmt::format("{}:{}: {}\nin the statement:\n{};", path, line, secrets.conceal(error.what()), statement.sql);
    if (refuses_transaction(error) && !statement.outside_transaction) {
      message += fmt::format("\nWhat cannot run in a transaction has `{}` on a line before it.", outside_marker);
    }
    throw DatabaseError{message, error.state, error.line, error.column};
  }
}

void run_section(Database& database, const Section& section, std::string_view path) {
  const Secrets none;
  database.use_server_settings();
  for (const Part& part : parts_of(section)) {
    if (part.outside_transaction()) {
      const RevisionStatement& statement = part.statements.front();
      run_statement(database, statement, path, none, reaches_out(statement) ? run_in_silence : nullptr);
      continue;
    }
    OpenTransaction transaction{database};
    for (const RevisionStatement& statement : part.statements) run_statement(database, statement, path, none);
    if (std::ranges::any_of(part.statements, reaches_out)) silence(database);
    transaction.commit();
  }
  database.use_own_settings();
}

}  // namespace plumb
