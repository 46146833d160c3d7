#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/postgres/database.h"

namespace plumb {

/// Keeps two that change one database apart: a session-level advisory lock, asked for again and again. Waiting inside
/// PostgreSQL would hold a snapshot, which deadlocks with CREATE INDEX CONCURRENTLY of the one that has the lock.
class ApplyLock {
 public:
  /// Waits as long as somebody else holds the lock; `progress` hears once who that is. Throws a `DatabaseError` where a
  /// pooler would lose the lock; `shown` is what it calls the database.
  ApplyLock(Database& database, std::string_view shown, const std::function<void(std::string_view)>& progress);
  ~ApplyLock();
  ApplyLock(const ApplyLock&) = delete;
  ApplyLock& operator=(const ApplyLock&) = delete;

 private:
  bool try_lock();
  std::string holder();  ///< "app, process 4711, since 18:30:05 UTC"; empty when it has let go

  Database& database_;
};

}  // namespace plumb
