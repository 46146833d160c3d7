#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

/// The name is what COMMENT ON says: "FUNCTION public.similarity(text,text)".
Statements create(const View& comment, std::span<const std::string>) {
  return {{fmt::format("COMMENT ON {} IS {}", comment.name(), quote_literal(comment.text("text")))}};
}

std::optional<Statements> alter(const View&, const View& after) { return create(after, {}); }

Statements drop(const View& comment) { return {{fmt::format("COMMENT ON {} IS NULL", comment.name())}}; }

enum Raw : std::size_t { extension };

constexpr RawColumn raw[] = {{.sql = "e.refobjid"}};

bool read(Reader& reader) {
  reader.set_parent({pg_extension, reader.raw_oid(extension), 0});
  return true;
}

constexpr AttributeRule attributes[] = {{.key = "text",
                                         .source = "d.description",
                                         .help = "what \\d+ and other tools show",
                                         .alter = alter,
                                         .required = true}};

constexpr Kind member_owners[] = {Kind::extension};
constexpr FileForm forms[] = {{.section = "member_comments", .within = member_owners, .short_form = "text"}};

}  // namespace

extern const KindRules member_comment_rules;
constinit const KindRules member_comment_rules{
    .key = "member_comment",
    .noun = "MEMBER COMMENT",
    .address = Address::database,
    .signature = "FUNCTION public.similarity(text,text)",
    .attributes = attributes,
    // COMMENT ON knows an aggregate as a function, and what pg_identify_object says of a transform in other words.
    .inspection = {.catalog = pg_shdescription,
                   .oid = "d.objoid",
                   .sub = "pg_catalog.row_number() over (partition by d.objoid order by d.classoid, d.objsubid)",
                   .name = R"(
  case when d.objsubid <> 0
       then 'COLUMN'
       else pg_catalog.upper(case i.type when 'aggregate' then 'function'
                                         when 'statistics object' then 'statistics'
                                         else pg_catalog.replace(i.type, '-', ' ') end) end
  || ' '
  || case d.classoid
     when 1255 then d.objoid::pg_catalog.regprocedure::text
     when 2617 then d.objoid::pg_catalog.regoperator::text
     when 3576 then (select 'FOR ' || pg_catalog.format_type(t.trftype, null)
                            || ' LANGUAGE ' || pg_catalog.quote_ident(l.lanname)
                       from pg_catalog.pg_transform t
                       join pg_catalog.pg_language l on l.oid = t.trflang
                      where t.oid = d.objoid)
     else i.identity end)",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_description d
  join pg_catalog.pg_depend e
         on e.classid = d.classoid
        and e.objid = d.objoid
        and e.objsubid = 0
        and e.refclassid = 3079
        and e.deptype = 'e'
 cross join lateral pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) i
 where d.objoid >= 16384
 order by d.classoid, d.objoid, d.objsubid)",
                   .read = read},
    .takes_comments = false,
    .forms = forms,
    .only_if_declared = true,
    .parent_may_bring = true,
    .create = create,
    .drop = drop,
    .dies_with_parent = true,
    .about_parent = true,
    .follows = true,
};

}  // namespace plumb
