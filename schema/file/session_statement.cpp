#include "schema/file/session_statement.h"

#include <algorithm>
#include <string>
#include <vector>

#include "schema/file/scan.h"
#include "schema/file/statement_subject.h"
#include "schema/text.h"

namespace plumb {

namespace {

/// Keywords and plain names in lower case, and everything else as it is written.
std::vector<std::string> words_of(std::string_view sql) {
  const std::string text{sql};
  std::vector<std::string> words;
  for (const Range& token : scan(text).tokens) words.push_back(text.substr(token.begin, token.end - token.begin));
  std::ranges::transform(words, words.begin(), [](const std::string& word) {
    return word.starts_with('"') || word.starts_with('\'') ? word : lower(word);
  });
  return words;
}

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

bool begins_transaction(std::string_view sql) { return is_statement("BEGIN", sql) || is_statement("START", sql); }

bool ends_transaction(std::string_view sql) {
  return is_statement("COMMIT", sql) || is_statement("END", sql) || is_statement("ABORT", sql) ||
         (is_statement("ROLLBACK", sql) && !has(words_of(sql), "to"));
}

bool sets_session(std::string_view sql) {
  const bool sets = is_statement("SET", sql) || is_statement("RESET", sql);
  const bool selects = is_statement("SELECT", sql) && contains_word(sql, "set_config");
  if (!sets && !selects) return false;
  const std::vector<std::string> words = words_of(sql);
  constexpr std::string_view of_transaction[] = {"local", "transaction", "constraints"};
  return selects || words.size() < 2 || std::ranges::find(of_transaction, words[1]) == std::end(of_transaction);
}

bool resets_session(std::string_view sql) {
  if (is_statement("DISCARD", sql)) return true;
  const std::vector<std::string> words = words_of(sql);
  return words.size() == 2 && words[0] == "reset" && words[1] == "all";
}

bool only_drops(std::string_view sql) {
  const std::vector<std::string> words = words_of(sql);
  constexpr std::string_view other_work[] = {",", "add", "set", "type", "rename", "attach", "validate"};
  return has(words, "drop") &&
         std::ranges::none_of(other_work, [&](std::string_view word) { return has(words, word); });
}

}  // namespace plumb
