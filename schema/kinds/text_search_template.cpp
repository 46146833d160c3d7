#include <fmt/core.h>

#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements create(const View& self, std::span<const std::string>) {
  const std::string init = self.has("init") ? fmt::format("INIT = {}, ", self.text("init")) : "";
  return {{fmt::format("CREATE TEXT SEARCH TEMPLATE {} ({}LEXIZE = {})", address(self), init, self.text("lexize"))}};
}

constexpr AttributeRule attributes[] = {
    {.key = "init",
     .source = "case when t.tmplinit <> 0 then t.tmplinit::text end",
     .help = "function that takes the options of a dictionary"},
    {.key = "lexize",
     .source = "t.tmpllexize::text",
     .help = "function that makes lexemes of a token",
     .required = true},
};

constexpr FileForm forms[] = {{.section = "text_search_templates", .short_form = "lexize"}};

}  // namespace

extern const KindRules text_search_template_rules;
constinit const KindRules text_search_template_rules{
    .key = "text_search_template",
    .noun = "TEXT SEARCH TEMPLATE",
    .address = Address::schema,
    .rename = rename_object,
    .attributes = attributes,
    .inspection =
        {.catalog = pg_ts_template, .oid = "t.oid", .schema = "t.tmplnamespace", .name = "t.tmplname", .from = R"(
  from pg_catalog.pg_ts_template t
 where t.oid >= 16384
 order by t.tmplnamespace, t.tmplname)"},
    .forms = forms,
    .create = create,
};

}  // namespace plumb
