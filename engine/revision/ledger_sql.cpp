#include "engine/revision/ledger_sql.h"

#include <fmt/core.h>

#include "engine/version.h"
#include "schema/sql.h"

namespace plumb {

namespace {

constexpr std::string_view create_journal = R"(
do $$
  begin  -- who may not create schemas uses one that is there
    if pg_catalog.to_regnamespace('plumb') is null then
      create schema plumb;
      comment on schema plumb is 'Kept by plumb: which revisions this database has, and how they came here';
    end if;
  end $$;
create table if not exists plumb.journal (
  entry           bigint generated always as identity primary key,
  at              timestamp with time zone not null default pg_catalog.clock_timestamp(),
  who             name not null default session_user,
  plumb           text not null,
  way             text not null check (way in ('upgrade', 'downgrade', 'stamp')),
  revision        text not null,
  file_hash       text not null,
  state           text not null check (state in ('started', 'failed', 'part', 'done')),
  first_statement integer not null,
  statements      text[] not null,
  milliseconds    bigint,
  catalog         text not null,
  half_made       oid[] not null
))";

constexpr std::string_view create_heads = R"(
create table if not exists plumb.heads (
  revision text primary key
))";

/// As Alembic makes it.
constexpr std::string_view create_alembic = R"(
create table if not exists {0} (
  version_num character varying(32) not null,
  constraint {1} primary key (version_num)
))";

std::string_view to_word(Way way) {
  return way == Way::upgrade ? "upgrade" : way == Way::downgrade ? "downgrade" : "stamp";
}

std::string_view to_word(JournalEntry::State state) {
  switch (state) {
    case JournalEntry::State::started:
      return "started";
    case JournalEntry::State::failed:
      return "failed";
    case JournalEntry::State::part:
      return "part";
    case JournalEntry::State::done:
      return "done";
  }
  return "";
}

std::string array(const std::vector<std::string>& texts, std::string_view type) {
  std::string elements;
  for (const std::string& text : texts) elements.append(elements.empty() ? "" : ", ").append(quote_literal(text));
  return fmt::format("array[{}]::{}[]", elements, type);
}

/// "public.alembic_version" as SQL.
std::string table_sql(std::string_view name) {
  const auto dot = name.find('.');
  return qualify(name.substr(0, dot), name.substr(dot + 1));
}

}  // namespace

LedgerSql::LedgerSql(const LedgerOptions& options)
    : is_alembic_{!options.alembic_table.empty()},
      name_{options.alembic_table.substr(options.alembic_table.find('.') + 1)},
      table_{is_alembic_ ? table_sql(options.alembic_table) : "plumb.heads"},
      column_{is_alembic_ ? "version_num" : "revision"} {}

std::string LedgerSql::ensure() const {
  std::string sql{create_journal};
  sql += ";";
  if (!is_alembic_) return sql.append(create_heads).append(";\n");
  const std::string key = quote_identifier(name_ + "_pkc");
  return sql + fmt::format(fmt::runtime(create_alembic), table_, key) + ";\n";
}

std::string LedgerSql::change(const RowChange& row) const {
  const std::string before = quote_literal(row.before);
  const std::string after = quote_literal(row.after);
  if (row.before.empty()) return fmt::format("insert into {} ({}) values ({})", table_, column_, after);
  if (row.after.empty()) return fmt::format("delete from {} where {} = {}", table_, column_, before);
  return fmt::format("update {0} set {1} = {2} where {1} = {3}", table_, column_, after, before);
}

std::string LedgerSql::add(const JournalEntry& entry) {
  return fmt::format(
      "insert into plumb.journal (plumb, way, revision, file_hash, state, first_statement, statements, milliseconds, "
      "catalog, half_made) values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
      quote_literal(version), quote_literal(to_word(entry.way)), quote_literal(entry.revision),
      quote_literal(entry.file_hash), quote_literal(to_word(entry.state)), entry.first, array(entry.statements, "text"),
      entry.milliseconds ? std::to_string(*entry.milliseconds) : "null", quote_literal(entry.before.catalog),
      array(entry.before.half_made, "oid"));
}

}  // namespace plumb
