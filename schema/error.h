#pragma once

#include <stdexcept>
#include <string>

namespace plumb {

/// Root of what plumb throws. `what()` is for the person who reads it: what is wrong, where, and what to do.
struct Error : std::runtime_error {
  using runtime_error::runtime_error;
};

/// A schema file or an argument is wrong; "file:line:column: ..." first, one line a fault.
struct DeclarationError : Error {
  using Error::Error;
};

/// PostgreSQL refused or went away. `state` is its five-character SQLSTATE, empty for a broken connection;
/// `line` and `column` (from 1) tell where in the statement, 0 when PostgreSQL does not say.
struct DatabaseError : Error {
  explicit DatabaseError(const std::string& message, std::string sqlstate = {}, int at_line = 0, int at_column = 0)
      : Error{message}, state{std::move(sqlstate)}, line{at_line}, column{at_column} {}
  std::string state;
  int line;
  int column;
};

/// No plan exists, or the database is no longer the one that was planned against.
struct PlanError : Error {
  using Error::Error;
};

/// The same because a name was not found on a scratch database: code that hides what it needs may need it.
struct HiddenNeedError : PlanError {
  using PlanError::PlanError;
};

/// Revision files contradict each other, or none is what was asked for. The first line is in Alembic's words where it
/// has any, because people and scripts search for them; the lines after it say what to do.
struct RevisionError : Error {
  using Error::Error;
};

/// A step needs a consent that was not given; the message holds the exact words to add.
struct ConsentError : Error {
  using Error::Error;
};

}  // namespace plumb
