#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "schema/kinds/rights.h"
#include "schema/kinds/words.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

/// A name with nothing behind it yet, as `CREATE TYPE name` leaves it (manual, CREATE TYPE, "Description").
bool is_shell(const View& type) { return !type.has("input"); }

/// Functions that ALTER TYPE can set, and set to none (manual, ALTER TYPE).
constexpr std::array functions{"receive", "send", "typmod_in", "typmod_out", "analyze", "subscript"};

bool is_usual(const View& type, std::string_view key) {
  return type.text(key) == find_attribute(type.rules(), key)->fallback;
}

std::string definition(const View& type) {
  std::string options = fmt::format("\n  INPUT = {},\n  OUTPUT = {}", type.text("input"), type.text("output"));
  const auto add = [&](std::string_view key, std::string_view word, std::string_view value) {
    if (!is_usual(type, key)) options += fmt::format(",\n  {} = {}", word, value);
  };
  for (std::string_view key : functions) add(key, upper(key), type.text(key));
  add("length", "INTERNALLENGTH", type.text("length"));
  add("by_value", "PASSEDBYVALUE", "true");
  add("alignment", "ALIGNMENT", type.text("alignment"));
  add("storage", "STORAGE", type.text("storage"));
  add("category", "CATEGORY", quote_literal(type.text("category")));
  add("preferred", "PREFERRED", "true");
  add("default", "DEFAULT", quote_literal(type.text("default")));
  add("element", "ELEMENT", type.text("element"));
  add("delimiter", "DELIMITER", quote_literal(type.text("delimiter")));
  add("collatable", "COLLATABLE", "true");
  return fmt::format("CREATE TYPE {} ({}\n)", address(type), options);
}

Statements announce(const View& type) { return {{"CREATE TYPE " + address(type)}}; }

Statements create(const View& type, std::span<const std::string>) {
  return is_shell(type) ? announce(type) : Statements{{definition(type)}};
}

// The type and its functions need each other, so they go together or not at all. What else uses the type is gone.
Statements drop(const View& type) {
  return {{fmt::format("DROP TYPE {}{}", address(type), is_shell(type) ? "" : " CASCADE")}};
}

/// Of a shell: what it is a shell of.
std::optional<Statements> alter(const View& before, const View& after) {
  if (is_shell(before) && !is_shell(after)) return Statements{{definition(after)}};
  return std::nullopt;
}

/// The columns that are stored as their type says keep what it said before, until they are told.
void store_as_type(const View& before, const View& after, Statements& statements) {
  const Catalog& catalog = after.catalog();
  for (ObjectId id : catalog.needed_by(catalog.id(after.object()))) {
    const View column{catalog, catalog.object(id)};
    if (column.kind() != Kind::column || !before.catalog().contains(column.object().identity)) continue;
    if (column.has("storage") || column.text("type").ends_with("[]")) continue;
    statements.push_back(alter_column(column, fmt::format("SET STORAGE {}", after.text("storage"))));
  }
}

// Values that are stored plain already must not have to be looked for elsewhere.
std::optional<Statements> alter_settings(const View& before, const View& after) {
  if (is_shell(after)) return std::nullopt;
  if (is_shell(before)) return Statements{};  // its input function comes with all of it
  if (before.text("storage") != after.text("storage") && is_usual(after, "storage")) return std::nullopt;
  std::string settings;
  const auto set = [&](std::string_view key, std::string_view value) {
    if (before.text(key) == after.text(key)) return;
    settings += fmt::format("{}{} = {}", settings.empty() ? "" : ", ", upper(key), value);
  };
  for (std::string_view key : functions) set(key, after.has(key) ? after.text(key) : "NONE");
  set("storage", after.text("storage"));
  Statements statements{{fmt::format("ALTER TYPE {} SET ({})", address(after), settings)}};
  if (before.text("storage") != after.text("storage")) store_as_type(before, after, statements);
  return statements;
}

constexpr std::string_view alignments[] = {"char", "int2", "int4", "double"};

constexpr AttributeRule attributes[] = {
    {.key = "input",
     .source = "case when t.typisdefined then t.typinput::pg_catalog.text end",
     .help = "function from text to the type; a type that has none is a shell, which is no more than a name",
     .alter = alter},
    {.key = "output",
     .source = "case when t.typisdefined then t.typoutput::pg_catalog.text end",
     .help = "function from the type to text",
     .alter = alter},
    {.key = "receive",
     .source = "nullif(t.typreceive::pg_catalog.text, '-')",
     .help = "function from the binary form that clients send",
     .alter = alter_settings},
    {.key = "send",
     .source = "nullif(t.typsend::pg_catalog.text, '-')",
     .help = "function to the binary form that clients get",
     .alter = alter_settings},
    {.key = "typmod_in",
     .source = "nullif(t.typmodin::pg_catalog.text, '-')",
     .help = "function that reads what stands in parentheses behind the type, as in varchar(20)",
     .alter = alter_settings},
    {.key = "typmod_out",
     .source = "nullif(t.typmodout::pg_catalog.text, '-')",
     .help = "function that writes what stands in parentheses behind the type",
     .alter = alter_settings},
    {.key = "analyze",
     .source = "nullif(t.typanalyze::pg_catalog.text, '-')",
     .help = "function that ANALYZE gathers statistics by; the usual ones when silent",
     .alter = alter_settings},
    {.key = "subscript",
     .source = "nullif(t.typsubscript::pg_catalog.text, '-')",
     .help = "function that says what [1] behind a value means",
     .alter = alter_settings},
    {.key = "length",
     .fallback = "variable",
     .source = "case when t.typlen > 0 and t.typisdefined then t.typlen::pg_catalog.text else 'variable' end",
     .help = "bytes that a value takes, as in 16",
     .alter = alter},
    {.key = "by_value",
     .value = Value::boolean,
     .fallback = "false",
     .source = "t.typisdefined and t.typbyval",
     .help = "values are passed by themselves, not by their place in memory",
     .alter = alter},
    {.key = "alignment",
     .fallback = "int4",
     .source = R"(
  case when t.typisdefined then case t.typalign when 'c' then 'char' when 's' then 'int2' when 'd' then 'double' end end)",
     .help = "what values begin at a multiple of: char, int2, int4 or double",
     .choices = alignments,
     .alter = alter},
    {.key = "storage",
     .fallback = "plain",
     .source = "case t.typstorage when 'x' then 'extended' when 'e' then 'external' when 'm' then 'main' end",
     .help = "TOAST strategy of its columns: plain, external, extended or main",
     .choices = storage_words,
     .alter = alter_settings},
    {.key = "category",
     .fallback = "U",
     .source = "case when t.typisdefined then t.typcategory end",
     .help = "category that decides about implicit casts, one ASCII character",
     .alter = alter},
    {.key = "preferred",
     .value = Value::boolean,
     .fallback = "false",
     .source = "t.typispreferred",
     .help = "implicit casts within its category prefer it",
     .alter = alter},
    {.key = "default",
     .source = "t.typdefault",
     .help = "value of columns that say none, in text form",
     .alter = alter},
    {.key = "element",
     .source = "case when t.typelem <> 0 then pg_catalog.format_type(t.typelem, null) end",
     .help = "type of what [1] behind a value means",
     .alter = alter},
    {.key = "delimiter",
     .fallback = ",",
     .source = "t.typdelim",
     .help = "character between the values in the text form of arrays of it",
     .alter = alter},
    {.key = "collatable",
     .value = Value::boolean,
     .fallback = "false",
     .source = "t.typcollation <> 0",
     .help = "its columns may have a collation",
     .alter = alter},
};

constexpr FileForm forms[] = {{.section = "base_types"}};

}  // namespace

extern const KindRules base_type_rules;
constinit const KindRules base_type_rules{
    .key = "base_type",
    .noun = "TYPE",
    .address = Address::schema,
    .name_space = NameSpace::type,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_type, .oid = "t.oid", .schema = "t.typnamespace", .name = "t.typname", .from = R"(
  from pg_catalog.pg_type t
 where t.oid >= 16384
   and (t.typtype = 'b' or not t.typisdefined)
   and not exists (select from pg_catalog.pg_type e where e.typarray = t.oid)
   and not pg_catalog.pg_is_other_temp_schema(t.typnamespace)
 order by t.typnamespace, t.typname)"},
    .owner_rows = type_owners,
    .privilege_rows = type_privileges,
    .takes_labels = true,
    .forms = forms,
    .create = create,
    .announce = announce,
    .drop = drop,
};

}  // namespace plumb
