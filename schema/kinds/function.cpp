#include "schema/kinds/rights.h"
#include "schema/kinds/routine.h"
#include "schema/kinds/words.h"
#include "schema/rules.h"
#include "schema/signature.h"

namespace plumb {

namespace {

constexpr std::string_view volatilities[] = {"immutable", "stable", "volatile"};

constexpr AttributeRule attributes[] = {
    arguments_rule,
    {.key = "returns",
     .source = "pg_catalog.pg_get_function_result(p.oid)",
     .help = "type of the result, SETOF type, or TABLE(name type, ...)",
     .alter = replace_routine},
    language_rule,
    {.key = "volatility",
     .fallback = "volatile",
     .source = "case p.provolatile when 'i' then 'immutable' when 's' then 'stable' end",
     .help = "immutable, stable or volatile: what the planner may rely on",
     .choices = volatilities,
     .alter = replace_routine},
    {.key = "strict",
     .value = Value::boolean,
     .fallback = "false",
     .source = "p.proisstrict",
     .help = "gives NULL when an argument is NULL, without being called",
     .alter = replace_routine},
    security_definer_rule,
    {.key = "leakproof",
     .value = Value::boolean,
     .fallback = "false",
     .source = "p.proleakproof",
     .help = "tells nothing about its arguments but by its result",
     .alter = replace_routine},
    {.key = "parallel",
     .fallback = "unsafe",
     .source = "case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end",
     .help = "unsafe, restricted or safe in parallel queries",
     .choices = parallel_words,
     .alter = replace_routine},
    // The default cost is 1 for the languages internal (12) and c (13), else 100; the default of rows is 1000.
    {.key = "cost",
     .source = "case when p.procost <> case when p.prolang in (12, 13) then 1 else 100 end then p.procost end",
     .help = "estimated cost in units of cpu_operator_cost; by language when silent",
     .alter = replace_routine},
    {.key = "rows",
     .source = "case when p.proretset and p.prorows <> 1000 then p.prorows end",
     .help = "estimated number of rows of a set; 1000 when silent",
     .alter = replace_routine},
    {.key = "support",
     .source = "case when p.prosupport <> 0 then p.prosupport end",
     .help = "planner support function",
     .alter = replace_routine},
    {.key = "window",
     .value = Value::boolean,
     .fallback = "false",
     .source = "p.prokind = 'w'",
     .help = "is a window function",
     .alter = replace_routine},
    transforms_rule,
    config_rule,
    body_rule,
    sql_body_rule,
    library_rule,
    symbol_rule,
};

constexpr FileForm forms[] = {{.section = "functions"}};

}  // namespace

extern const KindRules function_rules;
constinit const KindRules function_rules{
    .key = "function",
    .noun = "FUNCTION",
    .address = Address::schema,
    .name_space = NameSpace::routine,
    .signature = "area(integer)",
    .address_sql = routine_address,
    .rename = rename_by_signature,
    .attributes = attributes,
    // The constructors of a range type, internal dependencies ('i'), belong to the type.
    .inspection = {.catalog = pg_proc,
                   .oid = "p.oid",
                   .schema = "p.pronamespace",
                   .raw = routine_columns,
                   .from = R"(
  from pg_catalog.pg_proc p
  join pg_catalog.pg_language l on l.oid = p.prolang
 where p.oid >= 16384
   and p.prokind in ('f', 'w')
   and not pg_catalog.pg_is_other_temp_schema(p.pronamespace)
   and not exists (select
                     from pg_catalog.pg_depend d
                    where d.classid = 1255
                      and d.objid = p.oid
                      and d.deptype = 'i')
 order by p.pronamespace, p.proname, pg_catalog.oidvectortypes(p.proargtypes))",
                   .read = read_routine},
    .owner_rows = routine_owners,
    .privilege_rows = routine_privileges,
    .takes_labels = true,
    .hides_needs = "body",
    .forms = forms,
    .create = create_routine,
};

}  // namespace plumb
