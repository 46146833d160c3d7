#include "schema/secrets.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "schema/error.h"
#include "schema/fingerprint.h"
#include "schema/text.h"

namespace plumb {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view prefix = "plumb_secret_";
constexpr std::size_t digits = 8;
constexpr int rounds = 1 << 12;

bool is_hexadecimal(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// The token at the beginning of a text, or nothing.
std::string_view token_at(std::string_view text) {
  const bool is_one = text.starts_with(prefix) && text.size() >= prefix.size() + digits &&
                      is_hexadecimal(text.substr(prefix.size(), digits));
  return is_one ? text.substr(0, prefix.size() + digits) : std::string_view{};
}

std::string token_of(std::string_view secret) {
  std::string hash = to_hex(Hasher{}.add(secret).finish());
  for (int round = 0; round < rounds; ++round) hash = to_hex(Hasher{}.add(hash).add(secret).finish());
  return std::string{prefix} + hash.substr(0, digits);
}

// ---- connection texts ---------------------------------------------------------------------------------------------

void find_in_url(std::string_view url, std::vector<std::string_view>& found) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  const std::string_view user = authority.substr(0, std::min(authority.rfind('@'), authority.size()));
  const auto colon = user.find(':');
  if (user.size() < authority.size() && colon != npos && colon + 1 < user.size()) {
    found.push_back(user.substr(colon + 1));
  }
  const auto question = rest.find('?');
  std::string_view query = question == npos ? std::string_view{} : rest.substr(question + 1);
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    const auto equals = parameter.find('=');
    if (equals == npos || equals + 1 == parameter.size() || !is_secretive(parameter.substr(0, equals))) continue;
    found.push_back(parameter.substr(equals + 1));
  }
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

/// Where a value of the keyword form ends that begins at `i`: quotes belong to it, and a backslash escapes.
std::size_t end_of_value(std::string_view text, std::size_t i) {
  const bool is_quoted = i < text.size() && text[i] == '\'';
  if (is_quoted) ++i;
  for (; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (is_quoted ? text[i] == '\'' : is_blank(text[i])) {
      break;
    }
  }
  return std::min(is_quoted ? i + 1 : i, text.size());
}

void find_in_keywords(std::string_view text, std::vector<std::string_view>& found) {
  const auto skip_blanks = [&](std::size_t i) {
    while (i < text.size() && is_blank(text[i])) ++i;
    return i;
  };
  for (std::size_t i = skip_blanks(0); i < text.size(); i = skip_blanks(i)) {
    const std::size_t begin = i;
    while (i < text.size() && text[i] != '=' && !is_blank(text[i])) ++i;
    const std::string_view keyword = text.substr(begin, i - begin);
    i = skip_blanks(i);
    if (i == text.size() || text[i] != '=') continue;
    i = skip_blanks(i + 1);
    const std::size_t end = end_of_value(text, i);
    if (end > i && is_secretive(keyword)) found.push_back(text.substr(i, end - i));
    i = end;
  }
}

}  // namespace

bool is_secretive(std::string_view name) {
  constexpr std::array<std::string_view, 12> signs{"password",   "passwd", "pwd",        "passcode",
                                                   "passphrase", "secret", "token",      "credential",
                                                   "api_key",    "apikey", "access_key", "private_key"};
  const std::string folded = lower(name);
  return std::ranges::any_of(signs, [&](std::string_view sign) { return folded.find(sign) != std::string::npos; });
}

std::vector<std::string_view> secrets_of_connection(std::string_view text) {
  std::vector<std::string_view> found;
  if (text.find("://") < text.find_first_of("= '")) {  // later ones stand in the value of a keyword
    find_in_url(text, found);
  } else {
    find_in_keywords(text, found);
  }
  return found;
}

std::vector<std::string_view> secrets_of_option(std::string_view option) {
  const auto equals = option.find('=');
  if (equals == npos || equals + 1 == option.size()) return {};
  const std::string_view value = option.substr(equals + 1);
  if (is_secretive(option.substr(0, equals))) return {value};
  return secrets_of_connection(value);
}

// ---- tokens ---------------------------------------------------------------------------------------------------------

std::vector<std::string_view> tokens_in(std::string_view text) {
  std::vector<std::string_view> tokens;
  for (auto at = text.find(prefix); at != npos; at = text.find(prefix, at + 1)) {
    if (const std::string_view token = token_at(text.substr(at)); !token.empty()) tokens.push_back(token);
  }
  return tokens;
}

std::string Secrets::hide(std::string_view secret) {
  if (token_at(secret).size() == secret.size()) return std::string{secret};
  const auto known = std::ranges::find(texts_, secret, [](const auto& entry) { return entry.second; });
  if (known != texts_.end()) return known->first;
  const std::string token = token_of(secret);
  if (!texts_.emplace(token, secret).second) {
    throw DeclarationError{fmt::format(
        "two different secrets have the same fingerprint, {}, so that plumb cannot tell them apart: change one of them",
        token)};
  }
  return token;
}

const std::string* Secrets::find_text(std::string_view token) const {
  for (const Texts* texts : {&told_, &texts_}) {
    const auto found = texts->find(token);
    if (found != texts->end()) return &found->second;
  }
  return nullptr;
}

std::string Secrets::reveal(std::string_view sql) const {
  std::string revealed;
  char quote = '\0';
  bool escapes = false;  // in E'...', where a backslash is one
  for (std::size_t i = 0; i < sql.size();) {
    const std::string_view token = quote == '\'' ? token_at(sql.substr(i)) : std::string_view{};
    if (const std::string* text = find_text(token)) {
      for (char c : *text) {
        if (c == '\'' || (c == '\\' && escapes)) revealed += c;
        revealed += c;
      }
      i += token.size();
      continue;
    }
    if (quote == '\0') {  // quotes in a comment open nothing
      const std::size_t end = i + comment_at(sql.substr(i));
      revealed += sql.substr(i, end - i);
      i = end;
      if (i == sql.size()) break;
    }
    const char c = sql[i];
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
      escapes = c == '\'' && i > 0 && (sql[i - 1] == 'E' || (sql[i - 1] == '\'' && escapes));
    } else if (c == quote) {  // the second one of a doubled quote opens it again
      quote = '\0';
    } else if (quote == '\'' && escapes && c == '\\' && i + 1 < sql.size()) {
      revealed += sql[i++];
    }
    revealed += sql[i++];
  }
  return revealed;
}

std::string_view Secrets::find_unknown(std::string_view text) const {
  const auto tokens = tokens_in(text);
  const auto unknown =
      std::ranges::find_if(tokens, [&](std::string_view token) { return find_text(token) == nullptr; });
  return unknown == tokens.end() ? std::string_view{} : *unknown;
}

namespace {

/// The token that holds the byte at `at`; empty: there is none.
std::string_view token_around(std::string_view message, std::size_t at) {
  for (std::string_view token : tokens_in(message)) {
    const auto begin = static_cast<std::size_t>(token.data() - message.data());
    if (at >= begin && at < begin + token.size()) return token;
  }
  return {};
}

}  // namespace

std::string Secrets::conceal(std::string message) const {
  for (const Texts* texts : {&texts_, &told_}) {
    for (const auto& [token, text] : *texts) {
      if (text.empty()) continue;
      for (auto at = message.find(text); at != std::string::npos; at = message.find(text, at)) {
        const std::string_view around = token_around(message, at);
        if (around.empty()) message.replace(at, text.size(), token);
        at += around.empty() ? token.size() : text.size();
      }
    }
  }
  return message;
}

}  // namespace plumb
