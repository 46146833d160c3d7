#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/postgres/database.h"
#include "engine/revision/file.h"
#include "schema/error.h"
#include "schema/secrets.h"

namespace plumb {

/// Neighbouring statements of a section that are committed together: in one transaction, or one outside any.
struct Part {
  std::size_t first = 0;  ///< index of the first of them in the section
  std::span<const RevisionStatement> statements;
  bool outside_transaction() const { return statements.size() == 1 && statements.front().outside_transaction; }
};

/// Cuts a section into its parts, beginning with the statement `next`.
std::vector<Part> parts_of(std::span<const RevisionStatement> section, std::size_t next = 0);

/// What runs a statement where it must not run as it stands.
using RunInstead = void (*)(Database& database, const std::string& sql);

/// Runs one statement of a revision file, with the texts of the secrets that are known. The `DatabaseError` begins with
/// its place, and shows no secret.
void run_statement(Database& database, const RevisionStatement& statement, std::string_view path,
                   const Secrets& secrets, RunInstead instead = nullptr);

/// Runs a whole section, with the settings that the server has for the session. For scratch databases: nothing is
/// noted down, no other server is reached (`run_in_silence`), tokens stand for secrets, and what was committed
/// before a failure stays.
void run_section(Database& database, const Section& section, std::string_view path);

}  // namespace plumb
