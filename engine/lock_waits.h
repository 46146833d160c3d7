#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/blockers.h"
#include "engine/postgres/database.h"
#include "schema/error.h"

namespace plumb {

/// How long a change of a live database waits for a lock before it lets others through, and how often it comes back.
/// While it waits for a strong lock, whoever comes later waits behind it, even to read (manual section 13.3).
struct Patience {
  std::chrono::milliseconds lock_timeout{3000};  ///< 0: it waits without end
  int retries = 20;
};

/// Runs what changes a live database, with patience.
class LockWaits {
 public:
  /// `tell` hears that something is to be tried again, and who holds the lock.
  LockWaits(Database& database, Patience patience, std::function<void(std::string_view)> tell);
  ~LockWaits();
  LockWaits(const LockWaits&) = delete;
  LockWaits& operator=(const LockWaits&) = delete;

  /// Sets `lock_timeout`. `Database::use_server_settings` and `use_own_settings` take it away.
  void limit();

  /// Runs a transaction; again, after a pause that grows, when it did not get a lock in time or ran into a deadlock
  /// (lock_not_available, deadlock_detected; manual, appendix A). It must leave nothing behind when it throws. After
  /// the last try the `DatabaseError` also says who holds the lock.
  void run(const std::function<void()>& transaction);

  /// Runs a statement outside transactions, as CREATE INDEX CONCURRENTLY: it waits for the end of other transactions
  /// without keeping anybody from reading and writing, and would leave something half made. So it has no limit, unless
  /// what ran before set another one than `limit`.
  void run_without_limit(const std::function<void()>& statement);

 private:
  std::chrono::milliseconds pause_after(int tries);
  void watch();
  DatabaseError exhausted(const DatabaseError& error, const std::string& blockers) const;

  Database& database_;
  Patience patience_;
  std::function<void(std::string_view)> tell_;
  std::optional<Blockers> blockers_;  ///< from the first retry on
};

}  // namespace plumb
