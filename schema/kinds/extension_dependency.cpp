#include "schema/kinds/extension_dependency.h"

#include <algorithm>

#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { extensions };

constexpr RawColumn raw[] = {{.sql = "d.extensions"}};

bool read(Reader& reader) {
  reader.set_parent({static_cast<Oid>(reader.address().sub), reader.oid(), 0});
  for (Oid extension : vector_elements(reader.raw_text(extensions))) {
    reader.add_need(reader.address(), {pg_extension, extension, 0});
  }
  return true;
}

Statement depend(const View& dependency, std::string_view words, std::string_view extension) {
  const View parent = *dependency.parent();
  return {fmt::format("ALTER {} {} {} ON EXTENSION {}", parent.rules().noun, full_address(parent), words,
                      quote_identifier(extension))};
}

/// What is in the one list and not in the other.
void add_missing(const View& dependency, const std::vector<std::string_view>& list,
                 const std::vector<std::string_view>& other, std::string_view words, Statements& statements) {
  for (std::string_view extension : list) {
    if (std::ranges::find(other, extension) != other.end()) continue;
    statements.push_back(depend(dependency, words, extension));
  }
}

Statements create(const View& dependency, std::span<const std::string>) {
  Statements statements;
  add_missing(dependency, dependency.list("extensions"), {}, "DEPENDS", statements);
  return statements;
}

Statements drop(const View& dependency) {
  Statements statements;
  add_missing(dependency, dependency.list("extensions"), {}, "NO DEPENDS", statements);
  return statements;
}

std::optional<Statements> alter(const View& before, const View& after) {
  Statements statements;
  add_missing(after, before.list("extensions"), after.list("extensions"), "NO DEPENDS", statements);
  add_missing(after, after.list("extensions"), before.list("extensions"), "DEPENDS", statements);
  return statements;
}

constexpr AttributeRule attributes[] = {
    {.key = "extensions",
     .value = Value::names,
     .source = "d.names",
     .help = "extensions with which PostgreSQL drops it, by their names in order, as in [hstore, plpgsql]",
     .alter = alter,
     .required = true},
};

// What ALTER ... DEPENDS ON EXTENSION takes; PostgreSQL takes it of an aggregate's function too, but pg_dump does not
// say it.
constexpr Kind owners[] = {Kind::function, Kind::procedure, Kind::trigger, Kind::materialized_view, Kind::index};
constexpr FileForm forms[] = {
    {.section = "depends_on_extensions", .within = owners, .named = false, .short_form = "extensions"}};

}  // namespace

void keep_extension_dependencies(const View& before, const View& after, Statements& statements) {
  for (const View& dependency : after.children(Kind::extension_dependency)) {
    if (!before.catalog().contains(dependency.object().identity)) continue;
    add_missing(dependency, dependency.list("extensions"), {}, "DEPENDS", statements);
  }
}

extern const KindRules extension_dependency_rules;
constinit const KindRules extension_dependency_rules{
    .key = "extension_dependency",
    .noun = "DEPENDS ON EXTENSION",
    .address = Address::database,
    .attributes = attributes,
    .inspection = {.catalog = pg_depend,
                   .oid = "d.objid",
                   .sub = "d.classid::bigint",
                   .raw = raw,
                   .from = R"(
  from (select d.classid, d.objid,
               pg_catalog.array_agg(e.extname::text order by e.extname) as names,
               pg_catalog.string_agg(e.oid::text, ' ') as extensions
          from pg_catalog.pg_depend d
          join pg_catalog.pg_extension e on e.oid = d.refobjid
         where d.refclassid = 3079
           and d.deptype = 'x'
           and d.objid >= 16384
         group by d.classid, d.objid) d
 order by d.classid, d.objid)",
                   .read = read},
    .forms = forms,
    .create = create,
    .drop = drop,
    .dies_with_parent = true,
    .about_parent = true,
    .follows = true,
};

}  // namespace plumb
