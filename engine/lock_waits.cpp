#include "engine/lock_waits.h"

#include <algorithm>
#include <random>
#include <thread>
#include <utility>

#include <fmt/core.h>

#include "engine/postgres/sqlstate.h"

namespace plumb {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds shortest_pause{500};
constexpr milliseconds longest_pause{10'000};

std::string seconds(milliseconds time) {
  return fmt::format("{:.{}f} s", std::chrono::duration<double>{time}.count(), time.count() % 1000 == 0 ? 0 : 1);
}

}  // namespace

LockWaits::LockWaits(Database& database, Patience patience, std::function<void(std::string_view)> tell)
    : database_{database}, patience_{patience}, tell_{std::move(tell)} {
  limit();
}

LockWaits::~LockWaits() {
  try {
    database_.run("reset lock_timeout");
  } catch (const DatabaseError&) {
    // The connection is gone, and its settings with it.
  }
}

void LockWaits::limit() { database_.run(fmt::format("set lock_timeout to {}", patience_.lock_timeout.count())); }

void LockWaits::run(const std::function<void()>& transaction) {
  for (int tries = 1;; ++tries) {
    try {
      return transaction();
    } catch (const DatabaseError& error) {
      if (!got_no_lock(error) && !ran_into_deadlock(error)) throw;
      const std::string blockers = blockers_ ? blockers_->take() : std::string{};
      if (tries > patience_.retries) throw exhausted(error, blockers);
      const milliseconds pause = pause_after(tries);
      tell_(fmt::format("{}; trying again in {}",
                        ran_into_deadlock(error) ? "ran into a deadlock with others"
                        : blockers.empty()       ? "a lock was not to be had in time"
                                                 : "a lock was not to be had in time, held by " + blockers,
                        seconds(pause)));
      watch();
      std::this_thread::sleep_for(pause);
    }
  }
}

void LockWaits::run_without_limit(const std::function<void()>& statement) {
  const std::string found =
      database_.value("select s.setting from pg_catalog.pg_settings s where s.name = 'lock_timeout'");
  if (found != std::to_string(patience_.lock_timeout.count())) return statement();
  database_.run("set lock_timeout to 0");
  statement();
  limit();
}

/// Twice as long each time, and never the same for two that wait for each other.
milliseconds LockWaits::pause_after(int tries) {
  const milliseconds usual = std::min(shortest_pause * (1 << std::min(tries - 1, 8)), longest_pause);
  std::random_device random;
  return milliseconds{std::uniform_int_distribution<milliseconds::rep>{usual.count() / 2, usual.count()}(random)};
}

void LockWaits::watch() {
  if (blockers_) return;
  try {
    blockers_.emplace(database_, std::clamp(patience_.lock_timeout / 4, milliseconds{20}, milliseconds{1000}));
  } catch (const DatabaseError&) {
    // Whoever gets no second connection is not told who it is, and goes on.
  }
}

DatabaseError LockWaits::exhausted(const DatabaseError& error, const std::string& blockers) const {
  std::string message = error.what();
  if (patience_.retries > 0) message += fmt::format("\nIt was tried {} times.", patience_.retries + 1);
  if (!blockers.empty()) message += fmt::format("\nThe lock is held by {}: wait for its end, or end it.", blockers);
  message += "\nMore patience: --lock-timeout SECONDS, --lock-retries NUMBER";
  return DatabaseError{message, error.state, error.line, error.column};
}

}  // namespace plumb
