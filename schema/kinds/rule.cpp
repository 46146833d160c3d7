#include <fmt/core.h>

#include "schema/error.h"
#include "schema/kinds/deparsed.h"
#include "schema/kinds/words.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

constexpr auto npos = std::string_view::npos;

std::string definition(const View& rule, std::string_view verb) {
  std::string sql = fmt::format("{} RULE {} AS ON {} TO {}", verb, quote_identifier(rule.name()),
                                upper(rule.text("event")), table_address(rule));
  if (rule.has("where")) sql += fmt::format(" WHERE {}", rule.sql("where"));
  return sql + fmt::format(" DO {}{}", rule.is("instead") ? "INSTEAD " : "", rule.sql("do"));
}

Statements create(const View& rule, std::span<const std::string>) { return {{definition(rule, "CREATE")}}; }

std::optional<Statements> replace(const View&, const View& after) {
  return Statements{{definition(after, "CREATE OR REPLACE")}};
}

std::optional<Statements> alter_enabled(const View&, const View& after) {
  return Statements{{fmt::format("{} {} RULE {}", alter_table(after), enabling_verb(after.text("enabled")),
                                 quote_identifier(after.name()))}};
}

Statements after_create(const View& rule) {
  return rule.text("enabled") == "origin" ? Statements{} : *alter_enabled(rule, rule);
}

enum Raw : std::size_t { text };

constexpr RawColumn raw[] = {{.sql = "pg_catalog.pg_get_ruledef(r.oid)"}};

std::string_view trim(std::string_view sql) {
  constexpr std::string_view blanks = " \n;";
  const auto begin = sql.find_first_not_of(blanks);
  return begin == npos ? std::string_view{} : sql.substr(begin, sql.find_last_not_of(blanks) + 1 - begin);
}

/// The condition and the commands come from pg_get_ruledef: pg_get_expr knows no OLD and NEW.
bool read(Reader& reader) {
  constexpr std::string_view to = " TO ";
  constexpr std::string_view where = " WHERE ";
  constexpr std::string_view verb = " DO";
  constexpr std::string_view instead = "INSTEAD";
  const std::string_view sql = reader.raw_text(text);
  const auto is_word = [&](std::size_t end) { return end < sql.size() && (sql[end] == ' ' || sql[end] == '\n'); };
  auto verb_at = find_outside(sql, verb, find_outside(sql, to));
  while (verb_at != npos && !is_word(verb_at + verb.size())) verb_at = find_outside(sql, verb, verb_at + 1);
  if (verb_at == npos) {
    throw Error{fmt::format("rule {}: cannot find its commands in what PostgreSQL says of it: {}",
                            reader.names().symbols().text(reader.identity().name), sql)};
  }
  const std::string_view head = sql.substr(0, verb_at);
  std::string_view commands = sql.substr(verb_at + verb.size() + 1);
  if (const auto at = find_outside(head, where); at != npos) reader.set("where", trim(head.substr(at + where.size())));
  if (commands.starts_with(instead)) commands.remove_prefix(instead.size());
  reader.set("do", trim(commands));
  return true;
}

constexpr std::string_view events[] = {"insert", "update", "delete", "select"};

constexpr AttributeRule attributes[] = {
    {.key = "event",
     .source = R"(case r.ev_type when '1' then 'select' when '2' then 'update' when '3' then 'insert'
                             when '4' then 'delete' end)",
     .help = "insert, update or delete",
     .choices = events,
     .alter = replace,
     .required = true},
    {.key = "where",
     .value = Value::expression,
     .help = "condition on OLD and NEW without which it does nothing",
     .alter = replace},
    {.key = "instead",
     .value = Value::boolean,
     .fallback = "false",
     .source = "r.is_instead",
     .help = "the commands run in the place of the original one, not beside it",
     .alter = replace},
    {.key = "do",
     .value = Value::expression,
     .help = "a command, several as (INSERT ...; DELETE ...), or NOTHING",
     .alter = replace,
     .required = true},
    {.key = "enabled",
     .fallback = "origin",
     .source = "case r.ev_enabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end",
     .help = "origin, replica or always: by session_replication_role; or disabled",
     .choices = enabling_words,
     .alter = alter_enabled},
};

constexpr Kind owners[] = {Kind::table, Kind::view};
constexpr FileForm forms[] = {{.section = "rules", .within = owners}};

}  // namespace

extern const KindRules rule_rules;
constinit const KindRules rule_rules{
    .key = "rule",
    .noun = "RULE",
    .address = Address::table,
    .address_sql = address_on_table,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_rewrite,
                   .oid = "r.oid",
                   .table = "r.ev_class",
                   .name = "r.rulename",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_rewrite r
 where r.oid >= 16384
   and r.rulename <> '_RETURN'
 order by r.ev_class, r.rulename)",
                   .read = read},
    .forms = forms,
    .create = create,
    .after_create = after_create,
    .dies_with_parent = true,
};

}  // namespace plumb
