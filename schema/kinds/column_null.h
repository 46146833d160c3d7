#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schema/rules.h"

namespace plumb {

// NOT NULL and identity, of which the one goes with the other: an identity column must be NOT NULL before it becomes
// one and as long as it is one.

/// Whether the column refuses NULL, by itself or as what it inherits.
bool refuses_null(const View& column);

/// Whether PostgreSQL 18 refuses to rename the NOT NULL of a column, because that inherits it, too, or because others
/// inherit it under another name.
bool has_fixed_not_null_name(const View& before, const View& after);

/// Whether the NOT NULL of a column stays its own, although it is to be inherited alone, since PostgreSQL 18 refuses to
/// drop what is inherited as well.
bool keeps_own_not_null(const View& before, const View& after);

/// What PostgreSQL 18 calls the NOT NULL of a column when nobody says it.
std::string usual_not_null(std::string_view table, std::string_view column);

/// "CONSTRAINT name NOT NULL id NO INHERIT NOT VALID", or as much of it as applies; `subject` is " id" or nothing.
std::string not_null(const View& column, std::string_view subject);

Statement set_not_null(const View& column);

/// What gives a NOT NULL that a column only inherits its own name in place of its parent's, while it is not inherited.
std::optional<Statement> rename_inherited_not_null(const View& column);

std::optional<Statements> alter_not_null_comment(const View& before, const View& after);

/// On a NOT NULL of the column's own, as it has one or not.
Statement comment_on_not_null(const View& column);

/// "GENERATED ALWAYS AS IDENTITY (START WITH 10)".
std::string identity(const View& column);

/// What PostgreSQL calls the sequence of an identity column when nobody says it.
std::string usual_identity_sequence(std::string_view table, std::string_view column);

/// "app.orders_id_seq": the sequence of an identity column.
std::string identity_sequence_address(const View& column);

/// Lets the sequence of an identity column go on behind what the column `rows` holds (`go_on_behind_rows`).
Statement number_behind_rows(const View& column, const View& rows);

/// The sequence of an identity column has a write-ahead log where its table has one, unless it says otherwise
/// (PostgreSQL 15).
Statement set_identity_persistence(const View& column);
std::optional<Statements> alter_identity_persistence(const View& before, const View& after);

std::optional<Statements> alter_identity_sequence(const View& before, const View& after);

/// For all attributes that say something of NOT NULL or identity.
std::optional<Statements> alter_null_and_identity(const View& before, const View& after);

}  // namespace plumb
