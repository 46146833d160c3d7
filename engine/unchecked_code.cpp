#include "engine/unchecked_code.h"

#include <optional>
#include <string_view>

#include <fmt/core.h>

#include "engine/postgres/sqlstate.h"
#include "schema/error.h"
#include "schema/routine_bodies.h"

namespace plumb {

namespace {

/// The path with all schemas of the database behind it.
std::string widened(Database& scratch, std::string_view path) {
  return fmt::format("{}{}{}", path, path.empty() ? "" : ", ", scratch.value(R"(
  select pg_catalog.string_agg(pg_catalog.quote_ident(n.nspname), ', ' order by n.nspname)
    from pg_catalog.pg_namespace n
   where not pg_catalog.starts_with(n.nspname, 'pg_'))"));
}

/// What PostgreSQL says of the body (manual, CREATE LANGUAGE, VALIDATOR); nothing: it accepts it.
std::optional<DatabaseError> validate(Database& scratch, std::string_view oid, std::string_view path) {
  scratch.set_search_path(path);
  const std::string validator = scratch.value(fmt::format(routine_validator, oid));
  if (validator.empty()) return std::nullopt;
  std::optional<DatabaseError> refusal;
  scratch.run("set check_function_bodies to on");
  try {
    scratch.run(fmt::format("select {}({})", validator, oid));
  } catch (const DatabaseError& error) {
    if (error.state.empty()) throw;
    refusal = error;
  }
  scratch.run("set check_function_bodies to off");
  return refusal;
}

std::string_view first_line(const DatabaseError& error) {
  const std::string_view message = error.what();
  return message.substr(0, message.find('\n'));
}

}  // namespace

void UncheckedCode::add(Database& scratch, const Attempt& made) {
  routines_.push_back({scratch.value(newest_routine), made});
}

std::vector<UncheckedCode::Refused> UncheckedCode::look_once(Database& scratch) {
  std::vector<Refused> refused;
  for (const auto& [oid, made] : routines_) {
    std::string path = made.path.value_or("");
    scratch.each_row(fmt::format(routine_search_path, oid), [&](Row row) { path = *row[0]; });
    const auto error = validate(scratch, oid, path);
    if (!error) continue;
    if (is_missing(*error)) {
      const auto elsewhere = validate(scratch, oid, widened(scratch, path));
      if (!elsewhere || !is_missing(*elsewhere)) continue;
    }
    Refused& one = refused.emplace_back();
    one.made = made;
    // That one has its place in the statement.
    if (first_line(*made.error) != first_line(*error)) one.made.error.emplace(error->what(), error->state);
    scratch.set_search_path("");
    scratch.each_row(fmt::format(routine_identity, oid), [&](Row row) {
      one.schema = *row[0];
      one.name = *row[1];
    });
  }
  return refused;
}

std::vector<UncheckedCode::Refused> UncheckedCode::look_again(Database& scratch, Borrowing& borrowing) {
  std::vector<Refused> refused = look_once(scratch);
  while (!refused.empty()) {
    std::vector<Attempt> made;
    for (const Refused& each : refused) made.push_back(each.made);
    try {
      if (!borrowing.lend_missing(scratch, made)) break;
    } catch (const Error&) {
      break;  // what cannot be lent stays missing
    }
    refused = look_once(scratch);
  }
  return refused;
}

}  // namespace plumb
