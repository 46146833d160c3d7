#include "engine/search_path.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "engine/hidden_code.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/view.h"

namespace plumb {

namespace {

/// Adds the schemas in which an operator = may stand, in the order of their names, each once.
void add_schemas_of_equality(const Catalog& catalog, std::vector<std::string_view>& path) {
  std::set<std::string_view> schemas;
  for (const Object& object : catalog.objects()) {
    const auto schema_of = rules_for(object.identity.kind).schema_of_equality;
    if (schema_of != nullptr) schemas.insert(schema_of({catalog, object}));
  }
  for (std::string_view schema : schemas) {
    if (schema.empty() || schema == "pg_catalog") continue;
    if (std::ranges::find(path, schema) == path.end()) path.push_back(schema);
  }
}

/// Whether a statement in PostgreSQL's spelling compares by an operator = that it does not name (ruleutils.c).
bool hides_equality(std::string_view sql) {
  const auto has = [&](std::string_view words) { return sql.find(words) != std::string_view::npos; };
  return has(" IS DISTINCT FROM ") || has("NULLIF(") || has("CASE ") || (has("JOIN ") && has(" USING ("));
}

}  // namespace

std::string path_of_hidden_code(const Catalog& catalog) {
  std::vector<std::string_view> with_operators;
  add_schemas_of_equality(catalog, with_operators);
  std::set<std::string_view> schemas{with_operators.begin(), with_operators.end()};
  for (const Object& object : catalog.objects()) {
    if (hides_needs(catalog, object)) schemas.insert(catalog.text(object.identity.schema));
  }
  std::string path = "public";
  for (std::string_view schema : schemas) {
    if (schema != "public") path += ", " + quote_identifier(schema);
  }
  return path;
}

std::string path_of_equality(std::span<const Step> steps, const Catalog& actual, const Catalog& desired) {
  std::vector<std::string_view> path;
  add_schemas_of_equality(actual, path);
  add_schemas_of_equality(desired, path);
  const bool is_needed = !path.empty() && std::ranges::any_of(steps, [](const Step& step) {
    return std::ranges::any_of(step.forward, [](const Statement& statement) { return hides_equality(statement.sql); });
  });
  return is_needed ? join_names(path) : std::string{};
}

std::string search_path_of(const Declaration& declaration, std::initializer_list<const Catalog*> catalogs) {
  std::vector<std::string_view> path{declaration.search_path.begin(), declaration.search_path.end()};
  add_schemas_of_equality(declaration.drafts, path);
  for (const Catalog* catalog : catalogs) add_schemas_of_equality(*catalog, path);
  return join_names(path);
}

}  // namespace plumb
