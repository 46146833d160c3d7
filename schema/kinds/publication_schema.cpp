#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string part_of_create(const View& member) { return "TABLES IN SCHEMA " + quote_identifier(member.name()); }

std::string alter_publication(const View& member, std::string_view verb) {
  return fmt::format("ALTER PUBLICATION {} {} {}", quote_identifier(member.table()), verb, part_of_create(member));
}

Statements create(const View& member, std::span<const std::string>) { return {{alter_publication(member, "ADD")}}; }

Statements drop(const View& member) { return {{alter_publication(member, "DROP")}}; }

enum Raw : std::size_t { publication, publication_name };

constexpr RawColumn raw[] = {{.sql = "m.pnpubid"}, {.sql = "p.pubname"}};

bool read(Reader& reader) {
  reader.set_table(reader.raw_text(publication_name));
  reader.set_parent({pg_publication, reader.raw_oid(publication), 0});
  return true;
}

constexpr Kind owners[] = {Kind::publication};
constexpr FileForm forms[] = {{.section = "schemas", .within = owners, .listable = true}};

}  // namespace

extern const KindRules publication_schema_rules;
constinit const KindRules publication_schema_rules{
    .key = "publication_schema",
    .noun = "TABLES IN SCHEMA",
    .address = Address::table,
    .inspection = {.catalog = pg_publication_namespace,
                   .oid = "m.oid",
                   .name = "n.nspname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_publication_namespace m
  join pg_catalog.pg_publication p on p.oid = m.pnpubid
  join pg_catalog.pg_namespace n on n.oid = m.pnnspid
 where m.oid >= 16384
 order by p.pubname, n.nspname)",
                   .read = read,
                   .since = 150000},
    .takes_comments = false,
    .forms = forms,
    .create = create,
    .part_of_create = part_of_create,
    .drop = drop,
    .dies_with_parent = true,
    .goes_with_needed = true,
};

}  // namespace plumb
