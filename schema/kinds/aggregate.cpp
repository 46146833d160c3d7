#include <fmt/core.h>

#include "schema/kinds/deparsed.h"
#include "schema/kinds/rights.h"
#include "schema/kinds/routine.h"
#include "schema/kinds/words.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/signature.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

/// "app.total(integer)"; without arguments, "app.total(*)".
std::string aggregate_address(const View& aggregate) {
  std::string sql = routine_address(aggregate);
  if (!sql.ends_with("()")) return sql;
  sql.pop_back();
  return sql + "*)";
}

/// The options of CREATE AGGREGATE are the keys of the attribute table; these alone are something else.
bool is_option(std::string_view key) { return key != "arguments" && key != "returns"; }

std::string definition(const View& aggregate, std::string_view verb) {
  std::string head = aggregate_address(aggregate);
  if (aggregate.has("arguments")) {
    head = fmt::format("{}({})", head.substr(0, find_outside(head, "(")), aggregate.sql("arguments"));
  }
  std::string options;
  for (const AttributeRule& rule : aggregate.rules().attributes) {
    if (!is_option(rule.key) || aggregate.text(rule.key) == rule.fallback) continue;
    options += fmt::format("{}\n  {}", options.empty() ? "" : ",", upper(rule.key));
    if (rule.value != Value::boolean) options += fmt::format(" = {}", aggregate.sql(rule.key));
  }
  return fmt::format("{} AGGREGATE {} ({}\n)", verb, head, options);
}

Statements create(const View& aggregate, std::span<const std::string>) { return {{definition(aggregate, "CREATE")}}; }

std::optional<Statements> replace(const View& before, const View& after) {
  if (!keeps_arguments(before, after)) return std::nullopt;
  return Statements{{definition(after, "CREATE OR REPLACE")}};
}

// Ordinary aggregates leave the state alone unless they say else; ordered-set aggregates may do anything to it.
constexpr std::string_view final_modification = R"(
  case when g.aggfinalmodify <> case g.aggkind when 'n' then 'r' else 'w' end
       then case g.aggfinalmodify when 'r' then 'read_only' when 's' then 'shareable' else 'read_write' end end)";

constexpr std::string_view moving_final_modification = R"(
  case when g.aggmfinalmodify <> case g.aggkind when 'n' then 'r' else 'w' end
       then case g.aggmfinalmodify when 'r' then 'read_only' when 's' then 'shareable' else 'read_write' end end)";

constexpr std::string_view modifications[] = {"read_only", "shareable", "read_write"};

constexpr AttributeRule attributes[] = {
    {.key = "arguments",
     .value = Value::expression,
     .help = "arguments with modes and names; when silent, what the name says",
     .alter = replace},
    {.key = "returns",
     .source = "pg_catalog.pg_get_function_result(p.oid)",
     .help = "type of the result",
     .derived = true},
    {.key = "sfunc",
     .source = "g.aggtransfn",
     .help = "function that takes a row into the state",
     .alter = replace,
     .required = true},
    {.key = "stype",
     .source = "pg_catalog.format_type(g.aggtranstype, null)",
     .help = "type of the state",
     .alter = replace,
     .required = true},
    {.key = "sspace",
     .value = Value::integer,
     .fallback = "0",
     .source = "g.aggtransspace",
     .help = "estimated size of the state in bytes",
     .alter = replace},
    {.key = "finalfunc",
     .source = "case when g.aggfinalfn <> 0 then g.aggfinalfn end",
     .help = "function that makes the result of the state",
     .alter = replace},
    {.key = "finalfunc_extra",
     .value = Value::boolean,
     .fallback = "false",
     .source = "g.aggfinalextra",
     .help = "finalfunc gets NULLs in the place of the arguments too",
     .alter = replace},
    {.key = "finalfunc_modify",
     .source = final_modification,
     .help = "read_only, shareable or read_write: what finalfunc does to the state",
     .choices = modifications,
     .alter = replace},
    {.key = "combinefunc",
     .source = "case when g.aggcombinefn <> 0 then g.aggcombinefn end",
     .help = "function that makes one state of two",
     .alter = replace},
    {.key = "serialfunc",
     .source = "case when g.aggserialfn <> 0 then g.aggserialfn end",
     .help = "function that turns a state of type internal into bytea",
     .alter = replace},
    {.key = "deserialfunc",
     .source = "case when g.aggdeserialfn <> 0 then g.aggdeserialfn end",
     .help = "function that turns bytea into a state of type internal",
     .alter = replace},
    {.key = "initcond",
     .source = "pg_catalog.quote_literal(g.agginitval)",
     .help = "SQL constant that the state begins as; NULL when silent",
     .alter = replace},
    {.key = "msfunc",
     .source = "case when g.aggmtransfn <> 0 then g.aggmtransfn end",
     .help = "sfunc of a moving window",
     .alter = replace},
    {.key = "minvfunc",
     .source = "case when g.aggminvtransfn <> 0 then g.aggminvtransfn end",
     .help = "function that takes a row out of the state of a moving window",
     .alter = replace},
    {.key = "mstype",
     .source = "case when g.aggmtranstype <> 0 then pg_catalog.format_type(g.aggmtranstype, null) end",
     .help = "type of the state of a moving window",
     .alter = replace},
    {.key = "msspace",
     .value = Value::integer,
     .fallback = "0",
     .source = "g.aggmtransspace",
     .help = "estimated size of that state in bytes",
     .alter = replace},
    {.key = "mfinalfunc",
     .source = "case when g.aggmfinalfn <> 0 then g.aggmfinalfn end",
     .help = "finalfunc of a moving window",
     .alter = replace},
    {.key = "mfinalfunc_extra",
     .value = Value::boolean,
     .fallback = "false",
     .source = "g.aggmfinalextra",
     .help = "mfinalfunc gets NULLs in the place of the arguments too",
     .alter = replace},
    {.key = "mfinalfunc_modify",
     .source = moving_final_modification,
     .help = "read_only, shareable or read_write: what mfinalfunc does to the state",
     .choices = modifications,
     .alter = replace},
    {.key = "minitcond",
     .source = "pg_catalog.quote_literal(g.aggminitval)",
     .help = "initcond of a moving window",
     .alter = replace},
    {.key = "sortop",
     .source = R"((select 'operator(' || pg_catalog.quote_ident(n.nspname) || '.' || o.oprname || ')'
                 from pg_catalog.pg_operator o
                 join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
                where o.oid = g.aggsortop))",
     .help = "operator whose first row in an index is the result, as < for a minimum",
     .alter = replace},
    {.key = "parallel",
     .fallback = "unsafe",
     .source = "case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end",
     .help = "unsafe, restricted or safe in parallel queries",
     .choices = parallel_words,
     .alter = replace},
    {.key = "hypothetical",
     .value = Value::boolean,
     .fallback = "false",
     .source = "g.aggkind = 'h'",
     .help = "is a hypothetical-set aggregate"},
};

constexpr FileForm forms[] = {{.section = "aggregates"}};

}  // namespace

extern const KindRules aggregate_rules;
constinit const KindRules aggregate_rules{
    .key = "aggregate",
    .noun = "AGGREGATE",
    .address = Address::schema,
    .name_space = NameSpace::routine,
    .signature = "total(integer)",
    .address_sql = aggregate_address,
    .rename = rename_by_signature,
    .attributes = attributes,
    .inspection = {.catalog = pg_proc,
                   .oid = "p.oid",
                   .schema = "p.pronamespace",
                   .raw = routine_columns,
                   .from = R"(
  from pg_catalog.pg_aggregate g
  join pg_catalog.pg_proc p on p.oid = g.aggfnoid
 where p.oid >= 16384
   and not pg_catalog.pg_is_other_temp_schema(p.pronamespace)
 order by p.pronamespace, p.proname, pg_catalog.oidvectortypes(p.proargtypes))",
                   .read = read_routine},
    .owner_rows = routine_owners,
    .privilege_rows = routine_privileges,
    .takes_labels = true,
    .forms = forms,
    .create = create,
};

}  // namespace plumb
