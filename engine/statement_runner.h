#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/postgres/database.h"
#include "engine/refusals.h"
#include "engine/unchecked_code.h"

namespace plumb {

/// Runs what schema files say on a scratch database, one statement at a time: one that is refused undoes nothing of the
/// others, not even inside a transaction that the file has begun.
class StatementRunner {
 public:
  explicit StatementRunner(Database& scratch) : scratch_{scratch} {}

  /// Throws the `DatabaseError` of a statement that PostgreSQL refuses.
  void run(Attempt& attempt);

  /// Commits what a file has begun and never commits; the BEGIN, which is refused for that.
  std::vector<Attempt> end_transaction();

  /// Routines whose bodies have syntax errors; they are made all the same.
  const std::vector<Attempt>& broken_code() const { return broken_code_; }

  /// Routines whose bodies have other errors, which may be gone once all is there.
  UncheckedCode& unchecked_code() { return unchecked_code_; }

 private:
  void run_sql(const Attempt& attempt);
  bool may_hold_code(const Attempt& attempt);

  Database& scratch_;
  std::vector<Attempt> begun_;  ///< the BEGIN of the transaction that is open
  std::vector<Attempt> broken_code_;
  UncheckedCode unchecked_code_;
  std::set<std::string> unchecked_files_;  ///< those that turn off what PostgreSQL checks in bodies
};

}  // namespace plumb
