#pragma once

#include <string>
#include <string_view>

namespace plumb {

// Texts as programs and people write them, whatever the locale.

/// A text without blanks at its ends.
std::string_view trimmed(std::string_view text);

/// ASCII letters in upper case: "INSTEAD OF".
std::string upper(std::string_view text);

/// ASCII letters in lower case, as PostgreSQL folds names.
std::string lower(std::string_view text);

}  // namespace plumb
