#include <algorithm>

#include <fmt/core.h>

#include "schema/kinds/rights.h"
#include "schema/kinds/storage.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string alter_view(const View& view) { return "ALTER MATERIALIZED VIEW " + address(view); }

Statements create(const View& view, std::span<const std::string>) {
  std::string sql = "CREATE MATERIALIZED VIEW " + address(view);
  if (view.text("using") != "heap") sql += " USING " + quote_identifier(view.text("using"));
  if (const auto with = view.in_order("with"); !with.empty()) sql += fmt::format(" WITH ({})", join_options(with));
  if (view.has("tablespace")) sql += " TABLESPACE " + quote_identifier(view.text("tablespace"));
  return {{fmt::format("{} AS\n{}", sql, view.sql("query"))}};
}

std::optional<Statements> alter_with(const View& before, const View& after) {
  return change_options(before, after, "with", alter_view(after));
}

// Before 15 the access method could not be changed (manual, ALTER MATERIALIZED VIEW).
std::optional<Statements> alter_method(const View&, const View& after) {
  if (after.catalog().version() < 150000) return std::nullopt;
  return Statements{{fmt::format("{} SET ACCESS METHOD {}", alter_view(after), quote_identifier(after.text("using")))}};
}

std::optional<Statements> alter_tablespace(const View&, const View& after) {
  return Statements{{fmt::format("{} {}", alter_view(after), set_tablespace(after))}};
}

/// An attribute that says something of columns, and the words of ALTER COLUMN for it.
struct ColumnSetting {
  std::string_view key;
  std::string_view set;
  std::string_view usual;
};

constexpr ColumnSetting column_settings[] = {
    {"column_statistics", "STATISTICS", "-1"},
    {"column_storage", "STORAGE", ""},  // see `usual_storage`
    {"column_compression", "COMPRESSION", "default"},
};

std::string_view column_in(std::string_view option) { return option.substr(0, option.rfind('=')); }

Statement set_column(const View& view, std::string_view column, std::string_view set, std::string_view value) {
  return {fmt::format("{} ALTER COLUMN {} SET {} {}", alter_view(view), quote_identifier(column), set, value)};
}

/// The storage of the column's type: SET STORAGE DEFAULT exists from 16 on only.
std::string_view usual_storage(const View& view, std::string_view column) {
  const auto all = view.list("usual_column_storage");
  const auto found = std::ranges::find(all, column, column_in);
  return found != all.end() ? found->substr(column.size() + 1) : "extended";
}

void reset_columns(const View& before, const View& after, const ColumnSetting& setting, Statements& statements) {
  const auto wanted = after.list(setting.key);
  for (std::string_view option : before.list(setting.key)) {
    const std::string_view column = column_in(option);
    if (std::ranges::find(wanted, column, column_in) != wanted.end()) continue;
    const std::string_view usual = setting.usual.empty() ? usual_storage(before, column) : setting.usual;
    statements.push_back(set_column(after, column, setting.set, usual));
  }
}

void set_columns(const std::vector<std::string_view>& before, const View& after, const ColumnSetting& setting,
                 Statements& statements) {
  for (std::string_view option : after.list(setting.key)) {
    if (std::ranges::find(before, option) != before.end()) continue;
    statements.push_back(set_column(after, column_in(option), setting.set, option.substr(option.rfind('=') + 1)));
  }
}

/// "(n_distinct = 5)" or "(n_distinct)" for "total.n_distinct=5".
std::string setting_in(std::string_view option, bool with_value) {
  const auto equals = option.rfind('=');
  const auto dot = option.rfind('.', equals);
  const std::string_view name = option.substr(dot + 1, equals - dot - 1);
  return with_value ? fmt::format("({} = {})", name, option.substr(equals + 1)) : fmt::format("({})", name);
}

void change_column_options(const std::vector<std::string_view>& before, const View& after, Statements& statements) {
  const auto wanted = after.list("column_options");
  const auto change = [&](std::string_view option, std::string_view verb, bool with_value) {
    const std::string_view column = column_in(option);
    statements.push_back(
        {fmt::format("{} ALTER COLUMN {} {} {}", alter_view(after),
                     quote_identifier(column.substr(0, column.rfind('.'))), verb, setting_in(option, with_value))});
  };
  for (std::string_view option : before) {
    const auto is_same = [&](std::string_view other) { return column_in(other) == column_in(option); };
    if (std::ranges::none_of(wanted, is_same)) change(option, "RESET", false);
  }
  for (std::string_view option : wanted) {
    if (std::ranges::find(before, option) == before.end()) change(option, "SET", true);
  }
}

Statements after_create(const View& view) {
  Statements statements;
  for (const ColumnSetting& setting : column_settings) set_columns({}, view, setting, statements);
  change_column_options({}, view, statements);
  return statements;
}

std::optional<Statements> alter_columns(const View& before, const View& after) {
  Statements statements;
  for (const ColumnSetting& setting : column_settings) {
    reset_columns(before, after, setting, statements);
    set_columns(before.list(setting.key), after, setting, statements);
  }
  change_column_options(before.list("column_options"), after, statements);
  return statements;
}

constexpr AttributeRule attributes[] = {
    {.key = "query",
     .value = Value::expression,
     .source = "pg_catalog.btrim(pg_catalog.pg_get_viewdef(c.oid), ' ;')",
     .help = "SELECT statement whose rows it keeps",
     .required = true},
    {.key = "columns", .value = Value::names, .source = "k.names", .help = "name of each column", .derived = true},
    // Before 15 the access method could not be changed, and the rows can be made again at any time.
    {.key = "using",
     .fallback = "heap",
     .source = "m.amname",
     .help = "table access method",
     .alter = alter_method,
     .setting = access_method_setting},
    {.key = "with",
     .value = Value::options,
     .source = R"(
  c.reloptions || case when b.reloptions is not null
                       then array(select 'toast.' || o.option
                                    from pg_catalog.unnest(b.reloptions) o (option)) end)",
     .help = "storage parameters, as in {fillfactor: 70, toast.autovacuum_enabled: false}",
     .alter = alter_with},
    {.key = "tablespace",
     .source = "s.spcname",
     .help = "tablespace; the database's own when silent",
     .alter = alter_tablespace,
     .setting = tablespace_setting},
    {.key = "column_statistics",
     .value = Value::options,
     .source = "k.statistics",
     .help = "statistics targets of columns, as in {total: 500}",
     .alter = alter_columns},
    {.key = "column_storage",
     .value = Value::options,
     .source = "k.storage",
     .help = "TOAST strategies of columns, as in {body: external}",
     .alter = alter_columns},
    {.key = "usual_column_storage",
     .value = Value::options,
     .source = "k.usual_storage",
     .help = "TOAST strategies that columns with another one have by their types",
     .alter = alter_columns,
     .derived = true},
    {.key = "column_compression",
     .value = Value::options,
     .source = "k.compression",
     .help = "compression of large values of columns, as in {body: lz4}",
     .alter = alter_columns},
    {.key = "column_options",
     .value = Value::options,
     .source = R"((select pg_catalog.array_agg(a.attname || '.' || o.option)
                from pg_catalog.pg_attribute a
               cross join pg_catalog.unnest(a.attoptions) o (option)
               where a.attrelid = c.oid
                 and a.attnum > 0
                 and not a.attisdropped
                 and o.option not like 'pg_attver=%'))",
     .help = "options of columns, as in {total.n_distinct: 5}",
     .alter = alter_columns},
};

constexpr FileForm forms[] = {{.section = "materialized_views", .short_form = "query"}};

}  // namespace

extern const KindRules materialized_view_rules;
constinit const KindRules materialized_view_rules{
    .key = "materialized_view",
    .noun = "MATERIALIZED VIEW",
    .address = Address::schema,
    .name_space = NameSpace::relation,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_class, .oid = "c.oid", .schema = "c.relnamespace", .name = "c.relname", .from = R"(
  from pg_catalog.pg_class c
  left join pg_catalog.pg_am m on m.oid = c.relam
  left join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
  left join pg_catalog.pg_class b on b.oid = c.reltoastrelid and b.reloptions is not null
 cross join lateral (
       select pg_catalog.array_agg(a.attname order by a.attnum) as names,
              pg_catalog.array_agg(a.attname || '=' || a.attstattarget)
              filter (where a.attstattarget >= 0) as statistics,
              pg_catalog.array_agg(a.attname || '=' || case a.attstorage when 'p' then 'plain' when 'e' then 'external'
                                                                         when 'm' then 'main' else 'extended' end)
              filter (where a.attstorage <> t.typstorage) as storage,
              pg_catalog.array_agg(a.attname || '=' || case t.typstorage when 'p' then 'plain' when 'e' then 'external'
                                                                         when 'm' then 'main' else 'extended' end)
              filter (where a.attstorage <> t.typstorage) as usual_storage,
              pg_catalog.array_agg(a.attname || '=' || case a.attcompression when 'p' then 'pglz' else 'lz4' end)
              filter (where a.attcompression <> '') as compression
         from pg_catalog.pg_attribute a
         join pg_catalog.pg_type t on t.oid = a.atttypid
        where a.attrelid = c.oid
          and a.attnum > 0
          and not a.attisdropped) k
 where c.oid >= 16384
   and c.relkind = 'm'
 order by c.relnamespace, c.relname)"},
    .owner_rows = relation_owners,
    .privilege_rows = relation_privileges,
    .takes_labels = true,
    .forms = forms,
    .create = create,
    .without_rows = "WITH NO DATA",
    .after_create = after_create,
    .evaluates = true,
    .copies_rows = true,
};

}  // namespace plumb
