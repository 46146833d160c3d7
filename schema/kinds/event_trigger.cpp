#include <fmt/core.h>

#include "schema/kinds/words.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements create(const View& trigger, std::span<const std::string>) {
  std::string sql = fmt::format("CREATE EVENT TRIGGER {} ON {}", address(trigger), trigger.text("event"));
  std::string tags;
  for (std::string_view tag : trigger.list("tags")) tags += (tags.empty() ? "" : ", ") + quote_literal(tag);
  if (!tags.empty()) sql += fmt::format(" WHEN TAG IN ({})", tags);
  return {{sql + fmt::format(" EXECUTE FUNCTION {}", trigger.text("execute"))}};
}

std::optional<Statements> alter_enabled(const View&, const View& after) {
  return Statements{{fmt::format("ALTER EVENT TRIGGER {} {}", address(after), enabling_verb(after.text("enabled")))}};
}

Statements after_create(const View& trigger) {
  return trigger.text("enabled") == "origin" ? Statements{} : *alter_enabled(trigger, trigger);
}

constexpr AttributeRule attributes[] = {
    {.key = "event",
     .source = "e.evtevent",
     .help = "ddl_command_start, ddl_command_end, table_rewrite, sql_drop or login",
     .required = true},
    {.key = "tags",
     .value = Value::names,
     .source = R"(case when e.evttags is not null
                   then e.evttags end)",
     .help = "the commands that it is for, as [CREATE TABLE]; all when silent"},
    {.key = "execute",
     .source = "pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) || '()'",
     .help = "the function, as in \"app.note_ddl()\"",
     .required = true},
    {.key = "enabled",
     .fallback = "origin",
     .source = "case e.evtenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end",
     .help = "origin, replica or always: by session_replication_role; or disabled",
     .choices = enabling_words,
     .alter = alter_enabled},
};

constexpr FileForm forms[] = {{.section = "event_triggers"}};

}  // namespace

extern const KindRules event_trigger_rules;
constinit const KindRules event_trigger_rules{
    .key = "event_trigger",
    .noun = "EVENT TRIGGER",
    .address = Address::database,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_event_trigger, .oid = "e.oid", .name = "e.evtname", .from = R"(
  from pg_catalog.pg_event_trigger e
  join pg_catalog.pg_proc p on p.oid = e.evtfoid
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
 where e.oid >= 16384
 order by e.evtname)"},
    .owner_rows = R"(
        select 3466 as catalog, e.oid, e.evtowner as owner from pg_catalog.pg_event_trigger e)",
    .takes_labels = true,
    .forms = forms,
    .create = create,
    .after_create = after_create,
    .watches = true,
};

}  // namespace plumb
