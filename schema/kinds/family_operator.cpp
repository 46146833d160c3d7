#include <fmt/core.h>

#include "schema/kinds/family_member.h"
#include "schema/rules.h"
#include "schema/signature.h"

namespace plumb {

namespace {

Statements create(const View& member, std::span<const std::string>) {
  const auto [number, types] = signature_of(member.name());
  std::string sql = fmt::format("OPERATOR {} {} ({})", number, member.text("operator"), types);
  if (member.has("order_by")) sql += fmt::format(" FOR ORDER BY {}", member.text("order_by"));
  return add_member(member, sql);
}

constexpr AttributeRule attributes[] = {
    {.key = "operator",
     .source = R"((select case when n.nspname <> 'pg_catalog' then pg_catalog.quote_ident(n.nspname) || '.' else '' end
                         || o.oprname
                     from pg_catalog.pg_operator o
                     join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
                    where o.oid = m.operator))",
     .help = "the operator at that place, as in app.<",
     .required = true},
    {.key = "order_by",
     .source = R"((select case when n.nspname <> 'pg_catalog' then pg_catalog.quote_ident(n.nspname) || '.' else '' end
                         || pg_catalog.quote_ident(s.opfname)
                     from pg_catalog.pg_opfamily s
                     join pg_catalog.pg_namespace n on n.oid = s.opfnamespace
                    where s.oid = m.sort_family))",
     .help = "operator family that sorts its results, where it is for ORDER BY and not for a condition"},
};

constexpr FileForm forms[] = {{.section = "operators", .within = member_owners, .short_form = "operator"}};

}  // namespace

extern const KindRules family_operator_rules;
constinit const KindRules family_operator_rules{
    .key = "family_operator",
    .noun = "OPERATOR",
    .address = Address::table,
    .address_sql = member_address,
    .attributes = attributes,
    .inspection = {.catalog = pg_amop,
                   .oid = "m.oid",
                   .schema = "f.opfnamespace",
                   .raw = member_columns,
                   .from = R"(
  from (select p.oid, p.amopfamily as family, p.amopstrategy as number, p.amoplefttype as left_type,
               p.amoprighttype as right_type, p.amopopr as operator, p.amopsortfamily as sort_family
          from pg_catalog.pg_amop p
         where p.oid >= 16384) m
  join pg_catalog.pg_opfamily f on f.oid = m.family
 where not exists (select
                     from pg_catalog.pg_depend d
                    where d.classid = 2602
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
