#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/rules.h"

namespace plumb {

/// `name` as an SQL identifier, quoted only when PostgreSQL needs it (manual sections 4.1.1 and appendix C).
std::string quote_identifier(std::string_view name);

/// An identifier without its double quotes; without any, as it is.
std::string unquoted(std::string_view identifier);

/// `text` as an SQL string constant; with backslashes in it, as an escape string constant E'...' (section 4.1.2).
std::string quote_literal(std::string_view text);

/// "app.orders"; without a schema, "orders".
std::string qualify(std::string_view schema, std::string_view name);

/// The object's own name as DDL addresses it: "app.order_id", or just its name for a kind that its table owns.
std::string address(const View& object);

/// What follows the noun in COMMENT ON and DROP: "app.order_id", "orders_pkey ON app.orders", "app.orders.id".
std::string full_address(const View& object);

/// The table that owns the object: "app.orders".
std::string table_address(const View& object);

/// "orders_pkey ON app.orders", as COMMENT ON and DROP call what belongs to a table.
std::string address_on_table(const View& part);

/// "ALTER TABLE app.orders", the beginning of every change to what a table owns; the noun is the owner's.
std::string alter_table(const View& part);

/// "ALTER TABLE app.orders ALTER COLUMN id" and what follows; the column's name is that of the part.
Statement alter_column(const View& part, std::string_view what);

/// The text, with a line break behind it where its last line could end in a comment, which would swallow what follows.
std::string closed(std::string_view sql);

std::string join(std::span<const std::string_view> texts, std::string_view separator);

/// Identifiers, quoted and separated by commas: "id, \"Name\"".
std::string join_names(std::span<const std::string_view> names);

/// "fillfactor='70', autovacuum_enabled='false'" from `Value::options` texts ("fillfactor=70").
std::string join_options(std::span<const std::string_view> options);

/// ALTER ... SET (...) and RESET (...) for an attribute of `Value::options`; `alter` is "ALTER TABLE app.orders". They
/// are in the order of `after` then.
Statements change_options(const View& before, const View& after, std::string_view key, std::string_view alter);

/// The statement that drops an object in the usual way: DROP noun address.
Statements drop_statement(const View& object);

/// ALTER noun address RENAME TO name.
Statements rename_object(const View& object, std::string_view name);

/// ALTER noun address SET SCHEMA schema, with which goes all that belongs to it.
Statements move_object(const View& object, std::string_view schema);

/// Whether PostgreSQL can move objects of the kind to another schema.
bool can_move(const KindRules& rules);

/// ALTER TABLE owner RENAME noun old TO new, for what is a part of its owner's definition (columns, constraints).
Statements rename_part(const View& part, std::string_view name);

/// Of a kind that steps aside: gives its name free for the replacement, and drops it when that has taken over. In
/// between it has a name that nothing has, neither now nor in `desired`.
Statements set_aside(const View& object, const Catalog& desired);
Statements drop_aside(const View& object, const Catalog& desired);

}  // namespace plumb
