#pragma once

#include <span>
#include <string>
#include <string_view>

#include "schema/rules.h"

namespace plumb {

/// Whether a schema file gives the columns of a partition another order than those of its parent have.
bool has_declared_order(const View& table);

/// Makes such a table and attaches it. Its file does not tell the types of its columns, so PostgreSQL looks
/// them up where they come from; `head` is "CREATE TABLE app.events_2025", `tail` what follows the parts.
std::string create_in_declared_order(const View& table, std::string_view head, std::span<const std::string> parts,
                                     std::string_view tail);

}  // namespace plumb
