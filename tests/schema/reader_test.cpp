#include "schema/reader.h"

#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/postgres/database.h"
#include "schema/error.h"
#include "tests/support/server.h"

using namespace plumb;

namespace {

/// How many fields a row of a kind's query has: those that say which object it is, `raw`, and those of attributes.
std::size_t count_fields(const KindRules& rules) {
  const Inspection& inspection = rules.inspection;
  const std::string_view own_table = inspection.table == inspection.oid ? std::string_view{} : inspection.table;
  std::size_t fields = inspection.raw.size();
  for (std::string_view sql : {inspection.oid, inspection.sub, inspection.schema, own_table, inspection.name}) {
    if (!sql.empty()) ++fields;
  }
  for (const AttributeRule& rule : rules.attributes) {
    if (!rule.source.empty()) ++fields;
  }
  return fields;
}

/// What a reader makes of one row of a kind's query, as "key=value,value" texts.
std::string read_row(const KindRules& rules, std::vector<std::optional<std::string_view>> row) {
  Symbols symbols;
  Names names{symbols, 150000};
  Reader reader{rules, names};
  row.resize(count_fields(rules));
  if (!reader.begin(row)) return "no object";
  std::string text{symbols.text(reader.identity().name)};
  for (const Property& property : reader.properties()) {
    text.append(" ").append(symbols.text(property.key)).append("=");
    for (std::size_t i = 0; i < property.values.size(); ++i) {
      text.append(i == 0 ? "" : ",").append(symbols.text(property.values[i]));
    }
  }
  return text;
}

}  // namespace

TEST_CASE("reader: lists keep their order and options are sorted by text") {
  const KindRules& rules = rules_for(Kind::enumeration);
  CHECK(read_row(rules, {"20000", {}, "mood", "{sad,\"so, so\",happy}"}) == "mood values=sad,so, so,happy");
  CHECK(read_row(rules, {"20000", {}, "mood", "{}"}) == "mood");
  CHECK(read_row(rules, {"20000", {}, "mood"}) == "mood");
}

TEST_CASE("reader: what has PostgreSQL's own default is not stored") {
  const KindRules& rules = rules_for(Kind::table);
  std::vector<std::optional<std::string_view>> row{"20000", {}, "t"};
  row.resize(3 + rules.inspection.raw.size());
  for (const AttributeRule& rule : rules.attributes) {
    if (rule.source.empty()) continue;
    if (rule.key == "with") {
      row.emplace_back("{fillfactor=70,autovacuum_enabled=false}");
    } else if (rule.value == Value::boolean) {
      row.emplace_back(rule.key == "unlogged" ? "t" : "f");
    } else {
      row.emplace_back();
    }
  }
  CHECK(read_row(rules, row) == "t unlogged=true with=autovacuum_enabled=false,fillfactor=70");
}

TEST_CASE("reader: what an old server does not know is not asked for") {
  const KindRules& rules = rules_for(Kind::index);
  CHECK(Reader::query(rules, 150000).find("indnullsnotdistinct") != std::string::npos);
  CHECK(Reader::query(rules, 140000).find("indnullsnotdistinct") == std::string::npos);
}

TEST_SUITE("live") {
  TEST_CASE("reader: every kind's query runs on every server version") {
    std::string absent;
    for (const int major : {14, 15, 16, 17, 18}) {
      if (!tests::has_server(major)) {
        absent += " " + std::to_string(major);
        continue;
      }
      Database database{tests::shared_server(major).url()};
      for (const Kind kind : all_kinds()) {
        const KindRules& rules = rules_for(kind);
        if (rules.inspection.since > database.version()) continue;
        CAPTURE(major);
        CAPTURE(rules.key);
        try {
          database.each_row(Reader::query(rules, database.version()),
                            [&](Row row) { CHECK(row.size() == count_fields(rules)); });
        } catch (const DatabaseError& error) {
          FAIL_CHECK(error.what());
        }
      }
    }
    if (!absent.empty()) tests::say_skipped("not installed here: PostgreSQL" + absent);
  }
}
