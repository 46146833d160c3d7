#include <fmt/core.h>

#include "schema/kinds/annotation.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements create(const View& comment, std::span<const std::string>) {
  return {{fmt::format("COMMENT ON {} IS {}", annotated(comment), quote_literal(comment.text("text")))}};
}

std::optional<Statements> alter(const View&, const View& after) { return create(after, {}); }

Statements drop(const View& comment) { return {{fmt::format("COMMENT ON {} IS NULL", annotated(comment))}}; }

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
                   .name = PLUMB_ANNOTATION_NAME,
                   .raw = annotation_raw,
                   .from = R"(
  from pg_catalog.pg_description d
  )" PLUMB_ANNOTATION_COLUMN R"(
  left join pg_catalog.pg_extension e on d.classoid = 3079 and e.oid = d.objoid
 where (d.objoid >= 16384 or d.classoid = 2615 and d.objoid = 2200 and d.description <> 'standard public schema')
   and (e.oid is null
        or (e.extname, d.description) not in (select x.name, coalesce(x.comment, '')
                                                from pg_catalog.pg_available_extensions() x)))",
                   .read = read_annotation},
    .forms = forms,
    .create = create,
    .drop = drop,
    .address_sql = annotated,
    .dies_with_parent = true,
    .follows = true,
    .about_parent = true,
};

}  // namespace plumb
