#include "engine/apply_lock.h"

#include <chrono>
#include <thread>

#include <fmt/core.h>

#include "schema/error.h"

namespace plumb {

namespace {

constexpr long key = 0x706c756d62;  // "plumb"

}  // namespace

ApplyLock::ApplyLock(Database& database, std::string_view shown, const std::function<void(std::string_view)>& progress)
    : database_{database} {
  if (!database.keeps_its_session()) {
    throw DatabaseError{
        fmt::format("{} is reached through a pooler (as PgBouncer), which may give every transaction another "
                    "connection, where locks and settings would be lost: name the server itself",
                    shown)};
  }
  for (int tries = 0; !try_lock(); ++tries) {
    if (tries == 0) progress(fmt::format("waiting for another plumb that is changing this database ({})", holder()));
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
  }
}

ApplyLock::~ApplyLock() {
  try {
    database_.run(fmt::format("select pg_catalog.pg_advisory_unlock({})", key));
  } catch (const DatabaseError&) {
    // The connection is gone, and the lock with it.
  }
}

bool ApplyLock::try_lock() {
  return database_.value(fmt::format("select pg_catalog.pg_try_advisory_lock({})::text", key)) == "true";
}

std::string ApplyLock::holder() {
  const std::string found = database_.value(fmt::format(R"(
    select pg_catalog.format('%s%s, process %s, since %s UTC', a.usename, ' from ' || a.client_addr, a.pid,
                             pg_catalog.to_char(a.backend_start at time zone 'UTC', 'HH24:MI:SS'))
      from pg_catalog.pg_locks l
      join pg_catalog.pg_database d on d.oid = l.database and d.datname = pg_catalog.current_database()
      join pg_catalog.pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory'
       and l.granted
       and l.classid = {}
       and l.objid = {}
       and l.objsubid = 1)",
                                                        key >> 32, key & 0xffffffff));
  return found.empty() ? "which has just ended" : found;
}

}  // namespace plumb
