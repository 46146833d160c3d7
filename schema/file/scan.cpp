#include "schema/file/scan.h"

#include <cstdint>

#include <pg_query.h>

#include "schema/file/text.h"
#include "schema/text.h"

namespace plumb {

namespace {

/// PostgreSQL counts characters from 1.
std::size_t byte_offset(std::string_view text, int position) {
  std::size_t offset = 0;
  for (int left = position; offset < text.size(); ++offset) {
    if (!continues_character(text[offset]) && --left <= 0) break;
  }
  return offset;
}

/// "unterminated quoted string at or near "'x..."": the rest of the file says nothing.
std::string without_excerpt(std::string_view message) {
  return std::string{message.substr(0, message.find(" at or near "))};
}

ScanError to_error(std::string_view text, const PgQueryError& error) {
  return {byte_offset(text, error.cursorpos), without_excerpt(error.message)};
}

/// Reads the protocol buffer of pg_query_scan: of every token, where it starts (field 1) and ends (field 2).
class TokenReader {
 public:
  explicit TokenReader(std::string_view bytes) : bytes_{bytes} {}

  std::vector<Range> read() {
    constexpr std::uint64_t token_field = 2;
    std::vector<Range> tokens;
    while (at_ < bytes_.size()) {
      const std::uint64_t tag = number();
      const std::uint64_t length_or_value = number();
      if (tag >> 3U == token_field) tokens.push_back(read_token(at_ + length_or_value));
    }
    return tokens;
  }

 private:
  Range read_token(std::size_t end) {
    Range range;
    while (at_ < end) {
      const std::uint64_t field = number() >> 3U;
      const std::uint64_t value = number();
      if (field == 1) range.begin = value;
      if (field == 2) range.end = value;
    }
    return range;
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at_ < bytes_.size(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) break;
    }
    return value;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace

Tokens scan(const std::string& text) {
  const PgQueryScanResult result = pg_query_scan(text.c_str());
  Tokens found;
  if (result.error != nullptr) {
    found.error = to_error(text, *result.error);
  } else {
    for (const Range& token : TokenReader{{result.pbuf.data, result.pbuf.len}}.read()) {
      const bool is_comment = text.compare(token.begin, 2, "--") == 0 || text.compare(token.begin, 2, "/*") == 0;
      (is_comment ? found.comments : found.tokens).push_back(token);
    }
  }
  pg_query_free_scan_result(result);
  return found;
}

std::optional<std::vector<Range>> split_by_scanner(const std::string& text) {
  const PgQuerySplitResult result = pg_query_split_with_scanner(text.c_str());
  std::optional<std::vector<Range>> statements;
  if (result.error == nullptr) {
    statements.emplace();
    for (int i = 0; i < result.n_stmts; ++i) {
      const auto begin = static_cast<std::size_t>(result.stmts[i]->stmt_location);
      statements->push_back({begin, begin + static_cast<std::size_t>(result.stmts[i]->stmt_len)});
    }
  }
  pg_query_free_split_result(result);
  return statements;
}

bool parses(const std::string& sql) {
  const PgQueryProtobufParseResult result = pg_query_parse_protobuf(sql.c_str());
  const bool is_whole = result.error == nullptr;
  pg_query_free_protobuf_parse_result(result);
  return is_whole;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) { return lower(left) == lower(right); }

bool contains_word(std::string_view text, std::string_view word) {
  for (std::size_t i = 0; i + word.size() <= text.size(); ++i) {
    if (equal_ignoring_case(text.substr(i, word.size()), word)) return true;
  }
  return false;
}

}  // namespace plumb
