#include <fmt/core.h>

#include "schema/kinds/rights.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

/// What PostgreSQL calls the multirange of a range when nobody says it (manual, CREATE TYPE, "Range Types").
std::string usual_multirange(std::string_view name) {
  constexpr std::string_view range = "range";
  std::string multirange{name};
  const auto at = multirange.find(range);
  return at == std::string::npos ? multirange + "_multirange" : multirange.insert(at, "multi");
}

std::string multirange_of(const View& type) {
  return type.has("multirange") ? std::string{type.text("multirange")} : usual_multirange(type.name());
}

std::string_view multirange_schema_of(const View& type) {
  return type.has("multirange_schema") ? type.text("multirange_schema") : type.schema();
}

Statements create(const View& type, std::span<const std::string>) {
  std::string options = fmt::format("SUBTYPE = {}", type.sql("subtype"));
  for (std::string_view key : {"subtype_opclass", "collation", "canonical", "subtype_diff"}) {
    if (type.has(key)) options += fmt::format(", {} = {}", upper(key), type.text(key));
  }
  if (type.has("multirange") || type.has("multirange_schema")) {
    options += ", MULTIRANGE_TYPE_NAME = " + qualify(multirange_schema_of(type), multirange_of(type));
  }
  return {{fmt::format("CREATE TYPE {} AS RANGE ({})", address(type), options)}};
}

// The function that brings its values into one form takes them, so it needs the name first.
Statements announce(const View& type) { return {{"CREATE TYPE " + address(type)}}; }

// Such a function goes together with it. What else uses the type is gone.
Statements drop(const View& type) {
  return {{fmt::format("DROP TYPE {}{}", address(type), type.has("canonical") ? " CASCADE" : "")}};
}

Statement rename_multirange(const View& type, std::string_view name) {
  return {fmt::format("ALTER TYPE {} RENAME TO {}", qualify(multirange_schema_of(type), multirange_of(type)),
                      quote_identifier(name))};
}

std::optional<Statements> alter_multirange(const View& before, const View& after) {
  Statements statements;
  if (multirange_of(before) != multirange_of(after)) {
    statements.push_back(rename_multirange(before, multirange_of(after)));
  }
  if (multirange_schema_of(before) != multirange_schema_of(after)) {
    statements.push_back(
        {fmt::format("ALTER TYPE {} SET SCHEMA {}", qualify(multirange_schema_of(before), multirange_of(after)),
                     quote_identifier(multirange_schema_of(after)))});
  }
  return statements;
}

/// The name of the multirange follows where it follows from that of the range.
Statements rename(const View& type, std::string_view name) {
  Statements statements = rename_object(type, name);
  if (!type.has("multirange")) statements.push_back(rename_multirange(type, usual_multirange(name)));
  return statements;
}

enum Raw : std::size_t { operator_class, collation, multirange, multirange_schema };

constexpr RawColumn raw[] = {
    {.sql = "r.rngsubopc"},
    {.sql = "case when r.rngcollation <> s.typcollation then r.rngcollation end"},
    {.sql = "m.typname"},
    {.sql = "case when m.typnamespace <> t.typnamespace then m.typnamespace end"},
};

bool read(Reader& reader) {
  const Symbols& symbols = reader.names().symbols();
  const auto set_name = [&](std::string_view key, Symbol schema, Symbol name) {
    const bool is_built_in = symbols.text(schema) == "pg_catalog";
    reader.set(key, qualify(is_built_in ? std::string_view{} : symbols.text(schema), symbols.text(name)));
  };
  const auto* opclass = reader.names().operator_class(reader.raw_oid(operator_class));
  if (opclass != nullptr && !opclass->is_default) set_name("subtype_opclass", opclass->schema, opclass->name);
  if (const auto* found = reader.names().collation(reader.raw_oid(collation))) {
    set_name("collation", found->schema, found->name);
  }
  if (reader.raw_text(multirange) != usual_multirange(symbols.text(reader.identity().name))) {
    reader.set("multirange", reader.raw_text(multirange));
  }
  if (const Oid elsewhere = reader.raw_oid(multirange_schema)) {
    reader.set("multirange_schema", symbols.text(reader.names().schema(elsewhere)));
    reader.add_need(reader.address(), {pg_namespace, elsewhere, 0});
  }
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "subtype",
     .source = "pg_catalog.format_type(r.rngsubtype, null)",
     .help = "type of the bounds",
     .required = true},
    {.key = "subtype_opclass", .help = "operator class that orders the bounds; that of the subtype when silent"},
    {.key = "collation", .help = "collation that orders the bounds; that of the subtype when silent"},
    {.key = "canonical",
     .source = "case when r.rngcanonical <> 0 then r.rngcanonical::text end",
     .help = "function that brings ranges of a discrete type into one form"},
    {.key = "subtype_diff",
     .source = "case when r.rngsubdiff <> 0 then r.rngsubdiff::text end",
     .help = "function that says how far two bounds are apart, for GiST indexes"},
    {.key = "multirange",
     .help = "name of its multirange type; follows from its own name when silent",
     .alter = alter_multirange},
    {.key = "multirange_schema",
     .help = "schema of its multirange type; its own when silent",
     .alter = alter_multirange},
};

constexpr FileForm forms[] = {{.section = "range_types", .short_form = "subtype"}};

}  // namespace

extern const KindRules range_type_rules;
constinit const KindRules range_type_rules{
    .key = "range_type",
    .noun = "TYPE",
    .address = Address::schema,
    .name_space = NameSpace::type,
    .rename = rename,
    .attributes = attributes,
    .inspection = {.catalog = pg_type,
                   .oid = "t.oid",
                   .schema = "t.typnamespace",
                   .name = "t.typname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_range r
  join pg_catalog.pg_type t on t.oid = r.rngtypid
  join pg_catalog.pg_type s on s.oid = r.rngsubtype
  join pg_catalog.pg_type m on m.oid = r.rngmultitypid
 where t.oid >= 16384
   and not pg_catalog.pg_is_other_temp_schema(t.typnamespace)
 order by t.typnamespace, t.typname)",
                   .read = read},
    .owner_rows = type_owners,
    .privilege_rows = type_privileges,
    .takes_labels = true,
    .forms = forms,
    .create = create,
    .announce = announce,
    .drop = drop,
};

}  // namespace plumb
