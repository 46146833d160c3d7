#include "schema/file/statement_subject.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <span>

#include "schema/text.h"

namespace plumb {

namespace {

/// Removes the blanks and comments that a text begins with.
void skip_blanks(std::string_view& text) {
  std::size_t comment = 0;
  do {
    text.remove_prefix(comment);
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\f\v"), text.size()));
    comment = comment_at(text);
  } while (comment > 0);
}

/// Takes the next word off a text, in upper case; empty where something else stands.
std::string next_word(std::string_view& text) {
  skip_blanks(text);
  const auto is_part = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c >= 0x80; };
  const auto end = std::ranges::find_if_not(text, is_part);
  const std::string word = upper(text.substr(0, static_cast<std::size_t>(end - text.begin())));
  text.remove_prefix(word.size());
  return word;
}

/// Whether the words behind USER make a user mapping of it, and no role that is called mapping.
bool is_mapping(std::string_view rest) {
  if (next_word(rest) != "MAPPING") return false;
  const std::string word = next_word(rest);
  return word == "FOR" || word == "IF";
}

/// Whether a statement begins with one of these verbs and a noun.
bool begins_with(std::string_view sql, std::span<const std::string_view> verbs, std::string_view noun) {
  if (std::ranges::find(verbs, next_word(sql)) == verbs.end()) return false;
  const bool is_user = noun == "USER";
  while (!noun.empty()) {
    if (next_word(sql) != next_word(noun)) return false;
  }
  return !is_user || !is_mapping(sql);
}

/// Takes everything off a text up to its first word ON, quoted identifiers apart; false when there is none.
bool skip_on(std::string_view& text) {
  while (true) {
    const std::string word = next_word(text);
    if (word == "ON") return true;
    if (!word.empty()) continue;
    if (text.empty()) return false;
    const std::size_t end = text.front() == '"' ? text.find('"', 1) : 0;
    text.remove_prefix(std::min(end, text.size() - 1) + 1);
  }
}

/// Whether a name follows, so that the word before was a noun and no name itself, as in GRANT ... ON role TO app.
bool names_something(std::string_view text) {
  skip_blanks(text);
  if (text.starts_with('"')) return true;
  const std::string word = next_word(text);
  return !word.empty() && word != "TO" && word != "FROM";
}

std::string shared_noun(const std::string& noun) {
  if (noun == "USER" || noun == "GROUP") return "ROLE";
  constexpr std::string_view shared[] = {"ROLE", "DATABASE", "TABLESPACE", "PARAMETER", "SYSTEM", "OWNED"};
  return std::ranges::find(shared, noun) != std::ranges::end(shared) ? noun : std::string{};
}

}  // namespace

bool creates(std::string_view sql, std::string_view noun) {
  constexpr std::string_view verbs[] = {"CREATE"};
  return begins_with(sql, verbs, noun);
}

bool is_about(std::string_view sql, std::string_view noun) {
  constexpr std::string_view verbs[] = {"CREATE", "ALTER", "DROP"};
  return begins_with(sql, verbs, noun);
}

bool is_statement(std::string_view verb, std::string_view sql) { return begins_with(sql, {&verb, 1}, ""); }

std::string shared_by_databases(std::string_view sql) {
  std::string_view rest = sql;
  const std::string verb = next_word(rest);
  if (verb == "CREATE" || verb == "ALTER" || verb == "DROP" || verb == "REASSIGN") {
    const std::string noun = next_word(rest);
    return noun == "USER" && is_mapping(rest) ? std::string{} : shared_noun(noun);
  }
  const bool grants = verb == "GRANT" || verb == "REVOKE";
  if (!grants && verb != "COMMENT" && verb != "SECURITY") return {};
  if (!skip_on(rest)) return grants ? "ROLE" : "";
  const std::string noun = next_word(rest);
  return names_something(rest) ? shared_noun(noun) : "";
}

}  // namespace plumb
