#include <fmt/core.h>

#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { type_oid, column_numbers };

constexpr RawColumn raw[] = {
    {.sql = "c.reloftype"},
    {.sql = R"(
  array(select a.attnum
          from pg_catalog.pg_attribute a
         where a.attrelid = c.oid
           and a.attnum > 0
           and not a.attisdropped))"},
};

// OF compares the columns with the type, and lets nobody change them.
bool read(Reader& reader) {
  reader.add_need(reader.address(), {pg_type, reader.raw_oid(type_oid), 0});
  for (const std::string& number : array_elements(reader.raw_text(column_numbers))) {
    reader.need_column(reader.table(), to_integer(number));
  }
  return true;
}

Statements create(const View& row_type, std::span<const std::string>) {
  return {{fmt::format("{} OF {}", alter_table(row_type), row_type.text("type"))}};
}

Statements drop(const View& row_type) { return {{alter_table(row_type) + " NOT OF"}}; }

constexpr AttributeRule attributes[] = {
    {.key = "type",
     .source = "pg_catalog.format_type(c.reloftype, null)",
     .help = "composite type that the columns of the table come from; `columns` says what else there is to say of them",
     .required = true},
};

constexpr Kind owners[] = {Kind::table};
constexpr FileForm forms[] = {{.section = "of", .within = owners, .named = false, .short_form = "type"}};

}  // namespace

extern const KindRules row_type_rules;
constinit const KindRules row_type_rules{
    .key = "row_type",
    .noun = "OF",
    .address = Address::table,
    .attributes = attributes,
    // A table of a type inherits from no other, so that no row of pg_inherits (2611) has this address.
    .inspection = {.catalog = pg_inherits,
                   .oid = "c.oid",
                   .table = "c.oid",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_class c
 where c.oid >= 16384
   and c.relkind in ('r', 'p')
   and c.reloftype <> 0
 order by c.oid)",
                   .read = read},
    .forms = forms,
    .interface = true,
    .create = create,
    .comes_along = [](const View&) { return true; },
    .drop = drop,
    .dies_with_parent = true,
    .about_parent = true,
    .bond = true,
};

}  // namespace plumb
