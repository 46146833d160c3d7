#pragma once

#include <string>
#include <string_view>

namespace plumb {

/// Where `wanted` stands in SQL text that PostgreSQL wrote, outside of quotes, parentheses and brackets; else npos.
/// `wanted` may begin with a parenthesis.
std::size_t find_outside(std::string_view sql, std::string_view wanted, std::size_t from = 0);

/// "DEFAULT 0" as it stands in CREATE, where only what is in parentheses may hold such operators as AT TIME ZONE and
/// IS NULL (b_expr of the grammar; manual, CREATE TABLE).
std::string default_clause(std::string_view expression);

}  // namespace plumb
