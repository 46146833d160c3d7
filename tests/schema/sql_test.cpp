#include "schema/sql.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "engine/postgres/database.h"
#include "tests/support/catalog.h"
#include "tests/support/server.h"

using namespace plumb;

namespace {

/// Texts that go wrong easily, and pieces of which random ones are made.
constexpr std::array<std::string_view, 40> pieces{
    "a",  "Z",    "_",    "0",    "9",     "$",     "\"",   "'",      "\\",   " ",    ".",   ",",  ";",  "-",
    "\n", "\t",   "\r",   "ü",    "日本",  "😀",     "é",    "select", "user", "name", "$$",  "--", "/*", "%",
    "?",  "null", "from", "true", "E'\\'", "\\000", "\x01", "\x7f",   "Ä",    "{",    "}[]", ":"};

constexpr std::array words{
#define KEYWORD(word) std::string_view{#word},
#include "schema/keywords.def"
#undef KEYWORD
};

/// Key words of all classes, plain names, and what chance makes of the pieces.
std::vector<std::string> names(unsigned seed, int count) {
  std::mt19937 random{seed};
  std::vector<std::string> all{words.begin(), words.end()};
  for (const char* one : {"abort", "abs", "action", "at", "name", "text", "value", "within", "A", "aB", "a1", "1a"}) {
    all.emplace_back(one);
  }
  for (int i = 0; i < count; ++i) {
    std::string name;
    for (auto length = 1 + random() % 6; length > 0; --length) name += pieces[random() % pieces.size()];
    all.push_back(std::move(name));
  }
  return all;
}

unsigned seed() {
  const char* chosen = std::getenv("PLUMB_SEED");
  return chosen != nullptr ? static_cast<unsigned>(std::atoi(chosen)) : std::random_device{}();
}

}  // namespace

TEST_CASE("sql: names are quoted where PostgreSQL needs it") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"users", "users"},     {"_a1", "_a1"},     {"Users", "\"Users\""},    {"1a", "\"1a\""},     {"a b", "\"a b\""},
      {"a\"b", "\"a\"\"b\""}, {"a.b", "\"a.b\""}, {"select", "\"select\""},  {"a\nb", "\"a\nb\""}, {"ü", "\"ü\""},
      {"a$1", "\"a$1\""},     {"", "\"\""},       {"between", "\"between\""}};
  for (const auto& [name, quoted] : cases) CHECK(quote_identifier(name) == quoted);
}

TEST_CASE("sql: texts become constants that cannot end early") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "''"},           {"a", "'a'"},       {"it's", "'it''s'"},     {"a\\b", "E'a\\\\b'"},
      {"\\'", "E'\\\\'''"}, {"a\nb", "'a\nb'"}, {"a\r\nb", "E'a\\r\nb'"}};
  for (const auto& [text, quoted] : cases) CHECK(quote_literal(text) == quoted);
}

TEST_CASE("sql: options are set one by one") {
  const std::vector<std::string_view> options{"fillfactor=70", "autovacuum_enabled=false", "note=it's", "flag"};
  CHECK(join_options(options) == "fillfactor='70', autovacuum_enabled='false', note='it''s', flag");
  const std::vector<std::string_view> names{"id", "Name"};
  CHECK(join_names(names) == "id, \"Name\"");
  CHECK(qualify("app", "Order") == "app.\"Order\"");
  CHECK(qualify("", "orders") == "orders");
}

TEST_CASE("sql: of options, only those that differ are set or reset") {
  Symbols symbols;
  Catalog catalog{symbols};
  const auto table = [&](std::string_view name, std::vector<std::string_view> options) {
    const ObjectId id =
        tests::add(catalog, tests::identity(symbols, Kind::table, "app", "", name), {{"with", std::move(options)}});
    return id;
  };
  const ObjectId before = table("before", {"a=1", "b=2", "c=3"});
  const ObjectId after = table("after", {"a=1", "b=4", "d=5"});
  const auto statements =
      change_options({catalog, catalog.object(before)}, {catalog, catalog.object(after)}, "with", "ALTER TABLE app.t");
  REQUIRE(statements.size() == 2);
  CHECK(statements[0].sql == "ALTER TABLE app.t RESET (c)");
  CHECK(statements[1].sql == "ALTER TABLE app.t SET (b='4', d='5')");
}

TEST_CASE("sql: a drop names what is lost with it") {
  Symbols symbols;
  Catalog catalog{symbols};
  const ObjectId table = tests::add(catalog, tests::identity(symbols, Kind::table, "app", "", "Orders"));
  const ObjectId view = tests::add(catalog, tests::identity(symbols, Kind::view, "app", "", "v"));
  const Statements of_table = drop_statement({catalog, catalog.object(table)});
  REQUIRE(of_table.size() == 1);
  CHECK(of_table[0].sql == "DROP TABLE app.\"Orders\"");
  CHECK(of_table[0].consent == "drop-table");
  const Statements of_view = drop_statement({catalog, catalog.object(view)});
  CHECK(of_view[0].sql == "DROP VIEW app.v");
  CHECK(of_view[0].consent.empty());
}

TEST_SUITE("live") {
  TEST_CASE("sql: names and texts read back as they were, and names are quoted as PostgreSQL quotes them") {
    const unsigned chosen = seed();
    CAPTURE(chosen);
    MESSAGE("PLUMB_SEED=" << chosen);
    const auto all = names(chosen, 6000);
    const tests::TestDatabase scratch;
    Database database{scratch.url()};
    // A version's own key words grow in number; a name that is quoted without need is no fault.
    constexpr std::size_t at_once = 500;
    for (std::size_t first = 0; first < all.size(); first += at_once) {
      std::string sql = "select * from (values ";
      for (std::size_t i = first; i < std::min(first + at_once, all.size()); ++i) {
        if (i > first) sql += ", ";
        sql += '(' + std::to_string(i) + ", " + quote_literal(all[i]) + ", (select k from (select 1 as " +
               quote_identifier(all[i]) + ") x, json_object_keys(to_json(x)) k))";
      }
      sql += ") v(i, text, name), lateral quote_ident(text) order by i";
      std::size_t i = first;
      database.each_row(sql, [&](Row row) {
        REQUIRE(i < all.size());
        CHECK(*row[1] == all[i]);
        CHECK(*row[2] == all[i]);
        const bool is_word = std::ranges::find(words, std::string_view{all[i]}) != words.end();
        if (!is_word) CHECK(*row[3] == quote_identifier(all[i]));
        ++i;
      });
      CHECK(i == std::min(first + at_once, all.size()));
    }
  }

  TEST_CASE("sql: every key word that a server quotes is quoted") {
    std::string absent;
    for (const int major : {14, 15, 16, 17, 18}) {
      if (!tests::has_server(major)) {
        absent += " " + std::to_string(major);
        continue;
      }
      CAPTURE(major);
      int count = 0;
      Database{tests::shared_server(major).url()}.each_row(
          "select word, quote_ident(word) from pg_get_keywords()", [&](Row row) {
            ++count;
            const std::string quoted = quote_identifier(*row[0]);
            const bool is_as_safe = quoted == *row[1] || quoted.front() == '"';
            CHECK_MESSAGE(is_as_safe, *row[0]);
          });
      CHECK(count > 400);
    }
    if (!absent.empty()) tests::say_skipped("not installed here: PostgreSQL" + absent);
  }
}
