#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "engine/postgres/database.h"

namespace plumb {

/// Looks from another connection, again and again, at who keeps a session waiting for a lock.
class Blockers {
 public:
  /// Watches the session of `waiting` as long as it lives. Throws a `DatabaseError` where the server gives no other
  /// connection.
  Blockers(Database& waiting, std::chrono::milliseconds pause);

  /// Who was seen last since this was asked: "app, process 4711 of psql, idle in transaction since 18:30:05 UTC"; empty
  /// when nobody was.
  std::string take();

 private:
  void watch(const std::stop_token& stop, const std::string& query, std::chrono::milliseconds pause);

  Database own_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::string seen_;
  std::jthread thread_;  ///< the last member: it ends before what it uses
};

}  // namespace plumb
