#include <fmt/core.h>

#include "schema/kinds/family_member.h"
#include "schema/rules.h"

namespace plumb {

namespace {

Statements create(const View& member, std::span<const std::string>) {
  return add_member(member, fmt::format("{} {}", member_address(member), member.text("function")));
}

constexpr AttributeRule attributes[] = {
    {.key = "function",
     .source = "m.function::pg_catalog.regprocedure::text",
     .help = "the function at that place, as in app.compare(integer, bigint)",
     .required = true},
};

constexpr FileForm forms[] = {{.section = "functions", .within = member_owners, .short_form = "function"}};

}  // namespace

extern const KindRules family_function_rules;
constinit const KindRules family_function_rules{
    .key = "family_function",
    .noun = "FUNCTION",
    .address = Address::table,
    .address_sql = member_address,
    .attributes = attributes,
    .inspection = {.catalog = pg_amproc,
                   .oid = "m.oid",
                   .schema = "f.opfnamespace",
                   .raw = member_columns,
                   .from = R"(
  from (select p.oid, p.amprocfamily as family, p.amprocnum as number, p.amproclefttype as left_type,
               p.amprocrighttype as right_type, p.amproc as function
          from pg_catalog.pg_amproc p
         where p.oid >= 16384) m
  join pg_catalog.pg_opfamily f on f.oid = m.family
 where not exists (select
                     from pg_catalog.pg_depend d
                    where d.classid = 2603
                      and d.objid = m.oid
                      and d.refclassid = 2616)
 order by f.opfnamespace, f.opfname, f.opfmethod, m.number, m.left_type, m.right_type)",
                   .read = read_member},
    .takes_comments = false,
    .forms = forms,
    .interface = true,
    .create = create,
    .drop = drop_member,
    .dies_with_parent = true,
    .serves_silently = true,
};

}  // namespace plumb
