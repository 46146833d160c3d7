#include <fmt/core.h>

#include "schema/kinds/inherited.h"
#include "schema/kinds/words.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { ancestors };

constexpr RawColumn raw[] = {{.sql = R"((with recursive up (oid) as
           (select t.tgparentid
            union all
            select a.tgparentid
              from up
              join pg_catalog.pg_trigger a on a.oid = up.oid
             where a.tgparentid <> 0)
         select pg_catalog.array_agg(up.oid)
           from up))"}};

bool read(Reader& reader) {
  reader.add_need(reader.address(), link_address(reader.table(), 1));
  for (const std::string& trigger : array_elements(reader.raw_text(ancestors))) {
    reader.add_need(reader.address(), {pg_trigger, to_oid(trigger), 0});
  }
  return true;
}

/// Partitions of the partition follow.
Statements put_into(const View& trigger, std::string_view state) {
  return {
      {fmt::format("{} {} TRIGGER {}", alter_table(trigger), enabling_verb(state), quote_identifier(trigger.name()))}};
}

Statements create(const View& trigger, std::span<const std::string>) {
  return put_into(trigger, trigger.text("enabled"));
}

Statements drop(const View& trigger) { return put_into(trigger, trigger.text("instead_of")); }

std::optional<Statements> alter(const View&, const View& after) { return create(after, {}); }

constexpr AttributeRule attributes[] = {
    {.key = "enabled",
     .source = R"(case t.tgenabled when 'D' then 'disabled' when 'R' then 'replica'
                            when 'A' then 'always' else 'origin' end)",
     .help = "origin, replica, always or disabled, where the trigger of the partitioned table is something else",
     .choices = enabling_words,
     .alter = alter,
     .disturbs = Disturbs::dependents,
     .required = true},
    {.key = "instead_of",
     .source = R"(case p.tgenabled when 'D' then 'disabled' when 'R' then 'replica'
                            when 'A' then 'always' else 'origin' end)",
     .help = "the state of the trigger that it comes from",
     .alter = [](const View&, const View&) { return std::optional{Statements{}}; },
     .derived = true},
};

constexpr Kind owners[] = {Kind::table, Kind::foreign_table};
constexpr FileForm forms[] = {{.section = "partition_triggers", .within = owners, .short_form = "enabled"}};

}  // namespace

extern const KindRules partition_trigger_rules;
constinit const KindRules partition_trigger_rules{
    .key = "partition_trigger",
    .noun = "TRIGGER",
    .address = Address::table,
    .address_sql = address_on_table,
    .attributes = attributes,
    // The copy that a partition has of a trigger is an object where its state differs from that of its original
    // (manual, ALTER TABLE, "DISABLE/ENABLE TRIGGER"). Before 15, copies pass for internal.
    .inspection = {.catalog = pg_trigger,
                   .oid = "t.oid",
                   .table = "t.tgrelid",
                   .name = "t.tgname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_trigger t
  join pg_catalog.pg_trigger p on p.oid = t.tgparentid
 where t.oid >= 16384
   and t.tgenabled <> p.tgenabled
   and not (t.tgisinternal and t.tgconstrrelid <> 0)
 order by t.tgrelid, t.tgname)",
                   .read = read},
    .forms = forms,
    .create = create,
    .drop = drop,
    .dies_with_parent = true,
};

}  // namespace plumb
