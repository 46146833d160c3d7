#include "engine/postgres/database.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <pqxx/pqxx>

#include "schema/error.h"
#include "schema/file/text.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// What makes two sessions print the same thing the same way (pg_dump sets most of these too).
constexpr const char* session_settings = R"(
  set client_encoding            to 'UTF8';
  set client_min_messages        to warning;
  set standard_conforming_strings to on;
  set search_path                to '';
  set datestyle                  to 'ISO';
  set intervalstyle              to 'postgres';
  set timezone                   to 'UTC';
  set extra_float_digits         to 3;
  set bytea_output               to 'hex';
  set quote_all_identifiers      to off;
  set array_nulls                to on;
  set transform_null_equals      to off;
  set xmloption                  to content;
  set default_tablespace         to '';
  set default_table_access_method to heap;
  set jit                        to off;
  set work_mem                   to '64MB';
  set max_parallel_workers_per_gather to 0;
  set synchronize_seqscans       to off;
  set check_function_bodies      to off;
  select pg_catalog.set_config('lc_messages', 'C', false)
   where pg_catalog.current_setting('is_superuser') = 'on')";

constexpr const char* patience = R"(
  set statement_timeout                   to 0;
  set idle_in_transaction_session_timeout to 0)";

/// The same, where the server has it.
constexpr const char* patience_since_17 = "set transaction_timeout to 0";

std::string_view line_of(std::string_view text, int number) {
  for (; number > 1; --number) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

/// Where in the statement PostgreSQL points, from "LINE 2: select x\n               ^" in its message. Of a long line
/// it shows a part only, between dots.
std::pair<int, int> position(std::string_view message, std::string_view sql) {
  const auto start = message.find("\nLINE ");
  if (start == std::string_view::npos) return {0, 0};
  const auto shown = message.substr(start + 6);
  int line = 0;
  const auto [end, error] = std::from_chars(shown.data(), shown.data() + shown.size(), line);
  if (error != std::errc{} || *end != ':') return {0, 0};
  const auto next_line = shown.find('\n');
  if (next_line == std::string_view::npos) return {line, 0};
  const auto caret = shown.find('^', next_line);
  if (caret == std::string_view::npos) return {line, 0};
  const auto digits = static_cast<std::size_t>(end - shown.data());
  auto column = static_cast<int>(caret - next_line) - static_cast<int>(digits + 7);  // after "LINE 12: "
  std::string_view part = shown.substr(digits + 2, next_line - digits - 2);
  if (!part.starts_with("...")) return {line, column};
  part.remove_prefix(3);
  if (part.ends_with("...")) part.remove_suffix(3);
  const std::string_view whole = line_of(sql, line);
  const auto found = whole.find(part);
  return {line, found == std::string_view::npos ? 0 : column - 4 + Locator{whole}.at(found).column};
}

std::string without_prefix(std::string_view message) {
  for (std::string_view prefix : {"ERROR:", "WARNING:"}) {
    if (message.starts_with(prefix)) message.remove_prefix(prefix.size());
  }
  while (!message.empty() && (message.front() == ' ')) message.remove_prefix(1);
  while (!message.empty() && (message.back() == '\n')) message.remove_suffix(1);
  return std::string{message};
}

template <typename Function>
auto translated(Function function, std::string_view sql = {}) {
  try {
    return function();
  } catch (const pqxx::broken_connection& error) {
    // libpqxx takes the errors of class 08 for it, by which a server also says that it cannot reach another one.
    const bool is_told = std::string_view{error.what()}.starts_with("ERROR:");
    throw DatabaseError{without_prefix(error.what()), is_told ? "08000" : ""};
  } catch (const pqxx::deadlock_detected& error) {  // libpqxx 6 has these without their SQLSTATE
    throw DatabaseError{without_prefix(error.what()), "40P01"};
  } catch (const pqxx::serialization_failure& error) {
    throw DatabaseError{without_prefix(error.what()), "40001"};
  } catch (const pqxx::insufficient_privilege& error) {
    const auto [line, column] = position(error.what(), sql);
    throw DatabaseError{without_prefix(error.what()), "42501", line, column};
  } catch (const pqxx::sql_error& error) {
    const auto [line, column] = position(error.what(), sql);
    throw DatabaseError{without_prefix(error.what()), std::string{error.sqlstate()}, line, column};
  } catch (const pqxx::failure& error) {
    throw DatabaseError{without_prefix(error.what())};
  }
}

/// The fields of one row of a result at a time.
class Fields {
 public:
  explicit Fields(const pqxx::result& rows) : fields_(static_cast<std::size_t>(rows.columns())) {}

  Row of(const pqxx::row& row) {
    // One iterator a row: each field that row[i] makes copies the handle of the result.
    auto field = row.begin();
    for (auto& text : fields_) {
      const char* start = field->c_str();  // "" for NULL, and no text of PostgreSQL's holds a NUL
      if (*start == '\0' && field->is_null()) {
        text.reset();
      } else {
        text.emplace(start);
      }
      ++field;
    }
    return fields_;
  }

 private:
  std::vector<std::optional<std::string_view>> fields_;
};

/// What the server warns of, where somebody wants to know; else nobody hears of it.
class Warnings final : public pqxx::errorhandler {
 public:
  explicit Warnings(pqxx::connection& connection) : errorhandler{connection} {}

  bool operator()(const char text[]) noexcept override {
    if (is_keeping_) kept_ += text;
    return false;
  }

  void keep() { is_keeping_ = true; }

  std::string take() {
    is_keeping_ = false;
    return std::exchange(kept_, {});
  }

 private:
  bool is_keeping_ = false;
  std::string kept_;
};

}  // namespace

struct Database::Connection {
  explicit Connection(const std::string& connection) : place{connection}, link{connection} {
#if PQXX_VERSION_MAJOR < 7
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    link.inhibit_reactivation(true);  // a silent reconnect would lose the settings and locks of the session
#pragma GCC diagnostic pop
#endif
  }

  pqxx::result execute(std::string_view sql) {
    try {
      return translated([&] { return pqxx::nontransaction{link}.exec(std::string{sql}); }, sql);
    } catch (const DatabaseError&) {
      if (link.is_open()) throw;
      throw DatabaseError{"the connection to the server was lost: somebody ended it, or the server stopped"};
    }
  }

  std::string place;  ///< may hold a password
  pqxx::connection link;
  Warnings warnings{link};
};

Database::Database(const std::string& connection)
    : connection_{translated([&] { return std::make_unique<Connection>(connection); })} {
  set_up();
}

Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Database Database::another() const { return Database{connection_->place}; }

int Database::version() const { return connection_->link.server_version(); }

void Database::run(std::string_view sql) { connection_->execute(sql); }

void Database::run_to_effect(std::string_view sql) {
  connection_->warnings.keep();
  try {
    run(sql);
  } catch (const DatabaseError&) {
    connection_->warnings.take();
    throw;
  }
  const std::string warning = connection_->warnings.take();
  if (!warning.empty()) throw DatabaseError{without_prefix(warning), "01000"};
}

void Database::each_row(std::string_view query, const std::function<void(Row)>& visit) {
  const pqxx::result rows = connection_->execute(query);
  Fields fields{rows};
  for (pqxx::result::size_type i = 0; i < rows.size(); ++i) visit(fields.of(rows[i]));
}

void Database::each_row_in_order(std::string_view query, const std::function<int(Oid)>& rank,
                                 const std::function<void(Row)>& visit) {
  const pqxx::result rows = connection_->execute(query);
  struct Key {
    int rank = 0;
    Oid first = 0;
    Oid second = 0;
    pqxx::result::size_type row = 0;
    auto operator<=>(const Key&) const = default;
  };
  std::vector<Key> order;
  order.reserve(static_cast<std::size_t>(rows.size()));
  for (const auto& row : rows) {
    const auto field = row.begin();
    const Oid first = to_oid(field->c_str());
    const bool is_same = !order.empty() && order.back().first == first;
    order.push_back({is_same ? order.back().rank : rank(first), first, to_oid((field + 1)->c_str()), row.num()});
  }
  std::ranges::sort(order);
  Fields fields{rows};
  for (const Key& key : order) visit(fields.of(rows[key.row]));
}

std::string Database::value(std::string_view query) {
  std::string first;
  bool is_first = true;
  each_row(query, [&](Row row) {
    if (is_first && !row.empty() && row[0]) first = *row[0];
    is_first = false;
  });
  return first;
}

void Database::use_server_settings() {
  run("reset session authorization; reset all; set client_encoding to 'UTF8'; set client_min_messages to warning");
}

void Database::use_own_settings() {
  run("reset session authorization; reset all");
  set_up();
}

void Database::set_up() {
  run(session_settings);
  be_patient();
}

void Database::be_patient() {
  run(patience);
  if (version() >= 170000) run(patience_since_17);
}

void Database::set_search_path(std::string_view path) {
  run(fmt::format("select pg_catalog.set_config('search_path', {}, false)", quote_literal(path)));
}

bool Database::is_connected() const { return connection_->link.is_open(); }

bool Database::keeps_its_session() {
  return value("select pg_catalog.pg_backend_pid()") == std::to_string(connection_->link.backendpid());
}

Snapshot::Snapshot(Database& database) : database_{database} {
  database_.run("begin transaction isolation level repeatable read, read only");
}

Snapshot::~Snapshot() {
  try {
    database_.run("commit");
  } catch (const DatabaseError&) {
    // The connection is gone, and the snapshot with it.
  }
}

}  // namespace plumb
