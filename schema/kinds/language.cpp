#include <fmt/core.h>

#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string definition(const View& language, std::string_view verb) {
  std::string sql = fmt::format("{} {}LANGUAGE {} HANDLER {}", verb, language.is("trusted") ? "TRUSTED " : "",
                                address(language), language.text("handler"));
  if (language.has("inline")) sql += fmt::format(" INLINE {}", language.text("inline"));
  if (language.has("validator")) sql += fmt::format(" VALIDATOR {}", language.text("validator"));
  return sql;
}

Statements create(const View& language, std::span<const std::string>) { return {{definition(language, "CREATE")}}; }

std::optional<Statements> replace(const View&, const View& after) {
  return Statements{{definition(after, "CREATE OR REPLACE")}};
}

constexpr AttributeRule attributes[] = {
    {.key = "handler",
     .source = "l.lanplcallfoid::pg_catalog.regproc::text",
     .help = "function that runs routines of the language",
     .alter = replace,
     .required = true},
    {.key = "inline",
     .source = "case when l.laninline <> 0 then l.laninline::pg_catalog.regproc::text end",
     .help = "function that runs DO blocks",
     .alter = replace},
    {.key = "validator",
     .source = "case when l.lanvalidator <> 0 then l.lanvalidator::pg_catalog.regproc::text end",
     .help = "function that looks at new routines",
     .alter = replace},
    {.key = "trusted",
     .value = Value::boolean,
     .fallback = "false",
     .source = "l.lanpltrusted",
     .help = "users without special rights may write routines in it",
     .alter = replace},
};

constexpr FileForm forms[] = {{.section = "languages", .short_form = "handler"}};

}  // namespace

extern const KindRules language_rules;
constinit const KindRules language_rules{
    .key = "language",
    .noun = "LANGUAGE",
    .address = Address::database,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_language, .oid = "l.oid", .name = "l.lanname", .from = R"(
  from pg_catalog.pg_language l
 where l.oid >= 16384
 order by l.lanname)"},
    .owner_rows = R"(
        select 2612 as catalog, l.oid, l.lanowner as owner from pg_catalog.pg_language l)",
    // What was granted on a language means nothing, and cannot be said again, while the language is not trusted.
    .privilege_rows = R"(
        select 2612 as catalog, l.oid, 0 as sub, 11 as schema, l.lanacl as acl,
               pg_catalog.acldefault('l', l.lanowner) as usual
          from pg_catalog.pg_language l
         where l.lanacl is not null
           and l.lanpltrusted)",
    .takes_labels = true,
    .forms = forms,
    .create = create,
};

}  // namespace plumb
