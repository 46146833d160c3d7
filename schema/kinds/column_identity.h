#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schema/rules.h"

namespace plumb {

// Identity of columns, which goes with NOT NULL: an identity column must be NOT NULL before it becomes one and as long
// as it is one.

/// "GENERATED ALWAYS AS IDENTITY (START WITH 10)".
std::string identity(const View& column);

/// What PostgreSQL calls the sequence of an identity column when nobody says it.
std::string usual_identity_sequence(std::string_view table, std::string_view column);

/// "app.orders_id_seq": the sequence of an identity column.
std::string identity_sequence_address(const View& column);

/// Lets the sequence of an identity column go on behind what the column `rows` holds (`go_on_behind_rows`).
Statements number_behind_rows(const View& column, const View& rows);

/// The sequence of an identity column has a write-ahead log where its table has one, unless it says otherwise
/// (PostgreSQL 15).
Statement set_identity_persistence(const View& column);
std::optional<Statements> alter_identity_persistence(const View& before, const View& after);

/// What goes before a narrower type of an identity column: its sequence takes the type, and refuses one that does not
/// hold its bounds.
void narrow_identity(const View& before, const View& after, Statements& statements);

/// Whether a change takes the identity away, be it to give another one: its sequence cannot get its new bounds where it
/// stands.
bool drops_identity(const View& before, const View& after);

/// For all attributes that say something of NOT NULL or identity.
std::optional<Statements> alter_null_and_identity(const View& before, const View& after);

}  // namespace plumb
