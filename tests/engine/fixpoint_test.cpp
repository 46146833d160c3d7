#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "engine/postgres/database.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

/// What PostgreSQL deparses otherwise than it was written, and once more otherwise when that is fed back: IN over
/// varchar, chains of AND, BETWEEN, LIKE, casts.
constexpr std::string_view traps = R"yaml(
tables:
  orders:
    columns:
      id: integer
      status: varchar(20)
      code: char(3)
      note: text
      day: date
      n: {type: integer, default: "(1 + 2) * 3"}
      total: {type: "numeric(10,2)", generated: "coalesce(n, 0) * 2 + 1"}
      label: {type: varchar(9), default: "'x' || 'y'"}
    checks:
      status_known: status in ('new', 'done')
      code_known: code in ('abc', 'abd')
      note_known: note in ('a', 'b') or note like 'q%' and note not in ('z')
      day_late: n between 1 and 5 and day > '2020-01-01' and not (n = 3)
      status_not: status <> all (array['x', 'y']) and status !~ 'z'
    indexes:
      orders_new: {columns: [id], where: "status in ('new', 'ack') and n between 1 and 3"}
      orders_expression: ["(case when status in ('a', 'b') then 1 else 2 end)", "lower(status)"]
views:
  recent: select id, status from orders where status in ('x', 'y') and note like 'q%' and day between '2020-01-01' and '2021-01-01'
  summed: select status, count(*) as n from recent group by status having count(*) between 2 and 3 and status in ('x', 'y')
materialized_views:
  kept: select id from orders where (status, code) in (('a', 'b'), ('c', 'd'))
)yaml";

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("fixpoint: after plumb's own apply there is nothing left to do") {
    const TestDatabase scratch;
    const Folder folder;
    const std::string file = folder.write("schema.yaml", traps);
    {
      const PrivateCache cache;
      bring_about(make_session(scratch.url(), {file}));
      CHECK(differences(make_session(scratch.url(), {file})) == "");
    }
    const PrivateCache empty;
    CHECK(differences(make_session(scratch.url(), {file})) == "");
  }

  TEST_CASE("fixpoint: what was made from deparsed texts is the same as what was made from the author's") {
    const TestDatabase scratch;
    const TestDatabase copy;
    const PrivateCache cache;
    const Folder folder;
    const std::string file = folder.write("schema.yaml", traps);
    bring_about(make_session(scratch.url(), {file}));
    // Once and twice through the server's own words.
    bring_about(session_like(copy.url(), scratch.url()));
    CHECK(differences(make_session(copy.url(), {file})) == "");
    CHECK(differences(session_like(scratch.url(), copy.url())) == "");
    const TestDatabase second;
    bring_about(session_like(second.url(), copy.url()));
    CHECK(differences(make_session(second.url(), {file})) == "");
    CHECK(differences(session_like(second.url(), scratch.url())) == "");
  }

  TEST_CASE("fixpoint: texts that look alike but mean something else are different") {
    const TestDatabase scratch;
    const PrivateCache cache;
    const Folder folder;
    const std::string file = folder.write("schema.yaml", traps);
    bring_about(make_session(scratch.url(), {file}));
    Database database{scratch.url()};
    database.run(R"(
        alter table public.orders drop constraint status_known;
        alter table public.orders add constraint status_known check (status in ('new', 'Done'));
        create or replace view public.recent as select id, status from public.orders
          where status in ('x', 'y') and note like 'q%' and day between '2020-01-01' and '2021-01-02';
        alter table public.orders alter column n set default 1 + 2 * 3)");
    const std::string found = differences(make_session(scratch.url(), {file}));
    for (const char* one : {"check public.orders.status_known", "view public.recent", "default public.orders.n"}) {
      CHECK_MESSAGE(found.find(one) != std::string::npos, one);
    }
    CHECK(found.find("code_known") == std::string::npos);
    CHECK(found.find("view public.summed") == std::string::npos);
  }
}
