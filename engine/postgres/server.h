#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/postgres/installation.h"

namespace plumb {

/// A private PostgreSQL server, reached over a unix socket in a folder that only its user may enter.
/// The superuser is `postgres`; no password, no TCP. It never outlives plumb, even when plumb is killed.
class Server {
 public:
  /// A throw-away server with the database `postgres`, copied from a cached template data folder, without fsync.
  /// It has no `template1`: make databases with `CREATE DATABASE ... TEMPLATE template0`.
  static Server temporary(const Installation& installation);

  /// The server that lives in `folder`, with everything that was stored there before. Makes it when the folder is
  /// empty or missing, starts it when it does not run, and joins it when another process started it. Stops
  /// it when this process started it and no other plumb uses it any more.
  static Server at(const Installation& installation, const std::string& folder);

  Server(Server&& other) noexcept;
  Server& operator=(Server&& other) noexcept;
  ~Server();  ///< waits until the server has stopped

  /// libpq's keyword form: "host=... port=5432 user=postgres dbname='...'".
  std::string url(std::string_view database = "postgres", std::string_view user = "postgres") const;

  const std::string& folder() const;  ///< holds the data folder and server.log
  const Installation& installation() const;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The major version that the data of `Server::at(folder)` was made with; 0 when there is none yet.
int major_version_at(const std::string& folder);

}  // namespace plumb
