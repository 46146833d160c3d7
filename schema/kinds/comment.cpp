#include <cassert>

#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// "TABLE app.orders". A comment with a name of its own is about a column that is no object, as those of views.
std::string subject(const View& comment) {
  const auto parent = comment.parent();
  assert(parent);
  const Identity& own = comment.object().identity;
  const Identity& owner = parent->object().identity;
  if (own.table == owner.table && own.name == owner.name) {
    return fmt::format("{} {}", parent->rules().noun, full_address(*parent));
  }
  return fmt::format("COLUMN {}.{}", full_address(*parent), quote_identifier(comment.name()));
}

Statements create(const View& comment, std::span<const std::string>) {
  return {{fmt::format("COMMENT ON {} IS {}", subject(comment), quote_literal(comment.text("text")))}};
}

std::optional<Statements> alter(const View&, const View& after) { return create(after, {}); }

Statements drop(const View& comment) { return {{fmt::format("COMMENT ON {} IS NULL", subject(comment))}}; }

enum Raw : std::size_t { parent_catalog, parent_oid, parent_sub };

// The attributes of a composite type are those of a relation that stands for the type.
constexpr RawColumn raw[] = {
    {.sql = "case when c.relkind = 'c' then 1247 else d.classoid end"},
    {.sql = "case when c.relkind = 'c' then c.reltype else d.objoid end"},
    {.sql = "case when c.oid is null then d.objsubid else 0 end"},
};

bool read(Reader& reader) {
  reader.set_parent(
      {reader.raw_oid(parent_catalog), reader.raw_oid(parent_oid), to_integer(reader.raw_text(parent_sub))});
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "text",
     .source = "d.description",
     .help = "what \\d+ and other tools show",
     .alter = alter,
     .required = true},
};

constexpr Kind column_owners[] = {Kind::view, Kind::materialized_view, Kind::composite_type};
constexpr FileForm forms[] = {
    {.section = "comment", .named = false, .short_form = "text"},
    {.section = "column_comments", .within = column_owners, .short_form = "text"},
};

}  // namespace

extern const KindRules comment_rules;
constinit const KindRules comment_rules{
    .key = "comment",
    .noun = "COMMENT",
    .address = Address::database,
    .attributes = attributes,
    // What initdb says about the schema public (2200) and CREATE EXTENSION about an extension was not said by the user.
    .inspection = {.catalog = 2609,
                   .oid = "d.objoid",
                   .sub = "d.objsubid",
                   .name = R"(
  case when c.oid is not null
       then (select a.attname
               from pg_catalog.pg_attribute a
              where a.attrelid = d.objoid
                and a.attnum = d.objsubid) end)",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_description d
  left join pg_catalog.pg_class c
         on d.classoid = 1259
        and d.objsubid > 0
        and c.oid = d.objoid
        and c.relkind in ('v', 'm', 'c')
  left join pg_catalog.pg_extension e on d.classoid = 3079 and e.oid = d.objoid
 where (d.objoid >= 16384 or d.classoid = 2615 and d.objoid = 2200 and d.description <> 'standard public schema')
   and (e.oid is null
        or (e.extname, d.description) not in (select x.name, coalesce(x.comment, '')
                                                from pg_catalog.pg_available_extensions() x)))",
                   .read = read},
    .forms = forms,
    .create = create,
    .drop = drop,
    .address_sql = subject,
    .dies_with_parent = true,
    .follows = true,
    .about_parent = true,
};

}  // namespace plumb
