#include <algorithm>

#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements create(const View& extension, std::span<const std::string>) {
  std::string sql = "CREATE EXTENSION " + address(extension);
  if (extension.has("schema")) sql += " SCHEMA " + quote_identifier(extension.text("schema"));
  if (extension.has("version")) sql += " VERSION " + quote_literal(extension.text("version"));
  return {{sql}};
}

std::optional<Statements> alter_schema(const View& before, const View& after) {
  if (!before.is("relocatable")) return std::nullopt;
  return Statements{
      {fmt::format("ALTER EXTENSION {} SET SCHEMA {}", address(after), quote_identifier(after.text("schema")))}};
}

/// What an extension holds moves with it, and all that uses that follows.
Statements move(const View& extension, std::string_view, std::string_view schema) {
  if (!extension.is("relocatable")) return {};
  return {{fmt::format("ALTER EXTENSION {} SET SCHEMA {}", address(extension), quote_identifier(schema))}};
}

// Most extensions have no way back to an older version: then it is dropped and created again.
std::optional<Statements> alter_version(const View& before, const View& after) {
  const auto versions = before.list("updates");
  if (std::ranges::find(versions, after.text("version")) == versions.end()) return std::nullopt;
  return Statements{
      {fmt::format("ALTER EXTENSION {} UPDATE TO {}", address(after), quote_literal(after.text("version")))}};
}

std::optional<Statements> alter_nothing(const View&, const View&) { return Statements{}; }

constexpr AttributeRule attributes[] = {
    {.key = "schema",
     .source = "n.nspname",
     .help = "schema that holds its objects",
     .alter = alter_schema,
     .only_if_declared = true,
     .clause = "schema",
     .rename_value = move},
    {.key = "version",
     .source = "e.extversion",
     .help = "installed version; any will do when silent",
     .alter = alter_version,
     .of_server = true,
     .offered = "select x.name, x.version from pg_catalog.pg_available_extension_versions() x",
     .only_if_declared = true,
     .clause = "version"},
    {.key = "updates",
     .value = Value::names,
     .source = R"(
  case when exists (select from pg_catalog.pg_available_extensions() x where x.name = e.extname)
       then (select pg_catalog.array_agg(u.target order by u.target)
               from pg_catalog.pg_extension_update_paths(e.extname) u
              where u.source = e.extversion
                and u.path is not null) end)",
     .help = "versions that the server can update it to",
     .alter = alter_nothing,
     .of_server = true,
     .only_if_declared = true,
     .derived = true},
    {.key = "relocatable",
     .value = Value::boolean,
     .fallback = "true",
     .source = "e.extrelocatable",
     .help = "its version may be moved to another schema",
     .alter = alter_nothing,
     .of_server = true,
     .only_if_declared = true,
     .derived = true},
};

constexpr FileForm forms[] = {{.section = "extensions", .listable = true}};

}  // namespace

extern const KindRules extension_rules;
constinit const KindRules extension_rules{
    .key = "extension",
    .noun = "EXTENSION",
    .address = Address::database,
    .attributes = attributes,
    .inspection = {.catalog = pg_extension, .oid = "e.oid", .name = "e.extname", .from = R"(
  from pg_catalog.pg_extension e
  join pg_catalog.pg_namespace n on n.oid = e.extnamespace
 where e.oid >= 16384
 order by e.extname)"},
    .forms = forms,
    .create = create,
    .container = true,
    .schema_of_equality = [](const View& extension) { return extension.text("schema"); },
    .from_server = true,
};

}  // namespace plumb
