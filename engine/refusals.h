#pragma once

#include <optional>
#include <span>
#include <string>

#include "schema/catalog.h"
#include "schema/error.h"
#include "schema/file/declaration.h"

namespace plumb {

/// A statement that stands in a schema file, or that an object of one stands for.
struct Attempt {
  std::string sql;
  Place place;                           ///< of the statement, or of the object it creates
  const Object* draft = nullptr;         ///< null for a statement of an SQL file
  std::optional<DatabaseError> error;    ///< why it was refused the last time
  std::optional<std::string> path = {};  ///< the search path where it stands; known once it was tried
  std::string settings = {};             ///< the statements before it that set the session, known then too
};

/// What a person is told where PostgreSQL refuses some of them: a line for each that is at fault itself, with its place
/// and what may have been meant.
std::string explain_refusals(std::span<const Attempt> refused, const Declaration& declaration, const Catalog& actual);

/// The same where statements of the files have taken from the scratch database what was only lent to them, under its
/// name: a file says what is there, not what changes. A plain DROP may find what it likes. Empty: they have not.
std::string explain_removals(const Catalog& lent, const Catalog& left, const Declaration& declaration);

}  // namespace plumb
