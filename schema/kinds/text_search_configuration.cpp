#include <algorithm>

#include <fmt/core.h>

#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// What becomes of the tokens of one kind: "word=app.names, simple".
struct Mapping {
  std::string_view token;
  std::string_view dictionaries;
};

std::vector<Mapping> mappings(const View& configuration) {
  std::vector<Mapping> all;
  for (std::string_view text : configuration.list("mappings")) {
    const auto equals = text.find('=');
    all.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return all;
}

Statement change(const View& configuration, std::string_view verb, const Mapping& mapping) {
  return {fmt::format("ALTER TEXT SEARCH CONFIGURATION {} {} MAPPING FOR {} WITH {}", address(configuration), verb,
                      quote_identifier(mapping.token), mapping.dictionaries)};
}

Statements create(const View& configuration, std::span<const std::string>) {
  Statements statements{{fmt::format("CREATE TEXT SEARCH CONFIGURATION {} (PARSER = {})", address(configuration),
                                     configuration.text("parser"))}};
  for (const Mapping& mapping : mappings(configuration)) statements.push_back(change(configuration, "ADD", mapping));
  return statements;
}

std::optional<Statements> alter_mappings(const View& before, const View& after) {
  const auto old_ones = mappings(before);
  const auto new_ones = mappings(after);
  Statements statements;
  for (const Mapping& mapping : old_ones) {
    if (std::ranges::find(new_ones, mapping.token, &Mapping::token) != new_ones.end()) continue;
    statements.push_back({fmt::format("ALTER TEXT SEARCH CONFIGURATION {} DROP MAPPING FOR {}", address(after),
                                      quote_identifier(mapping.token))});
  }
  for (const Mapping& mapping : new_ones) {
    const auto known = std::ranges::find(old_ones, mapping.token, &Mapping::token);
    if (known == old_ones.end()) {
      statements.push_back(change(after, "ADD", mapping));
    } else if (known->dictionaries != mapping.dictionaries) {
      statements.push_back(change(after, "ALTER", mapping));
    }
  }
  return statements;
}

/// Dictionaries are all that it uses and that can step aside. Mappings that change are altered anyway.
std::optional<Statements> rebind(const View& before, const View& after) {
  const auto old_ones = before.list("mappings");
  Statements statements;
  for (const Mapping& mapping : mappings(after)) {
    const std::string text = fmt::format("{}={}", mapping.token, mapping.dictionaries);
    if (std::ranges::find(old_ones, text) != old_ones.end()) statements.push_back(change(after, "ALTER", mapping));
  }
  return statements;
}

constexpr AttributeRule attributes[] = {
    {.key = "parser",
     .fallback = "\"default\"",
     .source = R"(case when n.nspname <> 'pg_catalog' then pg_catalog.quote_ident(n.nspname) || '.' else '' end
                  || pg_catalog.quote_ident(p.prsname))",
     .help = "text search parser that splits a text into tokens"},
    {.key = "mappings",
     .value = Value::options,
     .source = R"(array(select t.alias || '=' || m.dictionaries
                          from (select g.maptokentype, pg_catalog.string_agg(
                                         g.mapdict::pg_catalog.regdictionary::text, ', ' order by g.mapseqno) as dictionaries
                                  from pg_catalog.pg_ts_config_map g
                                 where g.mapcfg = c.oid
                                 group by g.maptokentype) m
                          join pg_catalog.ts_token_type(c.cfgparser) t on t.tokid = m.maptokentype))",
     .help = "dictionaries for each kind of token, the first that knows it counts, as in {word: [app.names, simple]}",
     .alter = alter_mappings},
};

constexpr FileForm forms[] = {{.section = "text_search_configurations"}};

}  // namespace

extern const KindRules text_search_configuration_rules;
constinit const KindRules text_search_configuration_rules{
    .key = "text_search_configuration",
    .noun = "TEXT SEARCH CONFIGURATION",
    .address = Address::schema,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_ts_config, .oid = "c.oid", .schema = "c.cfgnamespace", .name = "c.cfgname", .from = R"(
  from pg_catalog.pg_ts_config c
  join pg_catalog.pg_ts_parser p on p.oid = c.cfgparser
  join pg_catalog.pg_namespace n on n.oid = p.prsnamespace
 where c.oid >= 16384
 order by c.cfgnamespace, c.cfgname)"},
    .owner_rows = R"(
        select 3602 as catalog, c.oid, c.cfgowner as owner from pg_catalog.pg_ts_config c)",
    .forms = forms,
    .create = create,
    .rebind = rebind,
};

}  // namespace plumb
