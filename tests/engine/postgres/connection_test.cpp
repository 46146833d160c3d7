#include "engine/postgres/connection.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "schema/error.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;

namespace {

/// Keeps the tests from what the machine's own PG* variables say.
struct CleanEnvironment {
  CleanEnvironment() {
    for (const char* name : {"PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGDATABASE", "PGSERVICE"}) unsetenv(name);
  }
};

/// Makes a folder the current one, and goes back to where the tests run.
class InFolder {
 public:
  explicit InFolder(const std::string& folder) : before_{std::filesystem::current_path()} {
    std::filesystem::current_path(folder);
  }
  ~InFolder() { std::filesystem::current_path(before_); }
  InFolder(const InFolder&) = delete;
  InFolder& operator=(const InFolder&) = delete;

 private:
  std::filesystem::path before_;
};

std::string fault(std::string_view text) {
  try {
    parse_connection(text);
  } catch (const DeclarationError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("connection: every spelling becomes libpq's keyword form, and is shown without its password") {
  const CleanEnvironment clean;
  struct Case {
    std::string_view text;
    std::string_view location;
    std::string_view shown;
  };
  const std::vector<Case> cases{
      {"postgresql://app:pw@db:5433/shop", "user='app' password='pw' host='db' port='5433' dbname='shop'",
       "app@db:5433/shop"},
      {"postgres://app@db/shop", "user='app' host='db' dbname='shop'", "app@db:5432/shop"},
      {"postgresql+asyncpg://app:pw@db/shop", "user='app' password='pw' host='db' dbname='shop'", "app@db:5432/shop"},
      {"postgresql+psycopg2://app:pw@db/shop", "user='app' password='pw' host='db' dbname='shop'", "app@db:5432/shop"},
      {"postgres+psycopg://app:pw@db/shop", "user='app' password='pw' host='db' dbname='shop'", "app@db:5432/shop"},
      {"  postgresql://app@db/shop\n", "user='app' host='db' dbname='shop'", "app@db:5432/shop"},
      {"postgresql://app:p%40ss%2Fw@db/shop", "user='app' password='p@ss/w' host='db' dbname='shop'",
       "app@db:5432/shop"},
      {"postgresql://us%40er:pw@db/shop", "user='us@er' password='pw' host='db' dbname='shop'", "us@er@db:5432/shop"},
      {"postgresql://a@[::1]:5433/shop", "user='a' host='::1' port='5433' dbname='shop'", "a@[::1]:5433/shop"},
      {"postgresql://a@h1:1,h2/shop", "user='a' host='h1,h2' port='1,' dbname='shop'", "a@h1,h2:1,/shop"},
      {"postgresql://a@%2Frun%2Fpg/shop", "user='a' host='/run/pg' dbname='shop'", "a@/run/pg:5432/shop"},
      {"postgresql://a@/shop?host=/run/pg", "user='a' dbname='shop' host='/run/pg'", "a@/run/pg:5432/shop"},
      {"postgresql+asyncpg://a@/shop?host=h1:1&host=h2:2", "user='a' dbname='shop' host='h1,h2' port='1,2'",
       "a@h1,h2:1,2/shop"},
      {"postgresql://a@db/shop?sslmode=require&user=me@corp",
       "host='db' dbname='shop' sslmode='require' user='me@corp'", "me@corp@db:5432/shop"},
      {"host=db user=app password='my \\'secret' dbname=shop",
       "host='db' user='app' password='my \\'secret' dbname='shop'", "app@db:5432/shop"},
      {"host = db  user = app dbname=''", "host='db' user='app' dbname=''", "app@db:5432/app"},
      {"host=/run/pg user=a dbname=d options='-c search_path=a'",
       "host='/run/pg' user='a' dbname='d' options='-c search_path=a'", "a@/run/pg:5432/d"},
      {"service=shop", "service='shop'", "service shop"},
      {"service=shop dbname=other", "service='shop' dbname='other'", "service shop, database other"},
      {"embedded:demo/db", "demo/db", "embedded:demo/db"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.text);
    const ConnectionTarget target = parse_connection(each.text);
    CHECK(target.location == each.location);
    CHECK(target.shown == each.shown);
    CHECK(target.embedded == each.text.starts_with("embedded:"));
  }
  CHECK(parse_connection("shop").location == "dbname='shop'");
  CHECK(parse_connection("").location.empty());
}

TEST_CASE("connection: a password with unencoded characters ends at the last @ that a host can follow") {
  struct Case {
    std::string_view text;
    std::string_view user;
    std::string_view password;
  };
  const std::vector<Case> cases{
      {"postgresql://app:p@ss@db/shop", "app", "p@ss"},
      {"postgresql://app:p:ss@db/shop", "app", "p:ss"},
      {"postgresql://app:p/ss@db/shop", "app", "p/ss"},
      {"postgresql://app:12/ss@db/shop", "app", "12/ss"},
      {"postgresql://app:p#ss@db/shop", "app", "p#ss"},
      {"postgresql://app:12#ss@db/shop", "app", "12#ss"},
      {"postgresql://app:p?ss=1@db/shop", "app", "p?ss=1"},
      {"postgresql://app:100%@db/shop", "app", "100%"},
      {"postgresql://app:%zz@db/shop", "app", "%zz"},
      {"postgresql://app:@db/shop", "app", ""},
      {"postgresql://app:a@b/c@d@db:5433/shop?sslmode=disable", "app", "a@b/c@d"},
      {"postgresql://app@corp:pw@db/shop", "app@corp", "pw"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.text);
    const ConnectionTarget target = parse_connection(each.text);
    CHECK(target.user == each.user);
    CHECK(target.database == "shop");
    CHECK(target.location.find("password='" + std::string{each.password} + "'") != std::string::npos);
    CHECK((each.password.empty() || target.shown.find(each.password) == std::string::npos));
  }
}

TEST_CASE("connection: options of drivers are mapped or left out with a note") {
  const ConnectionTarget target = parse_connection(
      "postgresql+asyncpg://a@db/shop?ssl=require&prepared_statement_cache_size=0&timeout=5&server_settings=x");
  CHECK(target.location == "user='a' host='db' dbname='shop' sslmode='require' connect_timeout='5'");
  CHECK(target.notes.size() == 3);
  CHECK(parse_connection("postgresql://db/shop?ssl=false").location == "host='db' dbname='shop' sslmode='disable'");
}

TEST_CASE("connection: what cannot be understood is an error that never shows a password") {
  const std::vector<std::string_view> texts{
      "postgresql://app:s3cret@db:port/shop",
      "postgresql://app:s3cret%zz%41@db/shop",
      "postgresql://app:s3cret/shop",
      "mysql://app:s3cret@db/shop",
      "my:s3cret://app",
      "host=db password=x s3cret user=app",
      "host=db password=x s3cret=1 user=app",
      "password='s3cret",
      "app:s3cret@db/shop",
      "postgresql://app:s3cret@db/shop?sslmod=require",
      "postgresql://app:s3cret@db/shop/more@x y/z",
      "postgresql://app:s3cret%00@db/shop",
      "embedded:",
  };
  for (std::string_view text : texts) {
    CAPTURE(text);
    CHECK(!fault(text).empty());
    CHECK(fault(text).find("s3cret") == std::string::npos);
  }
  CHECK(fault("postgresql://app@db/shop?sslmod=require").find("sslmod") != std::string::npos);
}

TEST_CASE("connection: .env files are read as people write them") {
  const auto variables = parse_dotenv(
      "\xEF\xBB\xBF# a comment\n"
      "export DATABASE_URL=postgresql://a:p#w@db/shop   # the shop\n"
      "SINGLE='a $b \\n c'\r\n"
      "DOUBLE=\"say \\\"hi\\\" # no comment\" # a comment\n"
      "  SPACED = value of many words  \n"
      "LINES=\"one\ntwo\"\n"
      "EMPTY=\n"
      "not a variable\n"
      "LAST=end");
  CHECK(variables.at("DATABASE_URL") == "postgresql://a:p#w@db/shop");
  CHECK(variables.at("SINGLE") == "a $b \\n c");
  CHECK(variables.at("DOUBLE") == "say \"hi\" # no comment");
  CHECK(variables.at("SPACED") == "value of many words");
  CHECK(variables.at("LINES") == "one\ntwo");
  CHECK(variables.at("EMPTY").empty());
  CHECK(variables.at("LAST") == "end");
  CHECK(variables.size() == 7);
}

TEST_CASE("connection: .env files may use their own variables and those of the environment") {
  const tests::Environment set{"PLUMB_TEST_HOST", "db.example"};
  const auto variables = parse_dotenv(
      "PASSWORD='p${w$d'\n"
      "URL=postgresql://app:${PASSWORD}@${PLUMB_TEST_HOST}:${PLUMB_TEST_PORT:-5433}/shop\n"
      "QUOTED=\"${URL}?a=1\"\n"
      "SINGLE='${URL}'\n"
      "UNKNOWN=$a${PLUMB_TEST_NONE}${\n");
  CHECK(variables.at("URL") == "postgresql://app:p${w$d@db.example:5433/shop");
  CHECK(variables.at("QUOTED") == "postgresql://app:p${w$d@db.example:5433/shop?a=1");
  CHECK(variables.at("SINGLE") == "${URL}");
  CHECK(variables.at("UNKNOWN") == "$a${PLUMB_TEST_NONE}${");
}

TEST_CASE("connection: a line of .env that names no database though it means to is a fault") {
  const CleanEnvironment clean;
  const Folder folder;
  const InFolder inside{folder.path()};
  for (const std::string line :
       {"DATABASE_URL: postgresql:///d?host=/tmp", "  export DATABASE_URL postgresql:///d", "DATABASE_URL"}) {
    CAPTURE(line);
    folder.write(".env", "# DATABASE_URL\nDATABASE_URL_TEST=x\n" + line + "\n");
    CHECK(tests::error_of([] { find_connection("", ""); }) ==
          ".env:3: write `DATABASE_URL=...`, with an equals sign behind the name");
    CHECK(find_connection("postgresql:///given", "").database == "given");
  }
}

TEST_CASE("connection: a failure is explained in one sentence, with libpq's words in short") {
  const CleanEnvironment clean;
  const ConnectionTarget target = parse_connection("postgresql://app:s3cret@db:5433/shop");
  struct Case {
    std::string_view message;
    std::string_view begin;
  };
  const std::vector<Case> cases{
      {"connection to server at \"db\" (10.0.0.1), port 5433 failed: Connection refused\n\tIs the server running?\n",
       "cannot reach PostgreSQL at db:5433: is the server running there? check --database or DATABASE_URL (Connection "
       "refused)"},
      {"connection to server at \"db\" (10.0.0.1), port 5433 failed: FATAL:  password authentication failed for user "
       "\"app\"\n",
       "db:5433 does not accept this password for the user app"},
      {"connection to server at \"db\", port 5433 failed: fe_sendauth: no password supplied\n",
       "db:5433 asks for a password of the user app"},
      {"connection to server at \"db\", port 5433 failed: FATAL:  database \"shop\" does not exist\n",
       "db:5433 has no database shop"},
      {"connection to server at \"db\", port 5433 failed: FATAL:  role \"app\" does not exist\n",
       "db:5433 has no role app"},
      {"connection to server at \"db\", port 5433 failed: FATAL:  no pg_hba.conf entry for host \"10.0.0.2\", user "
       "\"app\", database \"shop\", no encryption\n",
       "db:5433 does not let app into shop from this machine without SSL"},
      {"connection to server at \"db\", port 5433 failed: server does not support SSL, but SSL was required\n",
       "db:5433 does not speak SSL"},
      {"connection to server at \"db\", port 5433 failed: FATAL:  sorry, too many clients already\n",
       "db:5433 has as many connections as it allows"},
      {"connection to server at \"db\", port 5433 failed: timeout expired\n", "db:5433 did not answer in time"},
      {"could not translate host name \"db\" to address: Name or service not known\n",
       "cannot find the machine of db:5433"},
      {"something with s3cret in it", "cannot connect to app@db:5433/shop"},
  };
  for (const Case& each : cases) {
    const std::string text = explain_connection_failure(each.message, target);
    CAPTURE(text);
    CHECK(text.starts_with(each.begin));
    CHECK(text.find("s3cret") == std::string::npos);
    CHECK(text.find('\n') == std::string::npos);
  }
}

TEST_CASE("connection: a password on the command line can be blotted out in place") {
  struct Case {
    std::string before;
    std::string after;
  };
  std::vector<Case> cases{
      {"--database=postgresql://app:pw@db/shop", "--database=postgresql://app:xx@db/shop"},
      {"postgresql://app:p@w@db/shop", "postgresql://app:xxx@db/shop"},
      {"host=db password=secret", "host=db password=xxxxxx"},
      {"password = secret", "password =xxxxxxx"},
      {"application_name=password_rotator password=secret host=db",
       "application_name=password_rotator password=xxxxxxxxxxxxxx"},
      {"user=password_x password='a b'", "user=password_x password=xxxxx"},
      {"host=db oauth_client_secret=hush", "host=db oauth_client_secret=xxxx"},
      {"--database=host=db oauth_client_secret=hush", "--database=host=db oauth_client_secret=xxxx"},
      {"schema.yaml", "schema.yaml"},
      {"postgresql://app@db:5432/shop", "postgresql://app@db:5432/shop"},
  };
  for (Case& each : cases) {
    blot_out_password(each.before.data());
    CHECK(each.before == each.after);
  }
}
