#include "engine/revision/sections.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "engine/report/wording.h"
#include "engine/revision/text.h"
#include "schema/file/sql_text.h"
#include "schema/file/text.h"
#include "schema/text.h"

namespace plumb {

namespace {

/// Whether a statement begins or ends a transaction, which is plumb's to do (manual, BEGIN, COMMIT, ROLLBACK).
/// ROLLBACK TO a savepoint ends none.
bool rules_transaction(std::string_view sql) {
  static constexpr std::array<std::string_view, 6> words{"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT"};
  const std::string word = first_word(sql);
  if (word == "PREPARE") return first_word(trimmed(sql.substr(word.size()))) == "TRANSACTION";
  if (std::ranges::find(words, word) == words.end()) return false;
  std::vector<std::string> rest = words_of(sql.substr(word.size()));
  return std::ranges::none_of(rest, [](const std::string& each) { return first_word(each) == "TO"; });
}

using Texts = std::vector<std::string>;

/// The lines of a comment without the marks that make it one.
Texts lines_in(std::string_view comment) {
  const bool is_block = comment.starts_with("/*");
  comment = comment.substr(2, comment.size() - (is_block ? 4 : 2));
  Texts lines;
  for (std::string_view line : lines_of(comment)) {
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    if (line.starts_with(' ') && !is_block) line.remove_prefix(1);
    lines.emplace_back(is_block ? trimmed(line) : line);
  }
  if (is_block && lines.size() > 1 && lines.front().empty()) lines.erase(lines.begin());
  if (is_block && lines.size() > 1 && lines.back().empty()) lines.pop_back();
  return lines;
}

void append(Texts& texts, Texts more) { std::ranges::move(more, std::back_inserter(texts)); }

bool is_before(const Spot& one, const Spot& other) {
  return one.line < other.line || (one.line == other.line && one.column < other.column);
}

Spot spot_of(const WrittenStatement& statement) { return {statement.place.line, statement.place.column}; }

/// Where the character behind a statement is.
Spot end_of(const WrittenStatement& statement) {
  Spot spot = spot_of(statement);
  for (char c : statement.sql) {
    if (c == '\n') spot = {spot.line + 1, 0};
    if (!continues_character(c)) ++spot.column;
  }
  return spot;
}

/// Cuts a revision file into its sections, by the markers among its comments.
class SectionReader {
 public:
  SectionReader(std::string_view text, const std::string& path, Faults& faults)
      : text_{text},
        path_{path},
        faults_{faults},
        statements_{split_sql(text, path, faults)},
        comments_{sql_comments(text, path)} {}

  void read_into(RevisionFile& file) {
    if (!faults_.empty()) return;  // the text could not be cut into statements
    auto comment = comments_.begin();
    const auto comes_before = [&](const Spot& spot) {
      return comment != comments_.end() && is_before(spot_of(*comment), spot);
    };
    for (const WrittenStatement& statement : statements_) {
      for (; comes_before(spot_of(statement)); ++comment) take(*comment, file);
      add(statement);
      for (; comes_before(last_end_); ++comment) {
        if (is_marker(*comment)) fault_going_on(*comment);
      }
    }
    for (; comment != comments_.end(); ++comment) take(*comment, file);
    end_section(std::numeric_limits<int>::max());
    if (outside_line_ != 0) fault(outside_line_, "no statement follows this line");
    if (!has_upgrade_) fault(1, "no line `-- plumb: upgrade`, which begins the statements of a revision");
  }

 private:
  /// What a section is read into.
  struct Target {
    Section* statements = nullptr;
    std::string* text = nullptr;
    Texts* comments = nullptr;
    bool* is_there = nullptr;
  };

  static bool is_marker(const WrittenStatement& comment) { return comment.sql.starts_with(marker_prefix); }

  void fault_going_on(const WrittenStatement& marker) {
    fault(last_line_, fmt::format("this statement goes on behind `{}`: end it with a semicolon", marker.sql));
  }

  void take(const WrittenStatement& comment, RevisionFile& file) {
    const bool is_behind = comment.place.line == last_end_.line;
    if (is_marker(comment)) return is_behind ? fault_going_on(comment) : take_marker(comment, file);
    const bool has_statement = has_section() && !section_.statements->empty();
    append(is_behind && has_statement ? section_.statements->back().comments_behind : comments_of_next_,
           lines_in(comment.sql));
  }

  void take_marker(const WrittenStatement& marker, RevisionFile& file) {
    const std::string_view word = trimmed(std::string_view{marker.sql}.substr(marker_prefix.size()));
    const int line = marker.place.line;
    if (word == "upgrade") {
      begin(line, {&file.upgrade, &file.upgrade_text, &file.upgrade_comments, &has_upgrade_});
    } else if (word == "downgrade") {
      begin(line, {&file.downgrade, &file.downgrade_text, &file.downgrade_comments, &file.has_downgrade});
    } else if (word == trimmed(outside_marker.substr(marker_prefix.size()))) {
      if (!has_section()) return fault(line, "this line stands before `-- plumb: upgrade`");
      outside_line_ = line;
    } else {
      static constexpr std::array<std::string_view, 3> known{"upgrade", "downgrade", "no transaction"};
      fault(line, fmt::format("unknown word `{}`: {}", word, suggestion(word, known)));
    }
  }

  /// `line` is behind what was written since the marker that began the section.
  void end_section(int line) {
    Texts last = std::exchange(comments_of_next_, {});
    if (!has_section()) return;
    const bool is_empty = section_.statements->empty();
    append(is_empty ? *section_.comments : section_.statements->back().comments_behind, std::move(last));
    int number = 0;
    for (std::string_view each : lines_of(text_)) {
      ++number;
      if (number > section_line_ && number < line) section_.text->append(each).append("\n");
    }
  }

  void begin(int line, Target section) {
    if (*section.is_there) fault(line, "this section begins twice");
    if (outside_line_ != 0) fault(std::exchange(outside_line_, 0), "no statement of this section follows this line");
    end_section(line);
    *section.is_there = true;
    section_ = section;
    section_line_ = line;
  }

  void add(const WrittenStatement& statement) {
    const int line = statement.place.line;
    last_line_ = line;
    last_end_ = end_of(statement);
    if (!has_section()) return fault(line, "this statement stands before `-- plumb: upgrade`");
    if (rules_transaction(statement.sql)) {
      fault(line,
            fmt::format("`{}` begins or ends the transaction that plumb runs a revision in: remove it; a statement "
                        "that cannot run in one has `{}` on a line before it",
                        first_word(statement.sql), outside_marker));
    }
    section_.statements->push_back(
        {statement.sql, line, std::exchange(outside_line_, 0) != 0, std::exchange(comments_of_next_, {})});
  }

  bool has_section() const { return section_.statements != nullptr; }

  void fault(int line, std::string message) { faults_.add(path_, {line, 1}, std::move(message)); }

  std::string_view text_;
  const std::string& path_;
  Faults& faults_;
  std::vector<WrittenStatement> statements_;
  std::vector<WrittenStatement> comments_;
  Texts comments_of_next_;  ///< lines of comments that stand above a statement which is still to come
  Target section_;
  int section_line_ = 0;  ///< of its marker
  int last_line_ = 0;     ///< where the last statement begins
  Spot last_end_{};       ///< and where it ends
  int outside_line_ = 0;  ///< of a marker whose statement is still to come; else 0
  bool has_upgrade_ = false;
};

}  // namespace

bool resets_all(const RevisionStatement& statement) {
  return first_word(statement.sql) == "RESET" && first_word(trimmed(statement.sql.substr(5))) == "ALL";
}

bool sets_role(const RevisionStatement& statement) {
  if (!makes_setting(statement)) return false;
  for (const std::string& word : words_of(on_one_line(statement.sql))) {
    if (first_word(word) == "ROLE" || first_word(word) == "AUTHORIZATION") return true;
  }
  return false;
}

std::vector<std::string> resets_after(std::span<const RevisionStatement> statements) {
  std::vector<std::string> resets;
  if (std::ranges::any_of(statements, sets_role)) resets.emplace_back("RESET SESSION AUTHORIZATION");
  if (std::ranges::any_of(statements, makes_setting)) resets.emplace_back("RESET ALL");
  return resets;
}

bool makes_setting(const RevisionStatement& statement) {
  const std::string_view sql = statement.sql;
  const std::string word = first_word(sql);
  if (word == "RESET") return true;
  // As pg_dump writes it; set_config(name, value, true) is local to its transaction.
  if (word == "SELECT") {
    const std::string folded = lower(on_one_line(sql));
    const auto call = folded.find("set_config(");
    return call != std::string::npos && folded.find("true)", call) == std::string::npos;
  }
  if (word != "SET") return false;
  static constexpr std::array<std::string_view, 3> others{"LOCAL", "TRANSACTION", "CONSTRAINTS"};
  return std::ranges::find(others, first_word(trimmed(sql.substr(word.size())))) == others.end();
}

void read_sections(std::string_view text, const std::string& path, Faults& faults, RevisionFile& file) {
  SectionReader{text, path, faults}.read_into(file);
}

}  // namespace plumb
