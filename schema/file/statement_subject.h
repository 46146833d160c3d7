#pragma once

#include <string>
#include <string_view>

namespace plumb {

// What an SQL statement is about, by its first words. What it means there is PostgreSQL's to say.

/// Whether a statement begins with CREATE and a noun, "USER" or "MATERIALIZED VIEW". "CREATE USER MAPPING FOR app"
/// makes no USER: that is a noun of its own.
bool creates(std::string_view sql, std::string_view noun);

/// Whether a statement begins with CREATE, ALTER or DROP, and a noun.
bool is_about(std::string_view sql, std::string_view noun);

/// Whether a statement begins with this verb: "COPY".
bool is_statement(std::string_view verb, std::string_view sql);

/// What a statement is about that all databases of a server share: "ROLE" (also of a membership), "DATABASE",
/// "TABLESPACE", "PARAMETER", "SYSTEM", or "OWNED" of REASSIGN OWNED and DROP OWNED; empty: it is about one database.
std::string shared_by_databases(std::string_view sql);

}  // namespace plumb
