#include "engine/postgres/scratch.h"

#include <chrono>
#include <map>
#include <optional>
#include <random>
#include <utility>

#include <fmt/core.h>

#include "engine/postgres/connection.h"
#include "engine/postgres/server.h"
#include "engine/postgres/sqlstate.h"
#include "schema/error.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

constexpr const char* prefix = "plumb_scratch_";
constexpr long abandoned_after = 600;  // seconds; a living plumb connects to its database at once

long seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// The database of a name on the server that a connection text in keyword form is about.
Database connect(const std::string& connection, std::string_view name) {
  return Database{fmt::format("{} dbname='{}'", connection, name)};
}

/// Drops what PostgreSQL drops no database with.
void release(Database& database) {
  for (Kind kind : all_kinds()) {
    const Outreach& outreach = rules_for(kind).outreach;
    if (!outreach.release.empty()) database.run(outreach.release);
  }
}

/// Drops what a killed plumb left on a shared server: by name and owner, old enough, and without connections.
void drop_abandoned(Database& server, const std::string& connection) {
  std::vector<std::string> names;
  server.each_row(fmt::format(R"(
    select d.datname
      from pg_catalog.pg_database d
      join pg_catalog.pg_roles r on r.oid = d.datdba
     where r.rolname = current_user
       and case when d.datname ~ '^{}[0-9]+_[0-9]+$'
                then pg_catalog.split_part(d.datname, '_', 3)::bigint < {}
           end
       and not exists (select from pg_catalog.pg_stat_activity a where a.datid = d.oid))",
                              prefix, seconds_now() - abandoned_after),
                  [&](Row row) { names.emplace_back(*row[0]); });
  for (const std::string& name : names) {
    try {
      {
        Database database = connect(connection, name);
        release(database);
      }
      server.run("drop database if exists " + quote_identifier(name));
    } catch (const DatabaseError&) {
      // Another plumb was quicker, or is at it; if not, the next one tries again.
    }
  }
}

bool has_role(Database& server, std::string_view name) {
  return !server.value("select 1 from pg_catalog.pg_roles r where r.rolname = " + quote_literal(name)).empty();
}

/// Inside the data directory (developer option allow_in_place_tablespaces, which later releases of 14 have, too).
void make_tablespace(Database& server, std::string_view name) {
  server.run("set allow_in_place_tablespaces to on");
  server.run(fmt::format("create tablespace {} location ''", quote_identifier(name)));
  server.run("reset allow_in_place_tablespaces");
}

bool may_create_databases(Database& server) {
  return server.value(R"(
    select (r.rolcreatedb or r.rolsuper)::text
      from pg_catalog.pg_roles r
     where r.rolname = current_user)") == "true";
}

}  // namespace

ScratchDatabase::ScratchDatabase(std::shared_ptr<Server> embedded, std::shared_ptr<Database> server, std::string name,
                                 std::unique_ptr<Database> database)
    : embedded_{std::move(embedded)},
      server_{std::move(server)},
      name_{std::move(name)},
      database_{std::move(database)} {}

// What this one held goes away with `other`.
ScratchDatabase& ScratchDatabase::operator=(ScratchDatabase&& other) noexcept {
  embedded_.swap(other.embedded_);
  server_.swap(other.server_);
  name_.swap(other.name_);
  database_.swap(other.database_);
  return *this;
}

ScratchDatabase::~ScratchDatabase() {
  if (!database_) return;
  try {
    release(*database_);
  } catch (const DatabaseError&) {
    // Its connection is gone, or in a state that leaves nothing to drop.
  }
  database_.reset();
  try {
    server_->run("drop database if exists " + quote_identifier(name_));
  } catch (const DatabaseError&) {
    // The server is gone, or still closing the connection: the next run drops what is left.
  }
}

struct Scratch::State {
  ScratchOptions options;
  std::shared_ptr<Server> embedded;
  std::string connection;            ///< libpq's keyword form of the chosen server
  std::shared_ptr<Database> server;  ///< connection that creates and drops
  std::string description;
  /// Of the live server, on a private one: and whether they are superusers, who alone may own some things.
  std::optional<std::map<std::string, bool, std::less<>>> missing_roles;
  std::set<std::string, std::less<>> missing_tablespaces;  ///< likewise
  std::set<std::string, std::less<>> expected_roles;       ///< that count as such where they are mentioned

  void start() {
    if (server) return;
    if (options.cluster || options.shares_nothing) return start_alone();
    if (options.how == "embedded") return start_embedded();
    if (options.how == "target") return use(options.target.value_or(""), "databases of its own on the target server");
    if (options.how != "auto") return use_named();
    std::string reason;
    try {
      return start_embedded();
    } catch (const DatabaseError& error) {
      reason = error.what();
    }
    use(options.target.value_or(""), "databases of its own on the target server");
    if (may_create_databases(*server)) return;
    server.reset();
    throw DatabaseError{reason +
                        "\nand the role of --database may not create a scratch database there either: grant it "
                        "CREATEDB, or name a server for this with --scratch"};
  }

  void use_named() {
    const ConnectionTarget target = parse_connection(options.how);
    try {
      server = std::make_shared<Database>(target.location);
    } catch (const DatabaseError& error) {
      throw DatabaseError{explain_connection_failure(error.what(), target, "--scratch")};
    }
    settle(target.location, "databases of its own on the scratch server");
  }

  /// What belongs to the whole cluster cannot be tried beside that of others.
  void start_alone() {
    constexpr const char* why =
        "roles belong to the whole cluster, so they are tried on a private server alone and never on yours";
    if (options.how != "auto" && options.how != "embedded") {
      throw DatabaseError{fmt::format("{}: leave out --scratch, or say --scratch embedded", why)};
    }
    try {
      start_embedded();
    } catch (const DatabaseError& error) {
      throw DatabaseError{fmt::format("{}\n{}", error.what(), why)};
    }
  }

  void start_embedded() {
    const Installation installation = choose_installation(options.version, options.extensions);
    embedded = std::make_shared<Server>(Server::temporary(installation));
    connection = embedded->url();
    server = std::make_shared<Database>(connection);
    become_live_user();
    description = fmt::format("a private PostgreSQL {}.{}", installation.version / 10000, installation.version % 10000);
  }

  /// Owners, and what is said about the roles that create things, must be called the same as in the live database.
  void become_live_user() {
    missing_roles.emplace();
    if (!options.target) return;
    Database live{*options.target};
    live.each_row("select t.spcname from pg_catalog.pg_tablespace t where t.oid >= 16384",
                  [&](Row row) { missing_tablespaces.emplace(*row[0]); });
    const std::string user = live.value("select current_user");
    if (options.cluster) {
      return take_names(user, live.value("select r.rolname from pg_catalog.pg_roles r where r.oid = 10"));
    }
    live.each_row(R"(
      select r.rolname, r.rolsuper
        from pg_catalog.pg_roles r
       where not pg_catalog.starts_with(r.rolname, 'pg_')
         and r.rolname not in ('postgres', current_user))",
                  [&](Row row) { missing_roles->emplace(*row[0], row[1] == "t"); });
    if (user == "postgres") return;
    server->run(fmt::format("create role {} superuser login", quote_identifier(user)));
    connection = embedded->url("postgres", user);
    server = std::make_shared<Database>(connection);
  }

  /// The first superuser has the name that it has on the live server, and leaves its own to others. Nobody can rename
  /// the role that he is connected as.
  void take_names(const std::string& user, const std::string& first) {
    if (first == "postgres" && user == first) return;
    constexpr const char* helper = "plumb_scratch_helper";
    server->run(fmt::format("create role {} superuser login", helper));
    server = std::make_shared<Database>(embedded->url("postgres", helper));
    if (first != "postgres") server->run("alter role postgres rename to " + quote_identifier(first));
    if (user != first) server->run(fmt::format("create role {} superuser login", quote_identifier(user)));
    connection = embedded->url("postgres", user);
    server = std::make_shared<Database>(connection);
    server->run(fmt::format("drop role {}", helper));
  }

  /// Text that the live database cannot hold must not be proven to fit. "C" goes with every encoding.
  std::string encoding_clause() const {
    const std::string usual = server->value(R"(
      select pg_catalog.pg_encoding_to_char(d.encoding)
        from pg_catalog.pg_database d
       where d.datname = 'template0')");
    if (options.encoding.empty() || options.encoding == usual) return {};
    return fmt::format(" encoding {} lc_collate 'C' lc_ctype 'C'", quote_literal(options.encoding));
  }

  void use(const std::string& location, std::string_view what) {
    server = std::make_shared<Database>(location);
    settle(location, what);
  }

  void settle(const std::string& location, std::string_view what) {
    if (server->version() / 10000 != options.version / 10000) {
      throw DatabaseError{
          fmt::format("the scratch server is PostgreSQL {}, but the database is {}: both must be of the "
                      "same major version",
                      server->version() / 10000, options.version / 10000)};
    }
    connection = location;
    description = what;
    drop_abandoned(*server, connection);
  }
};

Scratch::Scratch(ScratchOptions options) : state_{std::make_unique<State>()} { state_->options = std::move(options); }
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

ScratchDatabase Scratch::make() {
  if (state_->options.cluster) {
    state_->server.reset();
    state_->embedded.reset();
  }
  state_->start();
  const std::string name = fmt::format("{}{}_{}", prefix, seconds_now(), std::random_device{}());
  // A copy by files costs the server half of a copy through the log (from 15 on, which has the choice).
  const char* strategy = state_->options.version >= 150000 ? " strategy file_copy" : "";
  try {
    state_->server->run(
        fmt::format("create database {} template template0{}{}", name, strategy, state_->encoding_clause()));
  } catch (const DatabaseError& error) {
    if (!lacks_right(error)) throw;
    throw DatabaseError{
        fmt::format("{}, where plans are tried: grant the role CREATEDB, or say --scratch embedded", error.what()),
        error.state};
  }
  try {
    auto database = std::make_unique<Database>(connect(state_->connection, name));
    return ScratchDatabase{state_->embedded, state_->server, name, std::move(database)};
  } catch (const DatabaseError&) {
    state_->server->run("drop database if exists " + quote_identifier(name));
    throw;
  }
}

void Scratch::provide_shared(const std::set<std::string, std::less<>>& names) {
  state_->start();
  for (const std::string& name : names) {
    if (state_->missing_tablespaces.erase(name) > 0) make_tablespace(*state_->server, name);
  }
  if (state_->options.cluster || !state_->missing_roles) return;
  for (const std::string& name : names) {
    const bool is_expected = state_->expected_roles.erase(name) > 0;
    const auto missing = state_->missing_roles->extract(name);
    if (!missing.empty() || (is_expected && !has_role(*state_->server, name))) {
      const bool is_superuser = !missing.empty() && missing.mapped();
      state_->server->run(fmt::format("create role {}{}", quote_identifier(name), is_superuser ? " superuser" : ""));
    }
  }
}

void Scratch::expect_roles(const std::set<std::string, std::less<>>& names) {
  state_->expected_roles.insert(names.begin(), names.end());
}

bool Scratch::has_target() const { return state_->options.target.has_value(); }

std::string Scratch::describe() {
  state_->start();
  return state_->description;
}

}  // namespace plumb
