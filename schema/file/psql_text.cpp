#include "schema/file/psql_text.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "schema/file/scan.h"
#include "schema/file/text.h"

namespace plumb {

namespace {

/// What psql itself reads in a file, found among the tokens of PostgreSQL's scanner.
class PsqlFinder {
 public:
  PsqlFinder(std::string& text, std::string_view file, Faults& faults) : text_{text}, file_{file}, faults_{faults} {}

  /// Blanks it. What may not stand there is a fault, and is returned, as an empty statement.
  std::vector<WrittenStatement> run() {
    skip_restrictions();
    if (text_.find('\\') == std::string::npos && !contains_word(text_, "stdin")) return {};
    std::optional<std::size_t> at = 0;
    while (at && refused_.size() < most_refused) at = take_from(*at);
    return std::move(refused_);
  }

 private:
  /// The text is scanned anew behind the rows of each COPY.
  static constexpr std::size_t most_refused = 100;

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
      if (at != std::string::npos) blank(at, at + command.size());
    }
  }

  /// Takes out what is psql's in the text behind `begin`, where a statement begins, up to the rows of a COPY; the place
  /// behind those.
  std::optional<std::size_t> take_from(std::size_t begin) {
    const std::string rest = text_.substr(begin);
    Tokens all = scan(rest);
    // Rows may look like an open string; what stands before tells.
    if (all.error) all.tokens = scan(rest.substr(0, all.error->offset)).tokens;
    std::vector<std::string_view> statement;
    std::size_t start = begin;
    std::size_t behind_line = begin;
    for (const Range& token : all.tokens) {
      const Range here{begin + token.begin, begin + token.end};
      if (here.begin < behind_line) continue;
      if (word(here) == "\\" && starts_line(here.begin)) {
        behind_line = take_command(here.begin);
      } else if (word(here) != ";") {
        if (statement.empty()) start = here.begin;
        statement.push_back(word(here));
      } else if (reads_rows(statement)) {
        return take_copy(start, here.end);
      } else {
        statement.clear();
      }
    }
    return std::nullopt;
  }

  bool starts_line(std::size_t offset) const {
    const auto before = text_.find_last_not_of(" \t", offset == 0 ? std::string::npos : offset - 1);
    return offset == 0 || before == std::string::npos || before >= offset || text_[before] == '\n';
  }

  static bool reads_rows(const std::vector<std::string_view>& words) {
    if (words.empty() || !equal_ignoring_case(words.front(), "copy")) return false;
    const auto is_from = [](std::string_view each) { return equal_ignoring_case(each, "from"); };
    const auto from = std::ranges::find_if(words, is_from);
    return from != words.end() && from + 1 != words.end() && equal_ignoring_case(from[1], "stdin");
  }

  /// Returns the end of its line.
  std::size_t take_command(std::size_t offset) {
    const std::size_t end = std::min(text_.find('\n', offset), text_.size());
    const std::string line = text_.substr(offset, end - offset);
    const std::string command = line.substr(0, line.find_first_of(" \t\r"));
    if (command != "\\restrict" && command != "\\unrestrict") {
      refuse(offset, fmt::format("`{}` is a command of psql, not SQL: remove this line", command));
    }
    blank(offset, end);
    return end;
  }

  /// Returns the end of its rows, which a line `\.` tells, or the end of the text.
  std::size_t take_copy(std::size_t offset, std::size_t rows) {
    refuse(offset,
           "COPY ... FROM stdin loads data that psql would send: in a revision write INSERT; "
           "a schema file holds none, so remove it, or dump with --schema-only");
    std::size_t end = text_.find("\n\\.", rows);
    while (end < text_.size() && text_.find_first_of("\r\n", end + 3) != end + 3 && end + 3 != text_.size()) {
      end = text_.find("\n\\.", end + 1);
    }
    end = end == std::string::npos ? text_.size() : end + 3;
    blank(offset, end);
    return end;
  }

  /// The lines stay, so that what comes behind keeps its place.
  void blank(std::size_t begin, std::size_t end) {
    std::replace_if(
        text_.begin() + static_cast<std::ptrdiff_t>(begin), text_.begin() + static_cast<std::ptrdiff_t>(end),
        [](char c) { return c != '\n'; }, ' ');
  }

  void refuse(std::size_t offset, std::string message) {
    const Spot spot = Locator{text_}.at(offset);
    faults_.add(file_, spot, std::move(message));
    refused_.push_back({{}, {std::string{file_}, spot.line, spot.column}});
  }

  std::string& text_;
  std::string_view file_;
  Faults& faults_;
  std::vector<WrittenStatement> refused_;
};

}  // namespace

std::vector<WrittenStatement> take_out_psql(std::string& text, std::string_view file, Faults& faults) {
  return PsqlFinder{text, file, faults}.run();
}

}  // namespace plumb
