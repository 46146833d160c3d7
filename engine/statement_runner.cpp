#include "engine/statement_runner.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/execute.h"
#include "engine/postgres/sqlstate.h"
#include "engine/words.h"
#include "schema/file/session_statement.h"
#include "schema/file/sql_text.h"
#include "schema/file/statement_subject.h"
#include "schema/rules.h"

namespace plumb {

namespace {

/// What belongs to savepoints of the file itself.
bool is_about_savepoint(std::string_view sql) {
  return is_statement("SAVEPOINT", sql) || is_statement("RELEASE", sql) ||
         (is_statement("ROLLBACK", sql) && !ends_transaction(sql));
}

/// A value of a YAML file stands in a statement that will run on the live database: it must not end it and begin
/// another one.
void expect_one_statement(const Attempt& attempt) {
  if (!holds_several(attempt.sql)) return;
  throw DatabaseError{
      "a semicolon ends the statement that this is a part of, and what comes behind it is another one: "
      "take it out, or put several commands of a rule in parentheses",
      "42601"};
}

}  // namespace

/// What a routine calls may be missing yet, so PostgreSQL does not look into its body, except for errors that no
/// order of statements mends.
void StatementRunner::run(Attempt& attempt) {
  if (attempt.draft != nullptr) expect_one_statement(attempt);
  if (!may_hold_code(attempt)) return run_sql(attempt);
  std::optional<DatabaseError> refusal;
  try {
    scratch_.run("set check_function_bodies to on");
    run_sql(attempt);
    scratch_.run("set check_function_bodies to off");
    return;
  } catch (const DatabaseError& error) {
    refusal = error;
  }
  scratch_.run("set check_function_bodies to off");
  run_sql(attempt);
  attempt.error = refusal;
  if (is_syntax_error(*refusal)) {
    broken_code_.push_back(attempt);
  } else {
    unchecked_code_.add(scratch_, attempt);
  }
}

void StatementRunner::run_sql(const Attempt& attempt) {
  const bool is_of_file = attempt.draft == nullptr;
  if (is_of_file && (begins_transaction(attempt.sql) || (!begun_.empty() && ends_transaction(attempt.sql)))) {
    begun_.clear();
    scratch_.run(attempt.sql);
    if (begins_transaction(attempt.sql)) begun_.push_back(attempt);
    return;
  }
  if (begun_.empty()) return run_on_scratch(scratch_, attempt.sql, false);
  if (is_of_file && is_about_savepoint(attempt.sql)) return scratch_.run(attempt.sql);
  scratch_.run("savepoint plumb_statement");
  try {
    run_on_scratch(scratch_, attempt.sql, true);
    if (acts_elsewhere(attempt.sql)) silence(scratch_);
  } catch (const DatabaseError&) {
    scratch_.run("rollback to savepoint plumb_statement");
    throw;
  }
  scratch_.run("release savepoint plumb_statement");
}

std::vector<Attempt> StatementRunner::end_transaction() {
  if (begun_.empty()) return {};
  scratch_.run("commit");
  begun_.front().error = DatabaseError{
      "the file ends before this transaction is committed, so psql would take it back: add COMMIT, or take this out",
      "25P01"};
  return std::exchange(begun_, {});
}

/// Files that turn the check off themselves, as those of pg_dump do, are taken as they are.
bool StatementRunner::may_hold_code(const Attempt& attempt) {
  if (attempt.draft != nullptr) return !rules_for(attempt.draft->identity.kind).hides_needs.empty();
  Words words;
  collect_words(attempt.sql, words);
  if (words.contains("check_function_bodies")) unchecked_files_.insert(attempt.place.file);
  return !unchecked_files_.contains(attempt.place.file) && (words.contains("function") || words.contains("procedure"));
}

}  // namespace plumb
