#include "engine/doctor.h"

#include <filesystem>
#include <unistd.h>

#include <fmt/core.h>

#include "engine/inspect.h"
#include "engine/live.h"
#include "engine/postgres/scratch.h"
#include "schema/error.h"
#include "schema/file/declaration.h"

namespace plumb {

namespace {

using Verdict = Finding::Verdict;

Finding installations() {
  const auto found = find_installations();
  if (found.empty()) {
    return {Verdict::warning, "installed servers", "none",
            "apt-get install postgresql-NN of your database's major version, or set PLUMB_POSTGRES to a bin folder"};
  }
  std::string text;
  for (const Installation& each : found) {
    text +=
        fmt::format("{}{}.{} in {}", text.empty() ? "" : "; ", each.version / 10000, each.version % 10000, each.bin);
    if (each.has_extension("vector")) text += " with pgvector";
  }
  return {Verdict::ok, "installed servers", text, {}};
}

Finding cache() {
  const std::string folder = cache_folder();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || access(folder.c_str(), W_OK) != 0) {
    return {Verdict::warning, "cache folder", folder + " cannot be written: every run starts from nothing",
            "set PLUMB_CACHE to a folder that can"};
  }
  return {Verdict::ok, "cache folder", folder, {}};
}

Finding schema_files(const SessionOptions& options) {
  Symbols symbols;
  try {
    const Declaration declaration = read_declaration(options.schema_files, options.variables, symbols);
    return {Verdict::ok,
            "schema files",
            fmt::format("{} objects in YAML, {} SQL statements", declaration.drafts.objects().size(),
                        declaration.statements.size()),
            {}};
  } catch (const DeclarationError& error) {
    return {Verdict::failure, "schema files", error.what(), "mend them, or write a first one with `plumb init`"};
  }
}

Finding session_kind(Database& database) {
  if (database.keeps_its_session()) return {Verdict::ok, "session", "one connection keeps one backend", {}};
  return {Verdict::failure, "session", "a pooler stands between, which may give every transaction another backend",
          "connect to the server itself: `plumb apply` refuses otherwise"};
}

Finding rights(Database& database) {
  const std::string user = database.value("select current_user::text");
  const std::string owned = database.value(R"(
    select pg_catalog.count(*)
      from pg_catalog.pg_class c
     where c.oid >= 16384
       and c.relkind in ('r', 'p', 'v', 'm', 'f')
       and c.relnamespace is distinct from pg_catalog.to_regnamespace('plumb')
       and not pg_catalog.pg_has_role(c.relowner, 'usage'))");
  const std::string may_create = database.value(R"(
    select pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create')
           or exists (select
                        from pg_catalog.pg_namespace n
                       where n.nspname !~ '^pg_|^information_schema$'
                         and pg_catalog.has_schema_privilege(n.oid, 'create')))");
  if (may_create != "t") {
    return {Verdict::warning, "rights", fmt::format("{} may create nothing there", user),
            "plan and check are all it can do: use the role that owns the database, or grant CREATE on its schemas"};
  }
  if (owned == "0") return {Verdict::ok, "rights", fmt::format("{} may change every table there", user), {}};
  return {Verdict::warning, "rights", fmt::format("{} does not own {} of the tables there", user, owned),
          "only the owner of a table may change it: use that role, or grant it"};
}

Finding objects(Database& database, const SessionOptions& options) {
  Symbols symbols;
  std::vector<std::string> unknown;
  const std::size_t known =
      inspect(database, symbols, {.ledger = options.ledger, .unknown = &unknown}).objects().size();
  if (unknown.empty()) return {Verdict::ok, "objects", fmt::format("{}, all of kinds that plumb knows", known), {}};
  std::string text = "that plumb does not know or may not read:";
  for (const std::string& each : unknown) text.append(text.back() == ':' ? " " : ", ").append(each);
  return {options.strict ? Verdict::failure : Verdict::warning, "objects", text,
          "plumb leaves them alone: change them yourself"};
}

Finding scratch(const SessionOptions& options, const Live& live) {
  try {
    Scratch place{{.how = options.scratch, .target = live.connection, .version = live.database->version()}};
    place.make();
    return {Verdict::ok, "scratch", place.describe(), {}};
  } catch (const DatabaseError& error) {
    return {Verdict::failure, "scratch", error.what(), "plans cannot be made or proven without one"};
  }
}

}  // namespace

std::vector<Finding> examine(const SessionOptions& options) {
  std::vector<Finding> findings{installations(), cache()};
  if (!options.schema_files.empty()) findings.push_back(schema_files(options));
  try {
    Live live = open_database(options.database);
    const int version = live.database->version();
    findings.push_back({Verdict::ok,
                        "database",
                        fmt::format("PostgreSQL {}.{} at {}", version / 10000, version % 10000, options.database.shown),
                        {}});
    if (version < 140000) {
      findings.push_back(
          {Verdict::failure, "version", "older than 14, the oldest that plumb knows", "upgrade the server"});
    }
    findings.push_back(session_kind(*live.database));
    findings.push_back(rights(*live.database));
    if (version >= 140000) findings.push_back(objects(*live.database, options));
    findings.push_back(scratch(options, live));
  } catch (const DatabaseError& error) {
    findings.push_back({Verdict::failure, "database", error.what(), {}});
  }
  return findings;
}

}  // namespace plumb
