#include <fmt/core.h>

#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements create(const View& conversion, std::span<const std::string>) {
  return {{fmt::format("CREATE {}CONVERSION {} FOR {} TO {} FROM {}", conversion.is("default") ? "DEFAULT " : "",
                       address(conversion), quote_literal(conversion.text("from")),
                       quote_literal(conversion.text("to")), conversion.text("function"))}};
}

constexpr AttributeRule attributes[] = {
    {.key = "from",
     .source = "pg_catalog.pg_encoding_to_char(c.conforencoding)",
     .help = "encoding that it takes, as UTF8",
     .required = true},
    {.key = "to",
     .source = "pg_catalog.pg_encoding_to_char(c.contoencoding)",
     .help = "encoding that it yields",
     .required = true},
    {.key = "function", .source = "c.conproc::text", .help = "the function that converts", .required = true},
    {.key = "default",
     .value = Value::boolean,
     .fallback = "false",
     .source = "c.condefault",
     .help = "is taken in its schema for these encodings"},
};

constexpr FileForm forms[] = {{.section = "conversions"}};

}  // namespace

extern const KindRules conversion_rules;
constinit const KindRules conversion_rules{
    .key = "conversion",
    .noun = "CONVERSION",
    .address = Address::schema,
    .rename = rename_object,
    .attributes = attributes,
    .inspection =
        {.catalog = pg_conversion, .oid = "c.oid", .schema = "c.connamespace", .name = "c.conname", .from = R"(
  from pg_catalog.pg_conversion c
 where c.oid >= 16384
 order by c.connamespace, c.conname)"},
    .owner_rows = R"(
        select 2607 as catalog, c.oid, c.conowner as owner from pg_catalog.pg_conversion c)",
    .forms = forms,
    .create = create,
};

}  // namespace plumb
