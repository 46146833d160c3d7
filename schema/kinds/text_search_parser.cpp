#include <fmt/core.h>

#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

Statements create(const View& parser, std::span<const std::string>) {
  std::string options = fmt::format("START = {}", parser.text("start"));
  for (std::string_view key : {"gettoken", "end", "lextypes", "headline"}) {
    if (parser.has(key)) options += fmt::format(", {} = {}", upper(key), parser.text(key));
  }
  return {{fmt::format("CREATE TEXT SEARCH PARSER {} ({})", address(parser), options)}};
}

constexpr AttributeRule attributes[] = {
    {.key = "start", .source = "p.prsstart::text", .help = "function that begins with a text", .required = true},
    {.key = "gettoken", .source = "p.prstoken::text", .help = "function that yields the next token", .required = true},
    {.key = "end", .source = "p.prsend::text", .help = "function that ends with a text", .required = true},
    {.key = "lextypes",
     .source = "p.prslextype::text",
     .help = "function that lists the kinds of token",
     .required = true},
    {.key = "headline",
     .source = "case when p.prsheadline <> 0 then p.prsheadline::text end",
     .help = "function behind ts_headline"},
};

constexpr FileForm forms[] = {{.section = "text_search_parsers"}};

}  // namespace

extern const KindRules text_search_parser_rules;
constinit const KindRules text_search_parser_rules{
    .key = "text_search_parser",
    .noun = "TEXT SEARCH PARSER",
    .address = Address::schema,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_ts_parser, .oid = "p.oid", .schema = "p.prsnamespace", .name = "p.prsname", .from = R"(
  from pg_catalog.pg_ts_parser p
 where p.oid >= 16384
 order by p.prsnamespace, p.prsname)"},
    .forms = forms,
    .create = create,
};

}  // namespace plumb
