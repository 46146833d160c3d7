#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plumb {

// Texts as programs and people write them, whatever the locale.

/// A text without blanks at its ends.
std::string_view trimmed(std::string_view text);

/// How many bytes the SQL comment has that a text begins with, be it of one line or of one that may hold others; 0:
/// none is there.
std::size_t comment_at(std::string_view sql);

/// ASCII letters in upper case: "INSTEAD OF".
std::string upper(std::string_view text);

/// ASCII letters in lower case, as PostgreSQL folds names.
std::string lower(std::string_view text);

}  // namespace plumb
