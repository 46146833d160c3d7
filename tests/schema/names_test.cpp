#include "schema/names.h"

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/postgres/database.h"
#include "schema/sql.h"
#include "tests/support/server.h"

using namespace plumb;

TEST_CASE("names: the elements of an array's text") {
  const std::pair<std::string_view, std::vector<std::string>> cases[] = {
      {"{}", {}},
      {"{a}", {"a"}},
      {"{a,b}", {"a", "b"}},
      {"{\"a,b\",c}", {"a,b", "c"}},
      {R"({"a\"b","c\\d"})", {"a\"b", "c\\d"}},
      {"{NULL,\"NULL\",\"\"}", {"", "NULL", ""}},
      {"{\"{}\"}", {"{}"}},
      {"{ü,\"a b\"}", {"ü", "a b"}},
  };
  for (const auto& [text, elements] : cases) CHECK_MESSAGE(array_elements(text) == elements, text);
}

TEST_CASE("names: the elements of a vector of oids, and numbers") {
  CHECK(vector_elements("") == std::vector<Oid>{});
  CHECK(vector_elements("1 2 4294967295") == std::vector<Oid>{1, 2, 4294967295});
  CHECK(to_oid("4294967295") == 4294967295U);
  CHECK(to_integer("-3") == -3);
}

TEST_CASE("names: what was not read is unknown") {
  Symbols symbols;
  Names names{symbols, 150000};
  CHECK(names.relation(1) == nullptr);
  CHECK(names.column(1, 1) == nullptr);
  CHECK(names.column_name(1, 1).empty());
  CHECK(names.schema(1) == Symbol::none);
  names.set_column(5, 2, {symbols.intern("b"), 23, 0});
  CHECK(names.column_name(5, 2) == "b");
  CHECK(names.column_name(5, 1).empty());
  CHECK(names.column(5, 3) == nullptr);
}

TEST_SUITE("live") {
  TEST_CASE("names: arrays that a server writes are read as it means them") {
    const tests::TestDatabase scratch;
    Database database{scratch.url()};
    const char* chosen = std::getenv("PLUMB_SEED");
    const unsigned seed = chosen != nullptr ? static_cast<unsigned>(std::atoi(chosen)) : std::random_device{}();
    CAPTURE(seed);
    MESSAGE("PLUMB_SEED=" << seed);
    std::mt19937 random{seed};
    const std::vector<std::string> pieces{"a", ",", "\"", "\\", "{", "}", " ", "NULL", "ü", "\n", "'", "\t"};
    std::vector<std::vector<std::string>> arrays;
    std::string sql = "values ";
    for (int i = 0; i < 500; ++i) {
      auto& array = arrays.emplace_back();
      std::string elements;
      for (auto count = random() % 4; count > 0; --count) {
        std::string element;
        for (auto length = random() % 5; length > 0; --length) element += pieces[random() % pieces.size()];
        elements += (elements.empty() ? "" : ", ") + quote_literal(element);
        array.push_back(std::move(element));
      }
      sql += (i == 0 ? "" : ", ") + ("(" + std::to_string(i) + ", array[" + elements + "]::text[]::text)");
    }
    std::size_t i = 0;
    database.each_row(sql + " order by 1", [&](Row row) { CHECK(array_elements(*row[1]) == arrays[i++]); });
    CHECK(i == arrays.size());
  }

  TEST_CASE("names: every directory query runs on every server version") {
    std::string absent;
    for (const int major : {14, 15, 16, 17, 18}) {
      if (!tests::has_server(major)) {
        absent += " " + std::to_string(major);
        continue;
      }
      CAPTURE(major);
      Database database{tests::shared_server(major).url()};
      Symbols symbols;
      Names names{symbols, database.version()};
      for (const Names::Directory& directory : Names::directories()) {
        database.each_row(directory.sql, [&](Row row) { directory.load(names, row); });
      }
      CHECK(symbols.text(names.schema(2200)) == "public");
      CHECK(names.access_method(403) == "btree");
      // The operator class of integers is the one for exactly them, and there is none for varchar of its own.
      CHECK(names.default_operator_class(403, 23) != 0);
      CHECK(names.default_operator_class(403, 1043) == 0);
    }
    if (!absent.empty()) tests::say_skipped("not installed here: PostgreSQL" + absent);
  }
}
