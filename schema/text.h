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

/// Whether the byte continues a UTF-8 character.
constexpr bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// The longest beginning of a UTF-8 text that has at most `bytes` bytes and cuts no character.
std::string_view clip(std::string_view text, std::size_t bytes);

}  // namespace plumb
