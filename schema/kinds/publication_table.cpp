#include <algorithm>

#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string alter_publication(const View& member, std::string_view what) {
  return fmt::format("ALTER PUBLICATION {} {}", quote_identifier(member.table()), what);
}

/// ONLY, because each table that inherits from this one is a member of its own.
std::string part_of_create(const View& member) {
  std::string sql = fmt::format("TABLE ONLY {}", member.name());
  if (const auto columns = member.list("columns"); !columns.empty()) sql += " (" + join_names(columns) + ')';
  if (member.has("where")) sql += fmt::format(" WHERE ({})", member.sql("where"));
  return sql;
}

Statements create(const View& member, std::span<const std::string>) {
  return {{alter_publication(member, "ADD " + part_of_create(member))}};
}

Statements drop(const View& member) {
  return {{alter_publication(member, fmt::format("DROP TABLE ONLY {}", member.name()))}};
}

enum Raw : std::size_t { publication, publication_name, table, columns };

constexpr RawColumn raw[] = {
    {.sql = "m.prpubid"},
    {.sql = "p.pubname"},
    {.sql = "m.prrelid"},
    {.sql = "m.prattrs", .since = 150000},
};

// The order of the columns means nothing: PostgreSQL keeps them by their numbers.
bool read(Reader& reader) {
  const Names& names = reader.names();
  const Oid relation = reader.raw_oid(table);
  const Names::Relation* found = names.relation(relation);
  if (found == nullptr) return false;
  reader.set_table(reader.raw_text(publication_name));
  reader.set_parent({pg_publication, reader.raw_oid(publication), 0});
  reader.set_name(qualify(names.symbols().text(found->schema), names.symbols().text(found->name)));
  std::vector<std::string> listed;
  for (Oid number : vector_elements(reader.raw_text(columns))) {
    listed.emplace_back(names.column_name(relation, static_cast<int>(number)));
  }
  std::ranges::sort(listed);
  reader.set_list("columns", listed);
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "columns",
     .value = Value::names,
     .help = "the columns that are published; all when silent (from PostgreSQL 15 on)"},
    {.key = "where",
     .value = Value::expression,
     .source = "pg_catalog.pg_get_expr(m.prqual, m.prrelid)",
     .help = "SQL condition on the rows that are published (from PostgreSQL 15 on)",
     .since = 150000},
};

constexpr Kind owners[] = {Kind::publication};
constexpr FileForm forms[] = {{.section = "tables", .within = owners, .short_form = "columns", .listable = true}};

}  // namespace

extern const KindRules publication_table_rules;
constinit const KindRules publication_table_rules{
    .key = "publication_table",
    .noun = "TABLE",
    .address = Address::table,
    .named_after_relation = true,
    .attributes = attributes,
    .inspection = {.catalog = pg_publication_rel,
                   .oid = "m.oid",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_publication_rel m
  join pg_catalog.pg_publication p on p.oid = m.prpubid
 where m.oid >= 16384
 order by p.pubname, m.prrelid)",
                   .read = read},
    .takes_comments = false,
    .forms = forms,
    .create = create,
    .part_of_create = part_of_create,
    .drop = drop,
    .dies_with_parent = true,
    .goes_with_needed = true,
};

}  // namespace plumb
