#include <array>

#include <fmt/core.h>

#include "schema/rules.h"
#include "schema/secrets.h"
#include "schema/sql.h"

namespace plumb {

namespace {

// A subscription is described here, and not set to work: plumb never reaches for the publisher, neither from the live
// database nor from scratch. Like pg_restore it leaves a new one disabled and without a slot; that is for a person to
// do (manual, CREATE SUBSCRIPTION, "Notes"). Whether one is enabled is no part of its description.

struct Setting {
  std::string_view key;
  std::string_view option;
};

constexpr std::array settings{
    Setting{"slot", "slot_name"},
    Setting{"binary", "binary"},
    Setting{"streaming", "streaming"},
    Setting{"synchronous_commit", "synchronous_commit"},
    Setting{"two_phase", "two_phase"},
    Setting{"disable_on_error", "disable_on_error"},
    Setting{"origin", "origin"},
    Setting{"password_required", "password_required"},
    Setting{"run_as_owner", "run_as_owner"},
    Setting{"failover", "failover"},
};

bool has_slot(const View& subscription) { return subscription.text("slot") != "none"; }

std::string value_of(const View& subscription, std::string_view key) {
  if (key != "slot") return quote_literal(subscription.text(key));
  if (!has_slot(subscription)) return "NONE";
  return quote_literal(subscription.has("slot") ? subscription.text("slot") : subscription.name());
}

Statement change(const View& subscription, std::string_view what) {
  return {fmt::format("ALTER SUBSCRIPTION {} {}", address(subscription), what)};
}

// From 18 on the usual streaming is another, so it is always told.
Statements create(const View& subscription, std::span<const std::string>) {
  std::string with = "connect = false";
  for (const auto& [key, option] : settings) {
    const bool is_usual = subscription.text(key) == find_attribute(subscription.rules(), key)->fallback;
    if (!is_usual || key == "streaming") with += fmt::format(", {} = {}", option, value_of(subscription, key));
  }
  return {{fmt::format("CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {} WITH ({})", address(subscription),
                       quote_literal(subscription.text("connection")), join_names(subscription.list("publications")),
                       with)}};
}

/// What gives up a slot at the publisher, which stays there: only a disabled subscription can.
void give_up_slot(const View& subscription, Statements& statements) {
  statements.push_back(change(subscription, "DISABLE"));
  statements.push_back(change(subscription, "SET (slot_name = NONE)"));
}

// With a slot, DROP would reach for the publisher, and not run in a transaction.
Statements drop(const View& subscription) {
  Statements statements;
  if (has_slot(subscription)) give_up_slot(subscription, statements);
  statements.push_back({"DROP SUBSCRIPTION " + address(subscription), Transaction::any, "drop-subscription"});
  return statements;
}

std::optional<Statements> alter_connection(const View&, const View& after) {
  return Statements{change(after, "CONNECTION " + quote_literal(after.text("connection")))};
}

std::optional<Statements> alter_publications(const View&, const View& after) {
  return Statements{
      change(after, fmt::format("SET PUBLICATION {} WITH (refresh = false)", join_names(after.list("publications"))))};
}

std::optional<Statements> alter_settings(const View& before, const View& after) {
  Statements statements;
  std::string list;
  for (const auto& [key, option] : settings) {
    if (before.text(key) == after.text(key)) continue;
    if (key == "slot" && !has_slot(after)) {
      give_up_slot(after, statements);
    } else {
      list += fmt::format("{}{} = {}", list.empty() ? "" : ", ", option, value_of(after, key));
    }
  }
  if (!list.empty()) statements.push_back(change(after, "SET (" + list + ')'));
  return statements;
}

constexpr AttributeRule attributes[] = {
    {.key = "connection",
     .source = "s.subconninfo",
     .help = "how to reach the publisher, as in \"host=db.example dbname=shop password=${PASSWORD}\"",
     .alter = alter_connection,
     .required = true,
     .secrets = secrets_of_connection},
    {.key = "publications",
     .value = Value::names,
     .source = "s.subpublications",
     .help = "publications of the publisher",
     .alter = alter_publications,
     .required = true},
    {.key = "slot",
     .source = "case when s.subslotname is null then 'none' else nullif(s.subslotname, s.subname)::text end",
     .help = "replication slot of the publisher, or none; a new one is named like the subscription when silent",
     .alter = alter_settings,
     .only_if_declared = true,
     .clause = "slot_name"},
    {.key = "binary",
     .value = Value::boolean,
     .fallback = "false",
     .source = "s.subbinary",
     .help = "values are sent in binary form",
     .alter = alter_settings},
    {.key = "streaming",
     .fallback = "off",
     .source = "case s.substream::text when 'true' then 'on' when 't' then 'on' when 'p' then 'parallel' end",
     .help = "transactions are sent before they are complete: off, on, or parallel (from PostgreSQL 16 on)",
     .alter = alter_settings},
    {.key = "synchronous_commit",
     .fallback = "off",
     .source = "s.subsynccommit",
     .help = "synchronous_commit of what applies the changes",
     .alter = alter_settings},
    {.key = "two_phase",
     .value = Value::boolean,
     .fallback = "false",
     .source = "s.subtwophasestate <> 'd'",
     .help = "prepared transactions are sent when they are prepared (from PostgreSQL 15 on)",
     .since = 150000},
    {.key = "disable_on_error",
     .value = Value::boolean,
     .fallback = "false",
     .source = "s.subdisableonerr",
     .help = "an error disables it (from PostgreSQL 15 on)",
     .alter = alter_settings,
     .since = 150000},
    {.key = "origin",
     .fallback = "any",
     .source = "s.suborigin",
     .help = "any, or none: without changes that the publisher has from elsewhere (from PostgreSQL 16 on)",
     .alter = alter_settings,
     .since = 160000},
    {.key = "password_required",
     .value = Value::boolean,
     .fallback = "true",
     .source = "s.subpasswordrequired",
     .help = "an owner who is no superuser must log in with a password (from PostgreSQL 16 on)",
     .alter = alter_settings,
     .since = 160000},
    {.key = "run_as_owner",
     .value = Value::boolean,
     .fallback = "false",
     .source = "s.subrunasowner",
     .help = "changes are applied with the rights of its owner, not of the tables' (from PostgreSQL 16 on)",
     .alter = alter_settings,
     .since = 160000},
    {.key = "failover",
     .value = Value::boolean,
     .fallback = "false",
     .source = "s.subfailover",
     .help = "the slot is copied to the publisher's standbys (from PostgreSQL 17 on)",
     .since = 170000},
};

constexpr FileForm forms[] = {{.section = "subscriptions"}};

}  // namespace

extern const KindRules subscription_rules;
constinit const KindRules subscription_rules{
    .key = "subscription",
    .noun = "SUBSCRIPTION",
    .address = Address::database,
    .rename = rename_object,
    .attributes = attributes,
    // Subscriptions of all databases of the server stand in one catalog.
    .inspection = {.catalog = pg_subscription,
                   .oid = "s.oid",
                   .name = "s.subname",
                   .from = R"(
  from pg_catalog.pg_subscription s
  join pg_catalog.pg_database d on d.oid = s.subdbid
 where s.oid >= 16384
   and d.datname = pg_catalog.current_database()
 order by s.subname)",
                   .for_superusers = true},
    .owner_rows = R"(
        select 6100 as catalog, s.oid, s.subowner as owner
          from pg_catalog.pg_subscription s
          join pg_catalog.pg_database d on d.oid = s.subdbid
         where d.datname = pg_catalog.current_database())",
    .takes_labels = true,
    .forms = forms,
    .create = create,
    .drop = drop,
    .loss = "drop-subscription",
    .outreach = {.silence = R"(
do $$
  declare
    name text;
  begin
    for name in select s.subname
                  from pg_catalog.pg_subscription s
                  join pg_catalog.pg_database d on d.oid = s.subdbid
                 where d.datname = pg_catalog.current_database()
                   and s.subenabled
    loop
      execute pg_catalog.format('alter subscription %I disable', name);
    end loop;
  end $$)",
                 .release = R"(
do $$
  declare
    name text;
  begin
    for name in select s.subname
                  from pg_catalog.pg_subscription s
                  join pg_catalog.pg_database d on d.oid = s.subdbid
                 where d.datname = pg_catalog.current_database()
    loop
      execute pg_catalog.format('alter subscription %I disable', name);
      execute pg_catalog.format('alter subscription %I set (slot_name = none)', name);
      execute pg_catalog.format('drop subscription %I', name);
    end loop;
  end $$)",
                 .advice = "plumb reaches for no publisher: write WITH (connect = false) for a new subscription, and "
                           "let a person set it to work (manual, CREATE SUBSCRIPTION, \"Notes\")"},
};

}  // namespace plumb
