#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "schema/kinds/column_cast.h"
#include "schema/kinds/column_copies.h"
#include "schema/kinds/column_creation.h"
#include "schema/kinds/column_generated.h"
#include "schema/kinds/column_identity.h"
#include "schema/kinds/column_null.h"
#include "schema/kinds/column_reading.h"
#include "schema/kinds/column_rebind.h"
#include "schema/kinds/column_toast.h"
#include "schema/kinds/column_type.h"
#include "schema/kinds/domain.h"
#include "schema/kinds/extension_dependency.h"
#include "schema/kinds/foreign_options.h"
#include "schema/kinds/inherited.h"
#include "schema/kinds/words.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

bool comes_along(const View& column) { return is_inherited(column) || is_of_type(column); }

Statements drop_column(const View& column, std::string_view table) {
  return {{fmt::format("{} DROP COLUMN {}", table, quote_identifier(column.name())), Transaction::any,
           column.has("generated") || !holds_values(column) ? "" : "drop-column"}};
}

Statements with_not_null_left_to_heirs(const View& column, const Statements& drop) {
  Statements statements = leave_not_null_to_heirs(column);
  statements.insert(statements.end(), drop.begin(), drop.end());
  return statements;
}

Statements drop(const View& column) {
  const Statements statements = drop_column(column, alter_table(column));
  const bool has_merged_heirs =
      std::ranges::any_of(heirs_of(column), [](const View& heir) { return !is_inherited(heir); });
  return has_merged_heirs ? with_not_null_left_to_heirs(column, statements) : statements;
}

Statements drop_alone(const View& column) {
  return with_not_null_left_to_heirs(column, drop_column(column, "ALTER TABLE ONLY " + table_address(column)));
}

// ---- altering -----------------------------------------------------------------------------------------------------

/// ALTER COLUMN ... TYPE, and what PostgreSQL needs around it.
std::optional<Statements> change_type(const View& before, const View& after) {
  if (is_partitioned_by(before)) return std::nullopt;
  Statements statements;
  if (drops_identity(before, after) && before.text("type") != after.text("type")) {
    statements.push_back(alter_column(after, "DROP IDENTITY"));
  } else {
    narrow_identity(before, after, statements);
  }
  const Conversion conversion = convert(before.text("type"), after.text("type"));
  Statement type = alter_column(after, fmt::format("TYPE {}", after.sql("type")));
  if (after.has("collation")) type.sql += fmt::format(" COLLATE {}", after.text("collation"));
  const bool may_lose = convert(below_domains(before).text("type"), below_domains(after).text("type")).may_lose;
  if (holds_values(after) && conversion.may_lose && may_lose) type.consent = "change-type";
  if (!conversion.needs_using) {
    statements.push_back(type);
    return statements;
  }
  if (before.has("generated")) {  // it takes no USING
    if (after.has("generated")) return std::nullopt;
    statements.push_back(alter_column(after, "DROP EXPRESSION"));
  }
  if (holds_values(after)) type.sql += " USING " + convert_value(quote_identifier(after.name()), before, after);
  statements.push_back(type);
  return statements;
}

std::optional<Statements> alter_type(const View& before, const View& after) {
  auto statements = change_type(before, after);
  if (!statements) return std::nullopt;
  restore_storage(before, after, *statements);
  restore_comments_of_copies(before, after, *statements);
  for (const View& index : after.parent()->children(Kind::index)) {
    const Object* same = before.catalog().find(index.object().identity);
    if (same != nullptr) keep_extension_dependencies({before.catalog(), *same}, index, *statements);
  }
  return around_change_of_used(before, after, around_change_of_type(before, after, std::move(*statements)));
}

std::optional<Statements> alter_statistics(const View&, const View& after) {
  return Statements{{fmt::format("{} SET STATISTICS {}", alter_column_alone(after),
                                 after.has("statistics") ? after.text("statistics") : "-1")}};
}

std::optional<Statements> alter_options(const View& before, const View& after) {
  std::string alter = alter_column(after, "").sql;
  alter.pop_back();  // the space before what follows
  return change_options(before, after, "with", alter);
}

std::optional<Statements> alter_foreign_options(const View& before, const View& after) {
  return Statements{alter_column(after, options_change(before, after))};
}

constexpr std::string_view identity_words[] = {"always", "by default"};
constexpr std::string_view persistence_words[] = {"logged", "unlogged"};
constexpr std::string_view compression_words[] = {"pglz", "lz4", "default"};

constexpr AttributeRule own_foreign_options() {
  AttributeRule rule = foreign_options_rule(
      "a.attfdwoptions", "what the wrapper of a foreign table wants to know, as in {column_name: id}",
      alter_foreign_options);
  rule.own = true;
  return rule;
}

constexpr AttributeRule attributes[] = {
    {.key = "type",
     .source = "pg_catalog.format_type(a.atttypid, a.atttypmod)",
     .help = "data type, as in \"varchar(20)\" or \"vector(384)\"",
     .alter = alter_type,
     .disturbs = Disturbs::dependents,
     .required = true,
     .unless = "inherited",
     .settled_by = "of"},
    {.key = "inherited",
     .value = Value::boolean,
     .fallback = "false",
     .help = "comes from the table that this one is a partition of or inherits from, and says only what differs",
     .alter = alter_null_and_identity,
     .own = true,
     .frees_name = true},
    {.key = "collation",
     .help = "collation; that of the type when silent",
     .alter = alter_type,
     .disturbs = Disturbs::dependents,
     .settled_by = "of"},
    {.key = "generated",
     .value = Value::expression,
     .source = R"(
  case when a.attgenerated <> ''
       then (select pg_catalog.pg_get_expr(d.adbin, d.adrelid)
               from pg_catalog.pg_attrdef d
              where d.adrelid = a.attrelid
                and d.adnum = a.attnum) end)",
     .help = "expression that the value is computed from",
     .alter = alter_generated},
    {.key = "virtual",
     .value = Value::boolean,
     .fallback = "false",
     .help = "a generated value is computed when read instead of stored (PostgreSQL 18)"},
    {.key = "generated_here",
     .value = Value::expression,
     .source = R"(
  case when a.attgenerated <> '' and a.attinhcount > 0 and not a.attislocal
       then (select pg_catalog.pg_get_expr(d.adbin, d.adrelid)
               from pg_catalog.pg_attrdef d
              where d.adrelid = a.attrelid
                and d.adnum = a.attnum
                and not exists (select
                                  from pg_catalog.pg_inherits i
                                  join pg_catalog.pg_attribute o on o.attrelid = i.inhparent
                                                                and o.attname = a.attname
                                  join pg_catalog.pg_attrdef p on p.adrelid = o.attrelid
                                                              and p.adnum = o.attnum
                                 where i.inhrelid = a.attrelid
                                   and pg_catalog.pg_get_expr(p.adbin, p.adrelid)
                                       = pg_catalog.pg_get_expr(d.adbin, d.adrelid))) end)",
     .help = "expression of a column that is inherited, where that computes something else",
     .alter = alter_generated_here,
     .own = true,
     .since = 170000},
    {.key = "not_null",
     .value = Value::boolean,
     .fallback = "false",
     .help = "refuses NULL",
     .alter = alter_null_and_identity,
     .own = true,
     .is_fixed = keeps_own_not_null},
    {.key = "not_null_inherited",
     .value = Value::boolean,
     .fallback = "false",
     .help = "refuses NULL because a column that it inherits does",
     .alter = alter_null_and_identity,
     .derived = true,
     .is_fixed = keeps_own_not_null},
    {.key = "not_null_merged",
     .value = Value::boolean,
     .fallback = "false",
     .help = "the column of a partition goes on refusing NULL when that of its parent does not (PostgreSQL 18)",
     .alter = alter_null_and_identity,
     .derived = true},
    {.key = "not_null_inherited_name",
     .help = "name of a constraint that it inherits under another name than the parent's (PostgreSQL 18)",
     .alter = alter_null_and_identity,
     .own = true,
     .only_if_declared = true,
     .goes_with = "not_null_inherited",
     .is_fixed = has_fixed_not_null_name},
    {.key = "not_null_name",
     .help = "name of that constraint; when silent, any will do, and a new one is PostgreSQL's choice",
     .alter = alter_null_and_identity,
     .own = true,
     .only_if_declared = true,
     .goes_with = "not_null",
     .frees_name = true,
     .since = 180000,
     .is_fixed = has_fixed_not_null_name},
    {.key = "not_null_no_inherit",
     .value = Value::boolean,
     .fallback = "false",
     .help = "tables that inherit the column may have NULL there",
     .alter = alter_null_and_identity,
     .own = true,
     .since = 180000},
    {.key = "not_null_not_valid",
     .value = Value::boolean,
     .fallback = "false",
     .help = "rows from before the constraint were not checked",
     .alter = alter_null_and_identity,
     .own = true,
     .since = 180000},
    {.key = "not_null_comment",
     .help = "comment on that constraint",
     .alter = alter_not_null_comment,
     .own = true,
     .since = 180000},
    {.key = "identity",
     .help = "values come from a sequence of the column's own: \"always\" or \"by default\"",
     .choices = identity_words,
     .alter = alter_null_and_identity,
     .own = true},
    {.key = "identity_sequence",
     .help = "name of that sequence; table_column_seq when silent",
     .alter = alter_null_and_identity,
     .own = true,
     .frees_name = true},
    {.key = "identity_persistence",
     .help = "\"logged\" or \"unlogged\", where its table is otherwise: whether that sequence has a write-ahead log",
     .choices = persistence_words,
     .alter = alter_identity_persistence,
     .own = true,
     .since = 150000},
    {.key = "identity_start",
     .value = Value::integer,
     .fallback = "1",
     .help = "first value of the sequence",
     .alter = alter_null_and_identity,
     .own = true},
    {.key = "identity_increment",
     .value = Value::integer,
     .fallback = "1",
     .help = "step of the sequence",
     .alter = alter_null_and_identity,
     .own = true},
    {.key = "identity_minimum",
     .value = Value::integer,
     .fallback = "1",
     .help = "lowest value of the sequence",
     .alter = alter_null_and_identity,
     .own = true},
    {.key = "identity_maximum",
     .value = Value::integer,
     .help = "highest value of the sequence; that of the type when silent",
     .alter = alter_null_and_identity,
     .own = true},
    {.key = "identity_cache",
     .value = Value::integer,
     .fallback = "1",
     .help = "how many values a session fetches at once",
     .alter = alter_null_and_identity,
     .own = true},
    {.key = "identity_cycle",
     .value = Value::boolean,
     .fallback = "false",
     .help = "starts again at the other end",
     .alter = alter_null_and_identity,
     .own = true},
    {.key = "storage",
     .help = "TOAST strategy: plain, external, extended or main",
     .choices = storage_words,
     .alter = alter_storage,
     .own = true},
    {.key = "compression",
     .source = R"(
  case a.attcompression
       when 'p' then 'pglz'
       when 'l' then 'lz4'
       else case when a.attinhcount > 0
                  and a.attname in (select p.attname
                                      from pg_catalog.pg_attribute p
                                     where p.attrelid in (select i.inhparent from pg_catalog.pg_inherits i)
                                       and p.attcompression <> '')
                  and exists (select
                                from pg_catalog.pg_inherits i
                                join pg_catalog.pg_attribute p on p.attrelid = i.inhparent
                                                              and p.attname = a.attname
                               where i.inhrelid = a.attrelid
                                 and p.attcompression <> '')
                 then 'default' end end)",
     .help = "compression of large values: pglz or lz4; default where a table that it comes from says another",
     .choices = compression_words,
     .alter = alter_compression,
     .own = true},
    {.key = "statistics",
     .value = Value::integer,
     .source = "nullif(a.attstattarget, -1)",
     .help = "statistics target of ANALYZE",
     .alter = alter_statistics,
     .own = true},
    {.key = "with",
     .value = Value::options,
     .help = "options, as in {n_distinct: -0.5}",
     .alter = alter_options,
     .own = true},
    own_foreign_options(),
};

constexpr Kind owners[] = {Kind::table, Kind::foreign_table};
constexpr FileForm forms[] = {{.section = "columns", .within = owners, .short_form = "type"}};
constexpr Advice advice[] = {
    {"unknown key `nullable`", "a column takes NULL unless it says `not_null: true`"},
    {"unknown key `null`", "a column takes NULL unless it says `not_null: true`"},
    {"unknown key `primary_key`", "a key belongs to the table, as in `primary_key: [id]`"},
    {"unknown key `unique`", "a key belongs to the table, as in `unique_keys: {people_mail_key: [mail]}`"},
    {"unknown key `check`", "a check belongs to the table, as in `checks: {positive: price > 0}`"},
    {"unknown key `index`", "an index belongs to the table, as in `indexes: {people_mail_idx: [mail]}`"},
};

}  // namespace

extern const KindRules column_rules;
constinit const KindRules column_rules{
    .key = "column",
    .noun = "COLUMN",
    .address = Address::table,
    .address_sql = [](const View& column) { return table_address(column) + '.' + quote_identifier(column.name()); },
    .rename = rename_part,
    .attributes = attributes,
    .inspection = {.catalog = pg_class,
                   .oid = "a.attrelid",
                   .sub = "a.attnum",
                   .table = "a.attrelid",
                   .name = "a.attname",
                   .raw = column_raw,
                   .from = column_from,
                   .parents_first = true,
                   .read = read_column},
    .privilege_rows = R"(
        select 1259 as catalog, a.attrelid as oid, a.attnum as sub, c.relnamespace as schema, a.attacl as acl,
               pg_catalog.acldefault('c', c.relowner) as usual
          from pg_catalog.pg_class c
          join pg_catalog.pg_attribute a on a.attrelid = c.oid
         where c.relkind in ('r', 'p', 'f', 'm', 'v')
           and a.attacl is not null
           and not a.attisdropped)",
    .takes_labels = true,
    .keeps_results = [](const View& column) -> std::string_view {
      if (!column.has("generated") || column.is("virtual")) return {};
      return "keeps the values that the old one computed: write its rows again with UPDATE";
    },
    .forms = forms,
    .advice = advice,
    .interface = true,
    .create = create_column,
    .after_create = finish_column,
    .part_of_create = column_in_create,
    .comes_along = comes_along,
    .drop = drop,
    .dies_with_parent = true,
    .ordered = true,
    .holds_parent = is_partitioned_by,
    .carrier = carrier,
    .drop_alone = drop_alone,
    .follows = true,
    .follows_change = follows_type,
    .rebind = rebind_column,
    .evaluates = true,
};

}  // namespace plumb
