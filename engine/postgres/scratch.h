#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/postgres/database.h"
#include "engine/postgres/server.h"

namespace plumb {

/// Where scratch databases come from, and what they must be like.
struct ScratchOptions {
  std::string how = "auto";                ///< auto, embedded, target, or the connection text of a server kept for this
  std::optional<std::string> target = {};  ///< libpq's keyword form of the live database; may be empty
  std::string user = {};                   ///< who is connected to the live database; empty where that is not used
  std::string encoding = {};               ///< of the live database, "LATIN1"; empty: that of the scratch server
  int version = 0;                         ///< of the live server: scratch must be of the same major version
  std::vector<std::string> extensions = {};  ///< that must be available there
  bool shares_nothing = false;               ///< what is run there may change what all databases of a server share
  bool cluster = false;  ///< a database may hold what belongs to the whole cluster: each has a server of its own
};

/// A database that nobody else is using; dropped when it goes away.
class ScratchDatabase {
 public:
  ScratchDatabase(ScratchDatabase&&) noexcept = default;
  ScratchDatabase& operator=(ScratchDatabase&& other) noexcept;
  ~ScratchDatabase();

  Database& database() { return *database_; }

 private:
  friend class Scratch;
  ScratchDatabase(std::shared_ptr<Server> embedded, std::shared_ptr<Database> server, std::string name,
                  std::unique_ptr<Database> database);

  std::shared_ptr<Server> embedded_;  ///< the private server that it is on; null: it is on another one
  std::shared_ptr<Database> server_;
  std::string name_;
  std::unique_ptr<Database> database_;
};

/// A PostgreSQL to try things on: a private embedded server where plumb bears the name of
/// the live role, else databases of plumb's own beside the live one.
/// Nothing is started before the first `make`. Databases that a killed plumb left behind are dropped then, too.
class Scratch {
 public:
  explicit Scratch(ScratchOptions options);
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;

  /// A new database with nothing in it. Throws a `DatabaseError` that says what to install or to grant.
  ScratchDatabase make();

  /// Makes those of `names` that are roles or tablespaces of the live server exist on a private one: roles without any
  /// rights (but that superusers are such), and tablespaces inside its data directory.
  void provide_shared(const std::set<std::string, std::less<>>& names);

  /// Counts these as roles of the live server from now on.
  void expect_roles(const std::set<std::string, std::less<>>& names);

  bool has_target() const;  ///< else no live database tells which roles there are

  std::string describe();  ///< "a private PostgreSQL 15.18", "databases on the target server"

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace plumb
