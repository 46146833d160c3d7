#pragma once

#include "schema/error.h"

namespace plumb {

// What an answer of PostgreSQL means for what is to be done next, by its SQLSTATE (manual, appendix A).

/// Something that a statement refers to is not there: a schema, relation, column, object, function or type.
bool is_missing(const DatabaseError& error);

/// What it refers to has no key of the kind that it needs: invalid_foreign_key.
bool lacks_key(const DatabaseError& error);

/// A text has bytes that mean nothing in its encoding, or none in UTF-8.
bool is_not_unicode(const DatabaseError& error);

/// Something of that name is there already: a schema, relation, object, function or database.
bool is_duplicate(const DatabaseError& error);

/// No order of statements mends it.
bool is_syntax_error(const DatabaseError& error);

/// The statement cannot run in a transaction: active_sql_transaction, and invalid_transaction_termination for a
/// procedure that commits.
bool refuses_transaction(const DatabaseError& error);

}  // namespace plumb
