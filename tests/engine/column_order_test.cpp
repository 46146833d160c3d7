#include "schema/kinds/column_order.h"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "engine/postgres/database.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

constexpr std::string_view schema = R"(
schemas:
  app:
    collations: {plain: {provider: libc, lc_collate: C, lc_ctype: C}}
    tables:
      events:
        columns:
          "the id": {type: bigint, not_null: true, default: "1"}
          happened: {type: date, not_null: true}
          told: {type: varchar(20), collation: app.plain, storage: external}
          doubled: {type: bigint, generated: '"the id" * 2'}
        checks: {told_is_short: length(told) < 10}
        partition_by: RANGE (happened)
        primary_key: ["the id", happened]
      events_2025:
        partition_of: {table: app.events, bound: FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')}
        column_order: [told, doubled, happened, the id]
        columns: {told: {inherited: true, not_null: true, default: "'it''s old'"}}
        checks: {id_is_positive: '"the id" > 0'}
)";

std::string names_of_columns(Database& database) {
  return database.value(R"(
select string_agg(attname, ', ' order by attnum)
  from pg_attribute
 where attrelid = 'app.events_2025'::regclass and attnum > 0 and not attisdropped)");
}

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("column order: a new partition has its columns as its file says, and stays as it is afterwards") {
    const TestDatabase target;
    const PrivateCache cache;
    const Folder folder;
    const std::string file = folder.write("schema.yaml", schema);
    bring_about(make_session(target.url(), {file}));
    Database database{target.url()};
    CHECK(names_of_columns(database) == "told, doubled, happened, the id");
    CHECK(differences(make_session(target.url(), {file})) == "");

    std::string moved{schema};
    const std::string_view order = "[told, doubled, happened, the id]";
    moved.replace(moved.find(order), order.size(), "[happened, told, doubled, the id]");
    CHECK(differences(make_session(target.url(), {folder.write("moved.yaml", moved)})) == "");
  }

  TEST_CASE("column order: a name that is no column of the partitioned table is told, and what may be meant") {
    const TestDatabase target;
    const PrivateCache cache;
    const Folder folder;
    std::string mistaken{schema};
    mistaken.replace(mistaken.find("[told, doubled"), std::string_view{"[told, doubled"}.size(), "[told, dubled");
    const std::string file = folder.write("schema.yaml", mistaken);
    const std::string error = error_of([&] { make_session(target.url(), {file}).compare(); });
    CAPTURE(error);
    CHECK(error.find("schema.yaml:15:7: column \"dubled\" does not exist: did you mean `doubled`?") != error.npos);
    CHECK(error.find("CONTEXT") == error.npos);
    CHECK(error.find('\n') == error.npos);
  }
}
