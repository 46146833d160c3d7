#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plumb {

/// What must not be shown: passwords in the options of foreign servers and user mappings, and in connection texts.
/// Wherever such a text is read, from a schema file or from a database, a token takes its place at once, as
/// `plumb_secret_5e8d12c4`: in catalogs, plans, files, the cache and scratch databases. Only the statements that
/// change the live database get the texts back.
///
/// A token is a fingerprint of its text: equal texts have equal tokens everywhere, so that a changed password is seen.
/// It has 32 bits of a hash that takes about a millisecond; a weak password can be guessed from it with patience, as
/// from any hash, so that guessing at the server itself must be made harder than that.
class Secrets {
 public:
  /// The token of a text, which is remembered; a token is its own. Throws `DeclarationError` in the unlikely case that
  /// another text has the same one.
  std::string hide(std::string_view secret);

  /// Tells what to put in the place of a token. It may be another text than the token was made of, for a password that
  /// nobody knows any more.
  void tell(std::string_view token, std::string_view text) { told_[std::string{token}] = text; }

  /// `sql` with the texts of its tokens, each escaped for the string constant that it stands in. A token whose text is
  /// not known stays.
  std::string reveal(std::string_view sql) const;

  /// The first token in a text that nobody has told the text of; empty: all are known, or there are none.
  std::string_view find_unknown(std::string_view text) const;

  /// A message with tokens for all texts that are known.
  std::string conceal(std::string message) const;

 private:
  using Texts = std::map<std::string, std::string, std::less<>>;  ///< by token

  const std::string* find_text(std::string_view token) const;

  Texts texts_;  ///< that were hidden
  Texts told_;   ///< which count first
};

/// The tokens in a text, in order.
std::vector<std::string_view> tokens_in(std::string_view text);

/// Whether what bears this name is secret, as password, sslpassword, passcode, api_key and oauth_client_secret; that of
/// a file (passfile, sslkey) is not.
bool is_secretive(std::string_view name);

/// The parts of an option "password=x" that are secret: all of the value when its name says so, else what
/// `secrets_of_connection` finds in it.
std::vector<std::string_view> secrets_of_option(std::string_view option);

/// The passwords in "host=db password=x" and "postgresql://app:x@db/shop?sslpassword=y" (manual section 34.1.1).
std::vector<std::string_view> secrets_of_connection(std::string_view text);

}  // namespace plumb
