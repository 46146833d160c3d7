#include <fmt/core.h>

#include "schema/kinds/inherited.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { column_number, taken_over };

constexpr RawColumn raw[] = {
    {.sql = "d.adnum"},
    {.sql = R"((select p.oid
                  from pg_catalog.pg_inherits h
                  join pg_catalog.pg_attribute a on a.attrelid = h.inhrelid and a.attnum = d.adnum
                  join pg_catalog.pg_attribute b on b.attrelid = h.inhparent and b.attname = a.attname
                  join pg_catalog.pg_attrdef p on p.adrelid = b.attrelid and p.adnum = b.attnum
                 where h.inhrelid = d.adrelid
                   and pg_catalog.pg_get_expr(p.adbin, p.adrelid) = pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                 limit 1))"},
};

bool read(Reader& reader) {
  const int number = to_integer(reader.raw_text(column_number));
  reader.set_name(reader.names().column_name(reader.table(), number));
  reader.set_parent({1259, reader.table(), number});
  reader.add_need(reader.address(), {2604, reader.raw_oid(taken_over), 0});
  return true;
}

// What inherits the column has a default of its own.
std::string alter_column(const View& value) { return alter_column_alone(*value.parent()); }

Statements create(const View& value, std::span<const std::string>) {
  return {{fmt::format("{} SET DEFAULT {}", alter_column(value), value.sql("expression"))}};
}

std::optional<Statements> alter(const View&, const View& after) { return create(after, {}); }

Statements drop(const View& value) { return {{alter_column(value) + " DROP DEFAULT"}}; }

// A column that is only inherited is no part of CREATE TABLE, so its own default is set afterwards.
std::string part_of_create(const View& value) {
  return value.parent()->is("inherited") ? std::string{} : fmt::format("DEFAULT {}", value.sql("expression"));
}

// A new column takes over the default value of the one that it inherits.
bool comes_along(const View& value) {
  const auto source = original(*value.parent());
  if (!value.parent()->is("inherited") || !source) return false;
  const auto taken_over = source->children(Kind::default_value);
  return !taken_over.empty() && taken_over.front().text("expression") == value.text("expression");
}

std::string_view absence(const View& column) {
  return lacks_inherited_default(column) ? std::string_view{"NULL"} : std::string_view{};
}

constexpr AttributeRule attributes[] = {
    {.key = "expression",
     .value = Value::expression,
     // Only an expression that names columns needs its table opened, which costs more than the rest together.
     .source = R"(pg_catalog.pg_get_expr(d.adbin, case when pg_catalog.strpos(d.adbin::text, '{VAR ') > 0
                                                  then d.adrelid else 0 end))",
     .help = "SQL expression that gives the value of a column when a row is inserted without one",
     .alter = alter},
};

constexpr Kind owners[] = {Kind::column};
constexpr FileForm forms[] = {
    {.section = "default", .within = owners, .named = false, .short_form = "expression", .absence = absence}};

}  // namespace

extern const KindRules default_value_rules;
constinit const KindRules default_value_rules{
    .key = "default",
    .noun = "DEFAULT",
    .address = Address::table,
    .attributes = attributes,
    .inspection = {.catalog = 2604,
                   .oid = "d.oid",
                   .table = "d.adrelid",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_attrdef d
 where d.oid >= 16384
   and (d.adrelid, d.adnum) not in (select a.attrelid, a.attnum
                                      from pg_catalog.pg_attribute a
                                     where a.attgenerated <> '')
 order by d.adrelid, d.adnum)",
                   .read = read},
    .forms = forms,
    .create = create,
    .drop = drop,
    .part_of_create = part_of_create,
    .comes_along = comes_along,
    .dies_with_parent = true,
    .follows = true,
    .can_be_named = false,
};

}  // namespace plumb
