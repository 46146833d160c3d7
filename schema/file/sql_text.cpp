#include "schema/file/sql_text.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "schema/file/psql_text.h"
#include "schema/file/scan.h"
#include "schema/file/text.h"
#include "schema/text.h"

namespace plumb {

namespace {

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

/// What stands between semicolons that the splitter has left out: a last statement with an open parenthesis, and one
/// without any keyword. PostgreSQL shall say what is wrong with it.
void add_left_out(const std::string& text, std::vector<Range>& pieces) {
  std::vector<Range> all;
  std::size_t end = 0;
  const auto add_gap = [&](std::size_t next) {
    Range gap = trim(text, {end, next});
    while (gap.begin < gap.end && text[gap.begin] == ';') gap = trim(text, {gap.begin + 1, gap.end});
    while (gap.begin < gap.end && text[gap.end - 1] == ';') gap = trim(text, {gap.begin, gap.end - 1});
    if (gap.begin < gap.end) all.push_back(gap);
  };
  for (const Range& piece : pieces) {
    add_gap(piece.begin);
    all.push_back(piece);
    end = piece.end;
  }
  add_gap(text.size());
  pieces = std::move(all);
}

/// The statements of a text; none and an error where it cannot be scanned.
std::vector<Range> pieces_of(const std::string& text, std::optional<ScanError>& error) {
  auto split = split_by_scanner(text);
  if (!split) {
    error = scan(text).error;
    return {};
  }
  std::vector<Range> pieces = *std::move(split);
  add_left_out(text, pieces);
  for (Range& piece : pieces) piece = trim(text, piece);
  std::erase_if(pieces, [](const Range& piece) { return piece.begin == piece.end; });
  join_bodies(text, pieces);
  return pieces;
}

/// Adds the fault of a text that cannot be scanned to its end, and cuts the text where the statement begins that it is
/// in. What is cut off becomes statements at the place of the fault, which tell what the file would have named.
std::vector<WrittenStatement> cut_off(std::string& text, const ScanError& error, std::string_view file,
                                      Faults& faults) {
  const Spot spot = Locator{text}.at(error.offset);
  faults.add(
      file, spot,
      error.message.starts_with("unterminated") ? error.message + ": it starts here and has no end" : error.message);
  std::size_t begin = 0;
  for (const Range& token : scan(text.substr(0, error.offset)).tokens) {
    if (text[token.begin] == ';') begin = token.end;
  }
  std::vector<WrittenStatement> lost;
  for (const auto& each : std::views::split(std::string_view{text}.substr(begin), ';')) {
    lost.push_back({std::string{each.begin(), each.end()}, {std::string{file}, spot.line, spot.column}});
  }
  text.resize(begin);
  return lost;
}

}  // namespace

std::vector<WrittenStatement> split_sql(std::string_view written, std::string_view file, Faults& faults) {
  std::string text{written};
  std::vector<WrittenStatement> statements = take_out_psql(text, file, faults);
  std::optional<ScanError> error;
  std::vector<Range> pieces = pieces_of(text, error);
  if (error) {
    std::ranges::move(cut_off(text, *error, file, faults), std::back_inserter(statements));
    error.reset();
    pieces = pieces_of(text, error);
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
