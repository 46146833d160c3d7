#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plumb {

/// A byte range of a text.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Why a text cannot be read to its end, and where that begins.
struct ScanError {
  std::size_t offset = 0;
  std::string message;
};

/// An SQL text as PostgreSQL's scanner reads it (src/backend/parser/scan.l).
struct Tokens {
  std::vector<Range> tokens;  ///< without comments
  std::vector<Range> comments;
  std::optional<ScanError> error{};
};

Tokens scan(const std::string& text);

/// The statements as far as the scanner tells them apart, by semicolons outside of parentheses; without those that hold
/// no keyword, or do not close their parentheses. nullopt: it cannot be scanned.
std::optional<std::vector<Range>> split_by_scanner(const std::string& text);

/// Whether PostgreSQL's parser takes it.
bool parses(const std::string& sql);

bool equal_ignoring_case(std::string_view left, std::string_view right);

/// Whether the letters of the word stand anywhere in the text, in whatever case.
bool contains_word(std::string_view text, std::string_view word);

}  // namespace plumb
