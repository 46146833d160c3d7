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

/// The role may not do it: insufficient_privilege.
bool lacks_right(const DatabaseError& error);

/// Another session held the lock for longer than lock_timeout: lock_not_available.
bool got_no_lock(const DatabaseError& error);

/// Two sessions waited for each other, and this one had to give way: deadlock_detected.
bool ran_into_deadlock(const DatabaseError& error);

/// The rows that it would compute are not to be had: of a server that cannot be reached (classes 08 and HV), or of what
/// has none itself, as a materialized view that is not populated (object_not_in_prerequisite_state).
bool lacks_rows(const DatabaseError& error);

/// The statement cannot run in a transaction: active_sql_transaction, and invalid_transaction_termination for a
/// procedure that commits.
bool refuses_transaction(const DatabaseError& error);

}  // namespace plumb
