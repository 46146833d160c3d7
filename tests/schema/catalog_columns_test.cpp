#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "engine/postgres/database.h"
#include "schema/rules.h"
#include "tests/support/server.h"

using namespace plumb;

namespace {

using Column = std::pair<std::string, std::string>;  // of a table of pg_catalog

struct Verdict {
  std::string word;  // modelled, derived or ignored
  std::string why;
};

/// tests/schema/catalog_columns.tsv: what plumb makes of each column, four fields a line.
std::map<Column, Verdict> listed_columns() {
  std::ifstream file{PLUMB_SOURCE_DIR "/tests/schema/catalog_columns.tsv"};
  std::map<Column, Verdict> columns;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields{line};
    std::string table, column;
    Verdict verdict;
    std::getline(fields, table, '\t');
    std::getline(fields, column, '\t');
    std::getline(fields, verdict.word, '\t');
    std::getline(fields, verdict.why);
    CHECK_MESSAGE(columns.emplace(Column{table, column}, verdict).second, table, ".", column, " is listed twice");
  }
  return columns;
}

std::set<Column> columns_of(const Server& server) {
  Database database{server.url("postgres")};
  std::set<Column> columns;
  database.each_row(R"(
    select c.relname, a.attname
      from pg_catalog.pg_attribute a
      join pg_catalog.pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
       and c.relkind = 'r'
       and a.attnum > 0)",
                    [&](Row row) { columns.emplace(*row[0], *row[1]); });
  return columns;
}

/// What is wrong with "index.columns"; empty for an attribute of a kind, or for a part of its identity.
std::string fault_of(std::string_view reference) {
  constexpr std::array<std::string_view, 5> parts{"name", "schema", "table", "role", "parent"};
  const auto dot = std::min(reference.find('.'), reference.size());
  const KindRules* rules = find_rules(reference.substr(0, dot));
  if (rules == nullptr) return "no such kind";
  const std::string_view key = reference.substr(std::min(dot + 1, reference.size()));
  const bool is_known = std::ranges::find(parts, key) != parts.end() || find_attribute(*rules, key) != nullptr;
  return is_known ? "" : "no such attribute";
}

}  // namespace

TEST_CASE("catalog columns: each has a verdict, and what is modelled is an attribute of a kind") {
  const auto columns = listed_columns();
  REQUIRE(!columns.empty());
  for (const auto& [column, verdict] : columns) {
    CAPTURE(column.first);
    CAPTURE(column.second);
    CHECK((verdict.word == "modelled" || verdict.word == "derived" || verdict.word == "ignored"));
    CHECK(!verdict.why.empty());
    if (verdict.word != "modelled") continue;
    std::istringstream references{verdict.why};
    for (std::string reference; std::getline(references >> std::ws, reference, ',');) {
      CAPTURE(reference);
      CHECK(fault_of(reference) == "");
    }
  }
}

TEST_SUITE("live") {
  TEST_CASE("catalog columns: every column that a server has is listed, and every listed one exists") {
    const auto listed = listed_columns();
    std::set<Column> found;
    std::string absent;
    for (const int major : {14, 15, 16, 17, 18}) {
      if (!tests::has_server(major)) {
        absent += " " + std::to_string(major);
        continue;
      }
      for (const Column& column : columns_of(tests::shared_server(major))) {
        CHECK_MESSAGE(listed.contains(column), column.first, ".", column.second, " of PostgreSQL ", major,
                      " is not listed: say in tests/schema/catalog_columns.tsv what plumb makes of it");
        found.insert(column);
      }
    }
    if (!absent.empty()) return tests::say_skipped("not installed here: PostgreSQL" + absent);
    for (const auto& [column, verdict] : listed) {
      CHECK_MESSAGE(found.contains(column), column.first, ".", column.second, " is listed, and no server has it");
    }
  }
}
