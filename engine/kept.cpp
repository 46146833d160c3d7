#include "engine/kept.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/cache.h"
#include "engine/catalog_text.h"
#include "engine/fields.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/secrets.h"
#include "schema/sql.h"

namespace plumb {

namespace {

constexpr std::string_view section = "inspected";

constexpr std::string_view where = R"(
  select d.oid, pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'execute')
    from pg_catalog.pg_database d
   where d.datname = pg_catalog.current_database())";

/// Recovery from a crash resets statistics, and the start of the server stays what it was.
constexpr std::string_view run_of_server = R"(
  select pg_catalog.pg_postmaster_start_time(), pg_catalog.pg_stat_get_bgwriter_stat_reset_time(),
         pg_catalog.version(), pg_catalog.current_setting('is_superuser'))";

constexpr std::string_view uncounted[] = {"pg_largeobject", "pg_largeobject_metadata", "pg_shdepend",
                                          "pg_statistic",   "pg_statistic_ext_data",   "pg_subscription_rel"};

std::string counted_catalogs() {
  std::vector<std::string> names;
  std::ranges::transform(uncounted, std::back_inserter(names), quote_literal);
  return fmt::format(R"(
  select c.relname
    from pg_catalog.pg_class c
   where c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
     and c.relkind = 'r'
     and c.oid < 16384
     and c.relname not in ({})
     and pg_catalog.has_table_privilege(c.oid, 'select')
   order by c.relname)",
                     fmt::join(names, ", "));
}

/// Who may not read pg_authid, pg_user_mapping and pg_subscription sees a part of them. Extensions have names and
/// comments in files.
constexpr std::string_view beside_catalogs = R"(
  select count(*), sum(pg_catalog.hashtextextended(r::text, 0)) from pg_catalog.pg_roles r
  union all
  select count(*), sum(pg_catalog.hashtextextended(m::text, 0)) from pg_catalog.pg_user_mappings m
  union all
  select count(*), sum(pg_catalog.hashtextextended(s.oid::text, 0)) from pg_catalog.pg_subscription s
  union all
  select count(*), sum(pg_catalog.hashtextextended(x::text, 0)) from pg_catalog.pg_available_extensions() x)";

/// In the order in which the rows lie, which costs less than half of a sum of hashes. (What
/// engine/postgres/database.cpp sets keeps scans from beginning elsewhere.)
std::string transactions_of(const std::vector<std::string>& tables) {
  std::string query;
  for (const std::string& table : tables) {
    if (!query.empty()) query += "\nunion all\n";
    query += fmt::format(
        "select {}, count(*), pg_catalog.hash_array_extended(pg_catalog.array_agg(t.xmin), 0) from pg_catalog.{} t",
        quote_literal(table), quote_identifier(table));
  }
  return query;
}

/// Adds all rows of a query.
class Digest {
 public:
  explicit Digest(Database& database) : database_{database} {}

  void add(std::string_view query) {
    database_.each_row(query, [&](Row row) {
      for (const auto& field : row) hasher_.add(field ? "=" : "").add(field.value_or(""));
    });
  }

  Fingerprint finish() const { return hasher_.finish(); }

 private:
  Database& database_;
  Hasher hasher_;
};

}  // namespace

std::span<const std::string_view> uncounted_catalogs() { return uncounted; }

KeptReading::KeptReading(Database& database, std::string_view settings) : database_{database} {
  Hasher hasher;
  hasher.add(settings).add(database.value("select current_user"));
  bool tells_its_identifier = false;
  database.each_row(where, [&](Row row) {
    hasher.add(row[0].value_or(""));
    tells_its_identifier = row[1] == "t";
  });
  if (tells_its_identifier) {
    hasher.add(database.value("select s.system_identifier from pg_catalog.pg_control_system() s"));
  }
  place_ = hasher.finish();
}

Fingerprint KeptReading::state() const {
  Digest digest{database_};
  digest.add(run_of_server);
  std::vector<std::string> tables;
  database_.each_row(counted_catalogs(), [&](Row row) { tables.emplace_back(*row[0]); });
  digest.add(transactions_of(tables));
  digest.add(beside_catalogs);
  for (Kind kind : all_kinds()) {
    if (rules_for(kind).from_server) digest.add(Reader::query(rules_for(kind), database_.version()));
  }
  return digest.finish();
}

std::optional<Inspected> KeptReading::load(Symbols& symbols) const {
  const std::optional<std::string> text = Cache{}.load(section, place_);
  if (!text) return std::nullopt;
  FieldReader reader{*text};
  if (reader.field() != to_hex(state())) return std::nullopt;
  std::vector<std::string> unknown;
  for (std::size_t left = reader.number(); left > 0 && !reader.failed(); --left) unknown.emplace_back(reader.field());
  std::optional<Catalog> catalog = read_catalog(reader.field(), symbols);
  if (!catalog) return std::nullopt;
  return Inspected{std::move(*catalog), std::move(unknown)};
}

void KeptReading::store(const Inspected& inspected) const {
  FieldWriter writer;
  writer.field(to_hex(state()));
  writer.number(inspected.unknown.size());
  for (const std::string& each : inspected.unknown) writer.field(each);
  writer.field(write_catalog(inspected.catalog));
  if (tokens_in(writer.text()).empty()) Cache{}.store(section, place_, writer.text());
}

}  // namespace plumb
