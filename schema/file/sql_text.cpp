#include "schema/file/sql_text.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <fmt/core.h>
#include <pg_query.h>

#include "schema/file/text.h"
#include "schema/text.h"

namespace plumb {

namespace {

/// A byte range of a text.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct ScanError {
  std::size_t offset = 0;
  std::string message;
};

struct Tokens {
  std::vector<Range> tokens;  ///< without comments
  std::vector<Range> comments;
  std::optional<ScanError> error{};
};

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

bool equal_ignoring_case(std::string_view left, std::string_view right) { return lower(left) == lower(right); }

bool contains_word(std::string_view text, std::string_view word) {
  for (std::size_t i = 0; i + word.size() <= text.size(); ++i) {
    if (equal_ignoring_case(text.substr(i, word.size()), word)) return true;
  }
  return false;
}

/// What psql itself reads in a file, found among the tokens of PostgreSQL's scanner.
class PsqlFinder {
 public:
  PsqlFinder(std::string& text, std::string_view file, Faults& faults) : text_{text}, file_{file}, faults_{faults} {}

  /// Blanks the lines that may be skipped; false: the text holds data or a psql command, and a fault was added.
  bool clean() {
    skip_restrictions();
    if (text_.find('\\') == std::string::npos && !contains_word(text_, "stdin")) return true;
    const Tokens all = scan(text_);
    // Data may look like an open string; what stands before tells.
    return look(all.error ? scan(text_.substr(0, all.error->offset)).tokens : all.tokens);
  }

 private:
  std::string_view word(const Range& token) const {
    return std::string_view{text_}.substr(token.begin, token.end - token.begin);
  }

  /// pg_dump makes up a word for each text that stands nowhere else in it, and writes it behind `\restrict` on top and
  /// `\unrestrict` at the end. It may be no token of SQL.
  void skip_restrictions() {
    constexpr std::string_view on_top = "\\restrict ";
    std::size_t line = 0;
    while (line < text_.size() && (text_[line] == '\n' || text_.compare(line, 2, "--") == 0)) {
      line = std::min(text_.find('\n', line), text_.size() - 1) + 1;
    }
    if (text_.compare(line, on_top.size(), on_top) != 0) return;
    const std::size_t end = std::min(text_.find('\n', line), text_.size());
    const std::string word = text_.substr(line + on_top.size(), end - line - on_top.size());
    for (const std::string& command : {fmt::format("\\restrict {}", word), fmt::format("\\unrestrict {}", word)}) {
      const std::size_t at = text_.find(command);
      if (at != std::string::npos) text_.replace(at, command.size(), command.size(), ' ');
    }
  }

  bool look(const std::vector<Range>& tokens) {
    bool clean = true;
    std::vector<std::string_view> statement;
    std::size_t copy = 0;
    for (const Range& token : tokens) {
      if (word(token) == "\\" && starts_line(token.begin)) {
        clean = take_command(token.begin) && clean;
      } else if (word(token) != ";") {
        if (statement.empty()) copy = token.begin;
        statement.push_back(word(token));
      } else {
        if (reads_data(statement))
          return add(copy,
                     "COPY ... FROM stdin loads data that psql would send: in a revision write INSERT; "
                     "a schema file holds none, so remove it, or dump with --schema-only");
        statement.clear();
      }
    }
    return clean;
  }

  bool starts_line(std::size_t offset) const {
    const auto before = text_.find_last_not_of(" \t", offset == 0 ? std::string::npos : offset - 1);
    return offset == 0 || before == std::string::npos || before >= offset || text_[before] == '\n';
  }

  static bool reads_data(const std::vector<std::string_view>& words) {
    if (words.empty() || !equal_ignoring_case(words.front(), "copy")) return false;
    const auto is_from = [](std::string_view each) { return equal_ignoring_case(each, "from"); };
    const auto from = std::ranges::find_if(words, is_from);
    return from != words.end() && from + 1 != words.end() && equal_ignoring_case(from[1], "stdin");
  }

  bool take_command(std::size_t offset) {
    const std::size_t end = std::min(text_.find('\n', offset), text_.size());
    const std::string line = text_.substr(offset, end - offset);
    const std::string command = line.substr(0, line.find_first_of(" \t\r"));
    std::fill(text_.begin() + static_cast<std::ptrdiff_t>(offset), text_.begin() + static_cast<std::ptrdiff_t>(end),
              ' ');
    if (command == "\\restrict" || command == "\\unrestrict") return true;
    return add(offset, fmt::format("`{}` is a command of psql, not SQL: remove this line", command));
  }

  bool add(std::size_t offset, std::string message) {
    faults_.add(file_, Locator{text_}.at(offset), std::move(message));
    return false;
  }

  std::string& text_;
  std::string_view file_;
  Faults& faults_;
};

bool parses(const std::string& sql) {
  const PgQueryProtobufParseResult result = pg_query_parse_protobuf(sql.c_str());
  const bool is_whole = result.error == nullptr;
  pg_query_free_protobuf_parse_result(result);
  return is_whole;
}

/// Whether BEGIN ATOMIC stands in the text.
bool opens_body(const std::string& sql) {
  const std::vector<Range> tokens = scan(sql).tokens;
  const auto is = [&](const Range& token, std::string_view word) {
    return equal_ignoring_case(std::string_view{sql}.substr(token.begin, token.end - token.begin), word);
  };
  return std::ranges::adjacent_find(tokens, [&](const Range& one, const Range& next) {
           return is(one, "begin") && is(next, "atomic");
         }) != tokens.end();
}

/// The scanner cuts a body of BEGIN ATOMIC at its semicolons; joins such pieces until PostgreSQL's parser is content,
/// or where that is too old for what the body says, to the first END.
void join_bodies(const std::string& text, std::vector<Range>& pieces) {
  constexpr std::size_t most_attempts = 100;
  const auto cut = [&](std::size_t first, std::size_t last) {
    return text.substr(pieces[first].begin, pieces[last].end - pieces[first].begin);
  };
  const auto starts_with_end = [&](const Range& piece) {
    return equal_ignoring_case(std::string_view{text}.substr(piece.begin, 3), "end");
  };
  std::vector<Range> joined;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    joined.push_back(pieces[i]);
    if (!contains_word(cut(i, i), "atomic") || parses(cut(i, i))) continue;
    std::vector<std::size_t> ends;
    for (std::size_t last = i + 1; last < pieces.size() && ends.size() < most_attempts; ++last) {
      if (starts_with_end(pieces[last])) ends.push_back(last);
    }
    auto end = std::ranges::find_if(ends, [&](std::size_t last) { return parses(cut(i, last)); });
    if (end == ends.end() && opens_body(cut(i, i))) end = ends.begin();
    if (end == ends.end()) continue;
    joined.back().end = pieces[*end].end;
    i = *end;
  }
  pieces = std::move(joined);
}

/// The range without the space and the comments at both its ends.
Range trim(const std::string& text, Range range) {
  const auto piece = std::string_view{text}.substr(range.begin, range.end - range.begin);
  if (piece.find("--") != std::string_view::npos || piece.find("/*") != std::string_view::npos) {
    const std::vector<Range> tokens = scan(std::string{piece}).tokens;
    if (tokens.empty()) return {range.begin, range.begin};
    return {range.begin + tokens.front().begin, range.begin + tokens.back().end};
  }
  const auto first = piece.find_first_not_of(" \t\r\n\f\v");
  if (first == std::string_view::npos) return {range.begin, range.begin};
  return {range.begin + first, range.begin + piece.find_last_not_of(" \t\r\n\f\v") + 1};
}

WrittenStatement cut(const std::string& text, const Range& range, std::string_view file, Locator& locator) {
  const Spot spot = locator.at(range.begin);
  return {text.substr(range.begin, range.end - range.begin), {std::string{file}, spot.line, spot.column}};
}

/// The statements of a text, as far as it can be scanned.
std::vector<Range> pieces_of(const std::string& text, std::optional<ScanError>& error) {
  const PgQuerySplitResult result = pg_query_split_with_scanner(text.c_str());
  std::vector<Range> pieces;
  if (result.error != nullptr) {
    error = to_error(text, *result.error);
  } else {
    for (int i = 0; i < result.n_stmts; ++i) {
      const auto begin = static_cast<std::size_t>(result.stmts[i]->stmt_location);
      pieces.push_back({begin, begin + static_cast<std::size_t>(result.stmts[i]->stmt_len)});
    }
    // The scanner leaves out a last statement with an open parenthesis; PostgreSQL shall say what is wrong with it.
    Range rest = trim(text, {pieces.empty() ? 0 : pieces.back().end, text.size()});
    while (rest.begin < rest.end && text[rest.begin] == ';') rest = trim(text, {rest.begin + 1, rest.end});
    pieces.push_back(rest);
  }
  pg_query_free_split_result(result);
  for (Range& piece : pieces) piece = trim(text, piece);
  std::erase_if(pieces, [](const Range& piece) { return piece.begin == piece.end; });
  join_bodies(text, pieces);
  return pieces;
}

}  // namespace

std::vector<WrittenStatement> split_sql(std::string_view written, std::string_view file, Faults& faults) {
  std::string text{written};
  if (!PsqlFinder{text, file, faults}.clean()) return {};
  std::optional<ScanError> error;
  const std::vector<Range> pieces = pieces_of(text, error);
  if (error) {
    faults.add(file, Locator{text}.at(error->offset),
               error->message.starts_with("unterminated") ? error->message + ": it starts here and has no end"
                                                          : error->message);
  }
  constexpr std::size_t most_statements = 100'000;
  if (pieces.size() > most_statements) {
    faults.add(
        file, Locator{text}.at(pieces[most_statements].begin),
        fmt::format("the file holds {} statements, and from here on more than the {} that plumb takes: a schema file "
                    "holds no rows, and a schema may stand in several files",
                    pieces.size(), most_statements));
    return {};
  }
  std::vector<WrittenStatement> statements;
  Locator locator{text};
  for (const Range& piece : pieces) statements.push_back(cut(text, piece, file, locator));
  return statements;
}

bool holds_several(std::string_view sql) {
  std::optional<ScanError> error;
  return sql.find(';') != std::string_view::npos && pieces_of(std::string{sql}, error).size() > 1;
}

std::vector<WrittenStatement> sql_comments(std::string_view written, std::string_view file) {
  const std::string text{written};
  std::vector<WrittenStatement> comments;
  Locator locator{text};
  for (const Range& comment : scan(text).comments) comments.push_back(cut(text, comment, file, locator));
  return comments;
}

}  // namespace plumb
