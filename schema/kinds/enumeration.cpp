#include <algorithm>

#include <fmt/core.h>

#include "schema/kinds/rights.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string quoted(const std::vector<std::string_view>& values) {
  std::string joined;
  for (std::string_view value : values) joined.append(joined.empty() ? "" : ", ").append(quote_literal(value));
  return joined;
}

Statements create(const View& type, std::span<const std::string>) {
  return {{fmt::format("CREATE TYPE {} AS ENUM ({})", address(type), quoted(type.list("values")))}};
}

/// Whether all of `part` stands in `whole`, in the same order.
bool is_subsequence(const std::vector<std::string_view>& part, const std::vector<std::string_view>& whole) {
  auto expected = part.begin();
  for (std::string_view value : whole) {
    if (expected != part.end() && *expected == value) ++expected;
  }
  return expected == part.end();
}

// Values can be added anywhere but neither removed nor moved, and a new one can be used only after a commit
// (manual, ALTER TYPE, "Notes").
std::optional<Statements> alter(const View& before, const View& after) {
  const auto old_values = before.list("values");
  const auto new_values = after.list("values");
  if (!is_subsequence(old_values, new_values)) return std::nullopt;
  Statements statements;
  for (std::size_t i = 0; i < new_values.size(); ++i) {
    if (std::ranges::find(old_values, new_values[i]) != old_values.end()) continue;
    std::string sql = fmt::format("ALTER TYPE {} ADD VALUE {}", address(after), quote_literal(new_values[i]));
    if (i > 0) {
      sql += " AFTER " + quote_literal(new_values[i - 1]);
    } else if (!old_values.empty()) {
      sql += " BEFORE " + quote_literal(old_values.front());
    }
    statements.push_back({sql, Transaction::commit_after});
  }
  return statements;
}

Statements rename_value(const View& type, std::string_view value, std::string_view name) {
  return {
      {fmt::format("ALTER TYPE {} RENAME VALUE {} TO {}", address(type), quote_literal(value), quote_literal(name))}};
}

constexpr AttributeRule attributes[] = {
    {.key = "values",
     .value = Value::names,
     .source = "e.labels",
     .help = "labels in their sort order",
     .alter = alter,
     .rename_value = rename_value,
     .renamed_as = "renamed_values"},
};

constexpr FileForm forms[] = {{.section = "enums", .short_form = "values"}};

}  // namespace

extern const KindRules enumeration_rules;
constinit const KindRules enumeration_rules{
    .key = "enum",
    .noun = "TYPE",
    .address = Address::schema,
    .name_space = NameSpace::type,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_type, .oid = "t.oid", .schema = "t.typnamespace", .name = "t.typname", .from = R"(
  from pg_catalog.pg_type t
  left join (select enumtypid, pg_catalog.array_agg(enumlabel order by enumsortorder) as labels
               from pg_catalog.pg_enum
              group by enumtypid) e on e.enumtypid = t.oid
 where t.oid >= 16384
   and t.typtype = 'e'
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
