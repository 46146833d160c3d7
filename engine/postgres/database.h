#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "schema/names.h"

namespace plumb {

/// A connection to PostgreSQL. Every failure is a `DatabaseError`; a password never appears in one.
/// The session is set up to be read by plumb: `search_path` empty, no JIT, no parallel workers; its
/// messages are English where the role may choose that.
class Database {
 public:
  /// `connection` is a libpq URI or key/value string (manual section 34.1.1).
  explicit Database(const std::string& connection);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  Database another() const;  ///< one more connection to the same database

  int version() const;  ///< of the server, as 150018 for 15.18

  /// Runs SQL outside any transaction that plumb has not begun itself with `run("begin")`; results are dropped.
  void run(std::string_view sql);

  /// The same for what PostgreSQL only warns of when it cannot do it, as to grant what is not one's own: throws that.
  void run_to_effect(std::string_view sql);

  /// Runs one query and shows each row to `visit`; fields are text and live until `visit` returns.
  void each_row(std::string_view query, const std::function<void(Row)>& visit);

  /// The same in an order: by the rank of the first field, then by the first two, which are numbers.
  void each_row_in_order(std::string_view query, const std::function<int(Oid)>& rank,
                         const std::function<void(Row)>& visit);

  /// The first field of the first row; empty when there is none or it is NULL.
  std::string value(std::string_view query);

  /// Gives the session the settings that the server has for it, as psql would find them, for SQL that people wrote.
  void use_server_settings();

  /// Gives the session back the role and the settings that it began with.
  void use_own_settings();

  /// Lets statements and transactions take as long as they need, whatever else was set.
  void be_patient();

  /// Sets the search path to what SHOW search_path would say: names as SQL writes them, separated by commas.
  void set_search_path(std::string_view path);

  /// Whether the connection still stands, as far as the last answer told.
  bool is_connected() const;

  /// False behind a pooler, which tells each client a process id of its own making (PgBouncer does so in every mode):
  /// each transaction may have another backend there, where settings and advisory locks would be lost.
  bool keeps_its_session();

 private:
  void set_up();
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

/// Holds one read-only REPEATABLE READ transaction, so that all queries see the same moment.
class Snapshot {
 public:
  explicit Snapshot(Database& database);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Database& database_;
};

}  // namespace plumb
