#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "schema/kinds/deparsed.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

constexpr auto npos = std::string_view::npos;

std::string_view name_of(std::string_view option) { return option.substr(0, option.find('=')); }

/// "maxlen = '6'" from "maxlen=6".
// A template may want a number, and does not take a text for it, or the other way round.
std::string option_sql(std::string_view option) {
  const std::string_view value = option.substr(option.find('=') + 1);
  const bool is_number = !value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos;
  return fmt::format("{} = {}", quote_identifier(name_of(option)),
                     is_number ? std::string{value} : quote_literal(value));
}

Statements create(const View& dictionary, std::span<const std::string>) {
  std::string options = fmt::format("TEMPLATE = {}", dictionary.text("template"));
  for (std::string_view option : dictionary.in_order("options")) options += ", " + option_sql(option);
  return {{fmt::format("CREATE TEXT SEARCH DICTIONARY {} ({})", address(dictionary), options)}};
}

// An option without a value is taken away (manual, ALTER TEXT SEARCH DICTIONARY).
std::optional<Statements> alter_options(const View& before, const View& after) {
  const auto old_options = before.list("options");
  const auto new_options = after.in_order("options");
  std::string changes;
  const auto add = [&](const std::string& change) { changes += (changes.empty() ? "" : ", ") + change; };
  for (std::string_view option : old_options) {
    if (std::ranges::find(new_options, name_of(option), name_of) == new_options.end()) {
      add(quote_identifier(name_of(option)));
    }
  }
  for (std::string_view option : new_options) {
    if (std::ranges::find(old_options, option) == old_options.end()) add(option_sql(option));
  }
  return Statements{{fmt::format("ALTER TEXT SEARCH DICTIONARY {} ({})", address(after), changes)}};
}

/// What an identifier or a constant says, in the words that PostgreSQL keeps options in: name, "Name", 6, 'x', E'\\'.
std::string unquoted(std::string_view sql) {
  if (sql.starts_with('E')) sql.remove_prefix(1);
  if (sql.size() < 2 || (sql.front() != '\'' && sql.front() != '"')) return std::string{sql};
  const char quote = sql.front();
  sql = sql.substr(1, sql.size() - 2);
  std::string text;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if ((sql[i] == quote || (sql[i] == '\\' && quote == '\'')) && i + 1 < sql.size()) ++i;
    text += sql[i];
  }
  return text;
}

enum Raw : std::size_t { options };

constexpr RawColumn raw[] = {{.sql = "d.dictinitoption"}};

bool read(Reader& reader) {
  std::vector<std::string> texts;
  for (std::string_view rest = reader.raw_text(options); !rest.empty();) {
    const auto end = find_outside(rest, ", ");
    const auto option = rest.substr(0, end);
    const auto equals = find_outside(option, " = ");
    texts.push_back(unquoted(option.substr(0, equals)) + '=' + unquoted(option.substr(equals + 3)));
    rest = end == npos ? std::string_view{} : rest.substr(end + 2);
  }
  reader.set_list("options", texts);
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "template",
     .source = R"(case when n.nspname <> 'pg_catalog' then pg_catalog.quote_ident(n.nspname) || '.' else '' end
                  || pg_catalog.quote_ident(t.tmplname))",
     .help = "text search template, as simple or snowball",
     .required = true},
    {.key = "options",
     .value = Value::options,
     .help = "what the template asks for, as in {language: english, stopwords: english}",
     .alter = alter_options},
};

constexpr FileForm forms[] = {{.section = "text_search_dictionaries", .short_form = "template"}};

}  // namespace

extern const KindRules text_search_dictionary_rules;
constinit const KindRules text_search_dictionary_rules{
    .key = "text_search_dictionary",
    .noun = "TEXT SEARCH DICTIONARY",
    .address = Address::schema,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_ts_dict,
                   .oid = "d.oid",
                   .schema = "d.dictnamespace",
                   .name = "d.dictname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_ts_dict d
  join pg_catalog.pg_ts_template t on t.oid = d.dicttemplate
  join pg_catalog.pg_namespace n on n.oid = t.tmplnamespace
 where d.oid >= 16384
 order by d.dictnamespace, d.dictname)",
                   .read = read},
    .owner_rows = R"(
        select 3600 as catalog, d.oid, d.dictowner as owner from pg_catalog.pg_ts_dict d)",
    .forms = forms,
    .create = create,
    .steps_aside = true,
};

}  // namespace plumb
