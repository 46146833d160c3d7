#include <fmt/core.h>

#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

Statements create(const View& method, std::span<const std::string>) {
  return {{fmt::format("CREATE ACCESS METHOD {} TYPE {} HANDLER {}", address(method), upper(method.text("type")),
                       method.text("handler"))}};
}

constexpr std::string_view types[] = {"index", "table"};

constexpr AttributeRule attributes[] = {
    {.key = "type",
     .fallback = "index",
     .source = "case m.amtype when 't' then 'table' end",
     .help = "index or table: what is kept with it",
     .choices = types},
    {.key = "handler", .source = "m.amhandler::text", .help = "function that tells PostgreSQL how", .required = true},
};

constexpr FileForm forms[] = {{.section = "access_methods", .short_form = "handler"}};

}  // namespace

extern const KindRules access_method_rules;
constinit const KindRules access_method_rules{
    .key = "access_method",
    .noun = "ACCESS METHOD",
    .address = Address::database,
    .attributes = attributes,
    .inspection = {.catalog = pg_am, .oid = "m.oid", .name = "m.amname", .from = R"(
  from pg_catalog.pg_am m
 where m.oid >= 16384
 order by m.amname)"},
    .forms = forms,
    .create = create,
};

}  // namespace plumb
