#include "schema/kinds/composite_type.h"

#include <algorithm>

#include <fmt/core.h>

#include "schema/kinds/deparsed.h"
#include "schema/kinds/rights.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

Statements create(const View& type, std::span<const std::string>) {
  return {{fmt::format("CREATE TYPE {} AS ({})", address(type), join(type.list("attributes"), ", "))}};
}

/// Whether all that uses the type before and after is of one of these kinds.
bool is_used_by_nothing_but(std::span<const Kind> kinds, const View& before, const View& after) {
  const Catalog& catalog = before.catalog();
  const ObjectId own_id = catalog.id(before.object());
  return std::ranges::all_of(catalog.needed_by(own_id), [&](ObjectId id) {
    if (catalog.object(id).parent == own_id) return true;
    const Identity& identity = catalog.object(id).identity;
    return std::ranges::find(kinds, identity.kind) != kinds.end() || !after.catalog().contains(identity);
  });
}

// ADD ATTRIBUTE puts it at the end; ALTER ATTRIBUTE refuses while a table has a column of the type, and both it and
// DROP ATTRIBUTE while a view names the attribute (manual, ALTER TYPE).
std::optional<Statements> alter(const View& before, const View& after) {
  const auto old_fields = fields_of(before);
  const auto new_fields = fields_of(after);
  std::string actions;
  const auto add = [&](const std::string& action) { actions += (actions.empty() ? "" : ", ") + action; };
  bool drops = false;
  bool changes = false;
  std::vector<Field> kept;
  for (const Field& field : old_fields) {
    const auto same = std::ranges::find(new_fields, field.name, &Field::name);
    if (same == new_fields.end()) {
      drops = true;
      add(fmt::format("DROP ATTRIBUTE {}", field.name));
      continue;
    }
    kept.push_back(*same);
    if (same->type == field.type) continue;
    changes = true;
    add(fmt::format("ALTER ATTRIBUTE {} TYPE {}", field.name, same->type));
  }
  if (kept.size() > new_fields.size()) return std::nullopt;
  if (!std::ranges::equal(kept, std::span{new_fields}.first(kept.size()), {}, &Field::name, &Field::name)) {
    return std::nullopt;
  }
  for (const Field& field : std::span{new_fields}.subspan(kept.size())) {
    add(fmt::format("ADD ATTRIBUTE {} {}", field.name, field.type));
  }
  constexpr Kind undisturbed_by_drop[] = {Kind::column, Kind::composite_type, Kind::domain, Kind::function,
                                          Kind::row_type};
  constexpr Kind undisturbed_by_change[] = {Kind::function, Kind::row_type};
  if (drops && !is_used_by_nothing_but(undisturbed_by_drop, before, after)) return std::nullopt;
  if (changes && !is_used_by_nothing_but(undisturbed_by_change, before, after)) return std::nullopt;
  return Statements{
      {fmt::format("ALTER TYPE {} {}", address(after), actions), Transaction::any, drops ? "drop-attribute" : ""}};
}

std::string name_of(std::string_view attribute) {
  const std::string_view name = attribute.substr(0, std::min(find_outside(attribute, " "), attribute.size()));
  return name.starts_with('"') ? unquoted(name) : lower(name);
}

// The columns of typed tables get the new name too.
Statements rename_attribute(const View& type, std::string_view attribute, std::string_view name) {
  return {{fmt::format("ALTER TYPE {} RENAME ATTRIBUTE {} TO {} CASCADE", address(type), quote_identifier(attribute),
                       quote_identifier(name))}};
}

constexpr AttributeRule attributes[] = {
    {.key = "attributes",
     .value = Value::fragments,
     .source = R"(array(select pg_catalog.concat(pg_catalog.quote_ident(a.attname), ' ',
                                            pg_catalog.format_type(a.atttypid, a.atttypmod),
                                            case when a.attcollation <> y.typcollation
                                                 then ' COLLATE ' || a.attcollation::pg_catalog.regcollation::text end)
                     from pg_catalog.pg_attribute a
                     join pg_catalog.pg_type y on y.oid = a.atttypid
                    where a.attrelid = t.typrelid
                      and a.attnum > 0
                      and not a.attisdropped
                    order by a.attnum))",
     .help = "name and type of each attribute, as in [street text, number integer]",
     .alter = alter,
     .disturbs = Disturbs::bonds,
     .rename_value = rename_attribute,
     .renamed_as = "renamed_attributes",
     .name_in_value = name_of},
};

constexpr FileForm forms[] = {{.section = "composite_types", .short_form = "attributes"}};

}  // namespace

std::vector<Field> fields_of(const View& composite_type) {
  std::vector<Field> fields;
  for (std::string_view text : composite_type.list("attributes")) {
    const auto space = std::min(find_outside(text, " "), text.size());
    fields.push_back({text.substr(0, space), text.substr(std::min(space + 1, text.size()))});
  }
  return fields;
}

extern const KindRules composite_type_rules;
constinit const KindRules composite_type_rules{
    .key = "composite_type",
    .noun = "TYPE",
    .address = Address::schema,
    .name_space = NameSpace::type,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_type, .oid = "t.oid", .schema = "t.typnamespace", .name = "t.typname", .from = R"(
  from pg_catalog.pg_type t
  join pg_catalog.pg_class c on c.oid = t.typrelid and c.relkind = 'c'
 where t.oid >= 16384
   and t.typtype = 'c'
   and not pg_catalog.pg_is_other_temp_schema(t.typnamespace)
 order by t.typnamespace, t.typname)"},
    .owner_rows = type_owners,
    .privilege_rows = type_privileges,
    .takes_labels = true,
    .forms = forms,
    .create = create,
    .steps_aside = true,
};

}  // namespace plumb
