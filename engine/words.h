#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace plumb {

using Words = std::set<std::string, std::less<>>;

/// Every word in a text that could be a name: as it is, and as PostgreSQL folds it; and every run of characters that
/// could be an operator. A superset of the names that are meant, found without understanding the SQL.
void collect_words(std::string_view sql, Words& words);

}  // namespace plumb
