#pragma once

#include <string_view>

namespace plumb {

/// Where `wanted` stands in SQL text that PostgreSQL wrote, outside of quotes, parentheses and brackets; else npos.
/// `wanted` may begin with a parenthesis.
std::size_t find_outside(std::string_view sql, std::string_view wanted, std::size_t from = 0);

}  // namespace plumb
