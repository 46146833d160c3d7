#include <algorithm>

#include <fmt/core.h>

#include "schema/kinds/rights.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements create_as(const View& view, std::string_view verb) {
  const auto options = view.in_order("options");
  const std::string with = options.empty() ? std::string{} : fmt::format(" WITH ({})", join_options(options));
  return {{fmt::format("{} VIEW {}{} AS\n{}", verb, address(view), with, view.sql("query"))}};
}

Statements create(const View& view, std::span<const std::string>) { return create_as(view, "CREATE"); }

// CREATE OR REPLACE VIEW keeps the existing columns as they are and may add others at the end; the options are those
// that it says.
std::optional<Statements> alter(const View& before, const View& after) {
  const auto old_columns = before.list("columns");
  const auto new_columns = after.list("columns");
  if (before.text("query") == after.text("query") && std::ranges::equal(old_columns, new_columns)) {
    return change_options(before, after, "options", "ALTER VIEW " + address(after));
  }
  if (old_columns.size() > new_columns.size() ||
      !std::equal(old_columns.begin(), old_columns.end(), new_columns.begin())) {
    return std::nullopt;
  }
  return create_as(after, "CREATE OR REPLACE");
}

constexpr AttributeRule attributes[] = {
    {.key = "query",
     .value = Value::expression,
     .source = "pg_catalog.btrim(pg_catalog.pg_get_viewdef(c.oid), ' ;')",
     .help = "SELECT statement that the view stands for",
     .alter = alter,
     .required = true},
    {.key = "columns",
     .value = Value::fragments,
     .source = R"(array(select pg_catalog.concat(a.attname, ' ', pg_catalog.format_type(a.atttypid, a.atttypmod),
                                            case when a.attcollation not in (0, 100)
                                                 then ' ' || a.attcollation::pg_catalog.regcollation::text end)
                     from pg_catalog.pg_attribute a
                    where a.attrelid = c.oid
                      and a.attnum > 0
                    order by a.attnum))",
     .help = "name, type and collation of each column",
     .alter = alter,
     .derived = true},
    {.key = "options",
     .value = Value::options,
     .source = "c.reloptions",
     .help = "as in {security_invoker: true, check_option: local}",
     .alter = alter},
};

constexpr FileForm forms[] = {{.section = "views", .short_form = "query"}};

}  // namespace

extern const KindRules view_rules;
constinit const KindRules view_rules{
    .key = "view",
    .noun = "VIEW",
    .address = Address::schema,
    .name_space = NameSpace::relation,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_class, .oid = "c.oid", .schema = "c.relnamespace", .name = "c.relname", .from = R"(
  from pg_catalog.pg_class c
 where c.oid >= 16384
   and c.relkind = 'v'
   and c.relpersistence <> 't'
 order by c.relnamespace, c.relname)"},
    .owner_rows = relation_owners,
    .privilege_rows = relation_privileges,
    .takes_labels = true,
    .forms = forms,
    .create = create,
};

}  // namespace plumb
