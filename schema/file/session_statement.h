#pragma once

#include <string_view>

namespace plumb {

// Statements of SQL files that are about the session and its transactions, not about what the database holds.

/// BEGIN, START TRANSACTION.
bool begins_transaction(std::string_view sql);

/// COMMIT, END, ROLLBACK and ABORT, but not ROLLBACK TO a savepoint.
bool ends_transaction(std::string_view sql);

/// SET and RESET of a setting or a role for the rest of the session, also by set_config; not SET LOCAL, which ends with
/// the transaction, and not what is about that alone.
bool sets_session(std::string_view sql);

/// RESET ALL, DISCARD: nothing that was set before holds any more.
bool resets_session(std::string_view sql);

/// Whether all that an ALTER does is to drop one thing: "ALTER TABLE ONLY t DROP CONSTRAINT k".
bool only_drops(std::string_view sql);

}  // namespace plumb
