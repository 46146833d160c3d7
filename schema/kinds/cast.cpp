#include <fmt/core.h>

#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

std::string cast_address(const View& cast) { return fmt::format("({})", cast.name()); }

Statements create(const View& cast, std::span<const std::string>) {
  std::string sql = fmt::format("CREATE CAST {}", cast_address(cast));
  if (cast.has("function")) {
    sql += fmt::format(" WITH FUNCTION {}", cast.text("function"));
  } else {
    sql += cast.is("inout") ? " WITH INOUT" : " WITHOUT FUNCTION";
  }
  if (cast.text("context") != "explicit") sql += fmt::format(" AS {}", upper(cast.text("context")));
  return {{sql}};
}

constexpr AttributeRule attributes[] = {
    {.key = "function",
     .source = "case when c.castfunc <> 0 then c.castfunc::pg_catalog.regprocedure::text end",
     .help = "the function that converts, as in app.kelvin(app.celsius); when silent, both types are the same inside"},
    {.key = "inout",
     .value = Value::boolean,
     .fallback = "false",
     .source = "c.castmethod = 'i'",
     .help = "converts by the text form of the value"},
    {.key = "context",
     .fallback = "explicit",
     .source = "case c.castcontext when 'a' then 'assignment' when 'i' then 'implicit' end",
     .help = "explicit: only where it is written; assignment: also to a column; implicit: everywhere"},
};

constexpr FileForm forms[] = {{.section = "casts", .short_form = "function"}};

}  // namespace

extern const KindRules cast_rules;
constinit const KindRules cast_rules{
    .key = "cast",
    .noun = "CAST",
    .address = Address::database,
    .signature = "integer AS text",
    .address_sql = cast_address,
    .attributes = attributes,
    // The cast of a range type to its multirange, an internal dependency ('i'), belongs to the type.
    .inspection = {.catalog = pg_cast,
                   .oid = "c.oid",
                   .name = "pg_catalog.format_type(c.castsource, null) || ' AS ' || "
                           "pg_catalog.format_type(c.casttarget, null)",
                   .from = R"(
  from pg_catalog.pg_cast c
 where c.oid >= 16384
   and not exists (select
                     from pg_catalog.pg_depend d
                    where d.classid = 2605
                      and d.objid = c.oid
                      and d.deptype = 'i')
 order by c.castsource, c.casttarget)"},
    .forms = forms,
    .create = create,
    .serves_silently = true,
};

}  // namespace plumb
