#include <fmt/core.h>

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

std::optional<Statements> alter_tablespace(const View&, const View& after) {
  const auto tablespace = after.has("tablespace") ? after.text("tablespace") : "pg_default";
  return Statements{{fmt::format("{} SET TABLESPACE {}", alter_view(after), quote_identifier(tablespace))}};
}

constexpr AttributeRule attributes[] = {
    {.key = "query",
     .value = Value::expression,
     .source = "pg_catalog.btrim(pg_catalog.pg_get_viewdef(c.oid), ' ;')",
     .help = "SELECT statement whose rows it keeps",
     .required = true},
    // Before 15 the access method could not be changed, and the rows can be made again at any time.
    {.key = "using", .fallback = "heap", .source = "m.amname", .help = "table access method"},
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
     .alter = alter_tablespace},
};

constexpr FileForm forms[] = {{.section = "materialized_views", .short_form = "query"}};

}  // namespace

extern const KindRules materialized_view_rules;
constinit const KindRules materialized_view_rules{
    .key = "materialized_view",
    .noun = "MATERIALIZED VIEW",
    .address = Address::schema,
    .name_space = NameSpace::relation,
    .attributes = attributes,
    .inspection = {.catalog = 1259, .oid = "c.oid", .schema = "c.relnamespace", .name = "c.relname", .from = R"(
  from pg_catalog.pg_class c
  left join pg_catalog.pg_am m on m.oid = c.relam
  left join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
  left join pg_catalog.pg_class b on b.oid = c.reltoastrelid and b.reloptions is not null
 where c.oid >= 16384
   and c.relkind = 'm'
 order by c.relnamespace, c.relname)"},
    .forms = forms,
    .create = create,
    .rename = rename_object,
    .evaluates = true,
};

}  // namespace plumb
