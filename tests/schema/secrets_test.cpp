#include "schema/secrets.h"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/symbol.h"

using namespace plumb;

using Parts = std::vector<std::string_view>;

TEST_CASE("secrets: passwords are found in connection texts of every form") {
  struct Example {
    std::string_view text;
    Parts secrets;
  };
  const Example examples[] = {
      {"host=db dbname=shop", {}},
      {"host=db password=hunter2 port=5432", {"hunter2"}},
      {"password = 'it\\'s a secret' host=db sslpassword=x", {"'it\\'s a secret'", "x"}},
      {"host=db password=a\\ b", {"a\\ b"}},
      {"host=db password=", {}},
      {"password='never closed", {"'never closed"}},
      {"host=db password=x application_name=https://shop", {"x"}},
      {"passfile=/etc/pass host='password=x'", {}},
      {"postgresql://app@db/shop", {}},
      {"postgresql://app:hunter2@db:5432/shop", {"hunter2"}},
      {"postgres://app:a:b@c@db/shop?sslmode=require&sslpassword=y&password=z", {"a:b@c", "y", "z"}},
      {"postgresql://db:5432/shop?host=a@b", {}},
      {"", {}},
  };
  for (const Example& example : examples) {
    CAPTURE(example.text);
    CHECK(secrets_of_connection(example.text) == example.secrets);
  }
}

TEST_CASE("secrets: an option is secret when its name says so, and else for the passwords in it") {
  CHECK(secrets_of_option("password=a=b c") == Parts{"a=b c"});
  CHECK(secrets_of_option("OAuth_Client_Secret=x") == Parts{"x"});
  CHECK(secrets_of_option("api_key=x") == Parts{"x"});
  CHECK(secrets_of_option("user=x").empty());
  CHECK(secrets_of_option("sslkey=/etc/key").empty());
  CHECK(secrets_of_option("password=").empty());
  CHECK(secrets_of_option("password").empty());
  CHECK(secrets_of_option("dsn=Server=db;Uid=a password=x") == Parts{"x"});
}

TEST_CASE("secrets: equal texts have equal tokens in every run, and a token is its own") {
  Secrets one;
  Secrets other;
  const std::string token = one.hide("hunter2");
  CHECK(token.find("hunter2") == std::string::npos);
  CHECK(token == other.hide("hunter2"));
  CHECK(token != one.hide("hunter3"));
  CHECK(one.hide(token) == token);
  CHECK(one.hide(token + "x") != token);
}

TEST_CASE("secrets: statements get the texts back, each escaped for the constant that it stands in") {
  Secrets secrets;
  for (const std::string_view secret : {"plain", "it's", "a\\b", "''\\'"}) {
    CAPTURE(secret);
    const std::string token = secrets.hide(secret);
    CHECK(secrets.reveal("SET x " + quote_literal(token)) == "SET x '" + [&] {
      std::string doubled;
      for (char c : secret) doubled.append(c == '\'' ? 2 : 1, c);
      return doubled;
    }() + "'");
    // Beside a backslash the constant is an escape string, where its own backslashes count.
    const std::string with_backslash = quote_literal("it's \\ " + token);
    CHECK(secrets.reveal(with_backslash) == quote_literal("it's \\ " + std::string{secret}));
  }
  const std::string token = secrets.hide("plain");
  CHECK(secrets.reveal("SET x /* it's */ '" + token + "' -- don't") == "SET x /* it's */ 'plain' -- don't");
  CHECK(secrets.reveal("ALTER \"it's " + token + "\" SET '" + token + "'") ==
        "ALTER \"it's " + token + "\" SET 'plain'");
}

TEST_CASE("secrets: what is not known stays a token, and is found") {
  Secrets stranger;
  const std::string token = stranger.hide("hunter2");
  Secrets secrets;
  const std::string sql = "SET x '" + secrets.hide("known") + ' ' + token + "'";
  CHECK(secrets.find_unknown(sql) == token);
  CHECK(secrets.reveal(sql) == "SET x 'known " + token + "'");
  CHECK(stranger.find_unknown("SET x '" + token + "', plumb_secret_, plumb_secret_xyz").empty());
}

TEST_CASE("secrets: messages of PostgreSQL are cleaned of them") {
  Secrets secrets;
  const std::string token = secrets.hide("hunter2");
  CHECK(secrets.conceal("LINE 1: password 'hunter2', again hunter2") ==
        "LINE 1: password '" + token + "', again " + token);
  // One that is a part of its own token stays as it is within that alone.
  const std::string short_one = secrets.hide("secret");
  CHECK(secrets.conceal("set '" + short_one + "' and secret") == "set '" + short_one + "' and " + short_one);
}

TEST_CASE("secrets: values of attributes keep all but their secrets") {
  Symbols symbols;
  const AttributeRule rule{.key = "connection", .secrets = secrets_of_connection};
  const std::string_view text = symbols.text(intern_value(rule, "host=db password=hunter2 port=1", symbols));
  CHECK(text == "host=db password=" + symbols.secrets().hide("hunter2") + " port=1");
  CHECK(symbols.secrets().reveal('\'' + std::string{text} + '\'') == "'host=db password=hunter2 port=1'");
}
