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

/// The names that a message of PostgreSQL has in quotes, each in all the ways in which its dots may be meant: it puts a
/// name and its schema in one pair of quotes, as in: relation "app.My Table" does not exist.
void collect_quoted(std::string_view message, Words& names);

}  // namespace plumb
