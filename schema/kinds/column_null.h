#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schema/rules.h"

namespace plumb {

// NOT NULL of columns, which is a constraint with a name since PostgreSQL 18.

/// Whether the column refuses NULL, by itself or as what it inherits.
bool refuses_null(const View& column);

/// Whether the NOT NULL of a column keeps its name: it has the one that it is to have, or PostgreSQL 18 refuses to
/// rename it, because the column inherits it, too, or because others inherit it under another name, now or afterwards,
/// when the way back would be barred.
bool has_fixed_not_null_name(const View& before, const View& after);

/// Before a column goes that its heirs keep: PostgreSQL 18 would go on taking their NOT NULL for inherited.
Statements leave_not_null_to_heirs(const View& column);

/// Lets PostgreSQL 18 change the type of a column whose heirs call their own NOT NULL otherwise: it would make all anew
/// under the name that the column's has, which fails. Heirs inherit it no more while the type changes, or it is gone.
Statements around_change_of_type(const View& before, const View& after, Statements change);

/// Whether the NOT NULL of a column stays its own, although it is to be inherited alone, since PostgreSQL 18 refuses to
/// drop what is inherited as well.
bool keeps_own_not_null(const View& before, const View& after);

/// What PostgreSQL 18 calls the NOT NULL of a column when nobody says it.
std::string usual_not_null(std::string_view table, std::string_view column);

/// "CONSTRAINT name NOT NULL id NO INHERIT NOT VALID", or as much of it as applies; `subject` is " id" or nothing.
std::string not_null(const View& column, std::string_view subject);

Statement set_not_null(const View& column);

/// Where a column goes over from one parent to another: its NOT NULL still has the name that the old one gave it, and
/// can be renamed before it inherits the new one's.
std::optional<Statement> rename_not_null_between_parents(const View& before, const View& after);

std::optional<Statements> alter_not_null_comment(const View& before, const View& after);

/// On a NOT NULL of the column's own, as it has one or not.
Statement comment_on_not_null(const View& column);

/// Turns the NOT NULL of `before` into that of `after`.
void alter_not_null(const View& before, const View& after, Statements& statements);

}  // namespace plumb
