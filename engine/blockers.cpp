#include "engine/blockers.h"

#include <utility>

#include <fmt/core.h>

#include "schema/error.h"

namespace plumb {

namespace {

/// What PostgreSQL tells of sessions in `pg_stat_activity`; their statements may hold secrets and stay out.
/// pg_blocking_pids takes locks of its own, so it is only asked about who waits.
constexpr std::string_view blockers_of = R"(
  select case when p.pid = 0 then 'a prepared transaction (pg_prepared_xacts)'
              else pg_catalog.format('%s, process %s%s, %s', coalesce(b.usename, b.backend_type), p.pid,
                                     ' of ' || nullif(b.application_name, ''),
                                     coalesce(case b.state when 'active' then 'busy since ' || t.query_start
                                                           else b.state || ' since ' || t.state_change end,
                                              'whose state others may not see')) end
    from pg_catalog.pg_stat_activity w
   cross join lateral pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) p (pid)
    left join pg_catalog.pg_stat_activity b on b.pid = p.pid
   cross join lateral (
         select pg_catalog.to_char(b.query_start at time zone 'UTC', 'HH24:MI:SS "UTC"') as query_start,
                pg_catalog.to_char(b.state_change at time zone 'UTC', 'HH24:MI:SS "UTC"') as state_change) t
   where w.pid = {}
     and w.wait_event_type = 'Lock')";

}  // namespace

Blockers::Blockers(Database& waiting, std::chrono::milliseconds pause) : own_{waiting.another()} {
  std::string query = fmt::format(blockers_of, waiting.value("select pg_catalog.pg_backend_pid()"));
  thread_ =
      std::jthread{[this, query = std::move(query), pause](const std::stop_token& stop) { watch(stop, query, pause); }};
}

std::string Blockers::take() {
  const std::lock_guard lock{mutex_};
  return std::exchange(seen_, {});
}

void Blockers::watch(const std::stop_token& stop, const std::string& query, std::chrono::milliseconds pause) {
  while (!stop.stop_requested()) {
    try {
      std::string found;
      own_.each_row(query, [&](Row row) { found.append(found.empty() ? "" : "; ").append(row[0].value_or("")); });
      const std::lock_guard lock{mutex_};
      if (!found.empty()) seen_ = found;
    } catch (const DatabaseError&) {
      return;  // what is worth telling, the session that waits hears as well
    }
    std::unique_lock lock{mutex_};
    stopped_.wait_for(lock, stop, pause, [] { return false; });
  }
}

}  // namespace plumb
