#include "engine/revision/ledger.h"

#include <fmt/core.h>

#include "engine/postgres/sqlstate.h"
#include "schema/error.h"
#include "schema/names.h"
#include "schema/sql.h"

namespace plumb {

namespace {

constexpr std::string_view journal = "plumb.journal";

}  // namespace

bool Ledger::is_there(std::string_view table) {
  try {
    return !database_.value(fmt::format("select pg_catalog.to_regclass({})", quote_literal(table))).empty();
  } catch (const DatabaseError& error) {
    if (!lacks_right(error)) throw;
    const std::string schema = quote_identifier(table.substr(0, table.find('.')));
    throw DatabaseError{
        fmt::format(
            "{}: the ledger of revisions is there; let its owner run GRANT USAGE ON SCHEMA {} and GRANT SELECT ON "
            "ALL TABLES IN SCHEMA {} to this role",
            error.what(), schema, schema),
        error.state};
  }
}

bool Ledger::ensure() {
  if (is_there(sql_.table()) && is_there(journal)) return false;
  database_.run("begin;" + sql_.ensure() + "\ncommit");
  return true;
}

std::vector<std::string> Ledger::heads() {
  std::vector<std::string> ids;
  if (!is_there(sql_.table())) return ids;
  database_.each_row(fmt::format("select {} from {}", sql_.column(), sql_.table()),
                     [&](Row row) { ids.emplace_back(*row[0]); });
  return ids;
}

void Ledger::change(std::span<const RowChange> rows) {
  for (const RowChange& row : rows) {
    int touched = 0;
    database_.each_row(sql_.change(row) + " returning 1", [&](Row) { ++touched; });
    if (touched == 1) continue;
    const std::string what = row.after.empty() ? fmt::format("deleting '{}'", row.before)
                                               : fmt::format("updating '{}' to '{}'", row.before, row.after);
    throw DatabaseError{
        fmt::format("Online migration expected to match one row when {} in '{}'; {} found\n"
                    "somebody else changed the table meanwhile: look at `plumb current`, and try again",
                    what, sql_.table(), touched)};
  }
}

void Ledger::add(const JournalEntry& entry) { database_.run(LedgerSql::add(entry)); }

std::optional<Unfinished> Ledger::unfinished() {
  if (!is_there(journal)) return std::nullopt;
  Unfinished found;
  bool is_open = false;
  database_.each_row(R"(
    select j.way, j.revision, j.state, j.first_statement, j.statements, j.catalog, j.half_made
      from plumb.journal j
     where j.entry > coalesce((select max(d.entry) from plumb.journal d where d.state = 'done'), 0)
     order by j.entry)",
                     [&](Row row) {
                       is_open = true;
                       found.way = *row[0] == "downgrade" ? Way::downgrade : Way::upgrade;
                       found.revision = *row[1];
                       found.next = static_cast<std::size_t>(to_integer(*row[3]));
                       found.is_uncertain = *row[2] == "started";
                       found.before = {std::string{*row[5]}, array_elements(*row[6])};
                       if (*row[2] != "part") return;
                       for (std::string& sql : array_elements(*row[4])) found.statements.push_back(std::move(sql));
                       found.next = found.statements.size();
                     });
  const bool has_trace = !found.statements.empty() || found.is_uncertain;
  return is_open && has_trace ? std::optional{std::move(found)} : std::nullopt;
}

std::map<std::string, AppliedFile> Ledger::applied_files() {
  std::map<std::string, AppliedFile> files;
  if (!is_there(journal)) return files;
  database_.each_row(
      "select j.way, j.revision, j.file_hash from plumb.journal j where j.state = 'done' order by j.entry",
      [&](Row row) {
        files.erase(std::string{*row[1]});
        if (*row[0] == "upgrade") files[std::string{*row[1]}] = {std::string{*row[2]}};
        if (*row[0] != "stamp") return;
        for (auto& [id, file] : files) file.is_settled = true;
      });
  return files;
}

}  // namespace plumb
