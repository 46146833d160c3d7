#include <algorithm>

#include <fmt/core.h>

#include "schema/kinds/column_type.h"
#include "schema/kinds/deparsed.h"
#include "schema/kinds/inherited.h"
#include "schema/kinds/owned_sequence.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { column_number, expression };

constexpr RawColumn raw[] = {
    {.sql = "d.adnum"},
    {.sql = PLUMB_DEFAULT_EXPRESSION},
};

bool read(Reader& reader) {
  const Names& names = reader.names();
  const int number = to_integer(reader.raw_text(column_number));
  const CatalogAddress column{pg_class, reader.table(), number};
  const auto* found = names.column(reader.table(), number);
  if (found == nullptr || found->is_generated) {
    reader.set_whole(column);
    return false;
  }
  reader.set_name(names.symbols().text(found->name));
  reader.set_parent(column);
  reader.set("expression", reader.raw_text(expression));
  for (const Names::Parent& parent : names.parents(reader.table())) {
    const auto* original = names.inherited_default(parent.table, names.column_number(parent.table, found->name));
    if (original != nullptr && original->expression == reader.raw_text(expression)) {
      reader.add_need(reader.address(), {pg_attrdef, original->oid, 0});
      break;
    }
  }
  return true;
}

// What inherits the column has a default of its own.
std::string alter_own_column(const View& value) { return alter_column_alone(*value.parent()); }

Statements create(const View& value, std::span<const std::string>) {
  return {{fmt::format("{} SET DEFAULT {}", alter_own_column(value), value.sql("expression"))}};
}

/// Whether the default value that is there calls the same sequences.
bool calls_the_same(const View& value, const Catalog& actual) {
  const Object* before = actual.find(value.object().identity);
  if (before == nullptr) return false;
  const auto calls = [&](const Object& sequence) {
    return std::ranges::any_of(actual.needs(actual.id(*before)), [&](ObjectId id) {
      return actual.object(id).identity == sequence.identity && actual.object(id).fingerprint == sequence.fingerprint;
    });
  };
  const Catalog& desired = value.catalog();
  return std::ranges::all_of(desired.needs(desired.id(value.object())), [&](ObjectId id) {
    const Object& needed = desired.object(id);
    return needed.identity.kind != Kind::sequence || calls(needed);
  });
}

// A sequence that is new to a column with rows would give out numbers that these have already. Those of heirs are among
// the rows of their parent.
Statements set_default(const View& value, const Catalog& actual, bool is_same_sequence) {
  Statements statements = create(value, {});
  const View column = *value.parent();
  const bool is_copy = original(value).has_value();
  if (is_copy || !actual.contains(column.object().identity) || is_same_sequence) return statements;
  const Statements behind = go_on_behind_rows(value, column);
  statements.insert(statements.end(), behind.begin(), behind.end());
  return statements;
}

// What is put back was taken down because what it calls is made anew.
Statements create_beside(const View& value, const Catalog& actual) { return set_default(value, actual, false); }

std::optional<Statements> alter(const View& before, const View& after) {
  return set_default(after, before.catalog(), calls_the_same(after, before.catalog()));
}

Statements drop(const View& value) { return {{alter_own_column(value) + " DROP DEFAULT"}}; }

// A column that is only inherited is no part of CREATE TABLE, so its own default is set afterwards.
std::string part_of_create(const View& value) {
  const View column = *value.parent();
  const bool stands_in_create = !column.is("inherited") || is_made_apart(*column.parent());
  return stands_in_create ? default_clause(value.sql("expression")) : std::string{};
}

// A new column takes over the default value of the one that it inherits, or of the one that this one inherits.
bool comes_along(const View& value) {
  if (!value.parent()->is("inherited")) return false;
  const auto source = original(*value.parent());
  if (!source) return false;
  const auto taken_over = source->children(Kind::default_value);
  return !taken_over.empty() && taken_over.front().text("expression") == value.text("expression") &&
         (!source->is("inherited") || comes_along(taken_over.front()));
}

// USING does not convert the default, and PostgreSQL refuses when it cannot cast one by itself.
bool follows_change(const View&, const View& before, const View& after) {
  return before.kind() != Kind::column || !convert(before.text("type"), after.text("type")).needs_using;
}

std::string_view absence(const View& column) {
  return lacks_inherited_default(column) ? std::string_view{"NULL"} : std::string_view{};
}

constexpr AttributeRule attributes[] = {
    {.key = "expression",
     .value = Value::expression,
     .help = "SQL expression that gives the value of a column when a row is inserted without one",
     .alter = alter},
};

constexpr Kind owners[] = {Kind::column};
constexpr Advice advice[] = {{.message = "cannot use column reference in DEFAULT expression",
                              .text = "a text needs quotes of its own there, as in \"'new'\""}};

constexpr FileForm forms[] = {
    {.section = "default", .within = owners, .named = false, .short_form = "expression", .absence = absence}};

}  // namespace

extern const KindRules default_value_rules;
constinit const KindRules default_value_rules{
    .key = "default",
    .noun = "DEFAULT",
    .address = Address::table,
    .attributes = attributes,
    .inspection = {.catalog = pg_attrdef,
                   .oid = "d.oid",
                   .table = "d.adrelid",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_attrdef d
 where d.oid >= 16384
 order by d.adrelid, d.adnum)",
                   .read = read},
    .takes_comments = false,
    .forms = forms,
    .advice = advice,
    .create = create,
    .create_beside = create_beside,
    .part_of_create = part_of_create,
    .comes_along = comes_along,
    .drop = drop,
    .dies_with_parent = true,
    .follows = true,
    .follows_change = follows_change,
    .evaluates = true,
};

}  // namespace plumb
