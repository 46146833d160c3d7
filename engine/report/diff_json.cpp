#include <nlohmann/json.hpp>
#include <utility>

#include "engine/report/diff_model.h"
#include "engine/report/diff_report.h"
#include "engine/report/entry_head.h"
#include "engine/report/wording.h"
#include "engine/version.h"
#include "schema/describe.h"

namespace plumb {

namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;

/// A list where the attribute is one, else a text; null where PostgreSQL has no default to name.
Json to_json(std::span<const Symbol> values, const AttributeRule* rule, const Symbols& symbols) {
  const Value form = rule != nullptr ? rule->value : Value::text;
  if (form == Value::names || form == Value::fragments || form == Value::options || values.size() > 1) {
    Json list = Json::array();
    for (Symbol value : values) list.push_back(symbols.text(value));
    return list;
  }
  if (!values.empty()) return symbols.text(values.front());
  return rule == nullptr || rule->fallback.empty() ? Json{} : Json(rule->fallback);
}

Json to_json(const Rename& rename, const Symbols& symbols) {
  const bool is_value = rename.attribute != nullptr;
  Json entry;
  for (const auto& [key, text] : head_of(Action::rename, rename.before, symbols)) entry[key] = text;
  Json attributes = Json::array();
  const auto add = [&](std::string_view key, Symbol before, Symbol after) {
    if (before == after) return;
    attributes.push_back({{"key", key}, {"before", symbols.text(before)}, {"after", symbols.text(after)}});
  };
  if (is_value) {
    add(rename.attribute->key, rename.value_before, rename.value_after);
  } else {
    add("name", rename.before.name, rename.after.name);
    if (rename.schema != Symbol::none) add("schema", rename.before.schema, rename.schema);
  }
  entry["attributes"] = std::move(attributes);
  return entry;
}

Json to_json(const Change& change, const Symbols& symbols) {
  const Identity& identity = change.identity();
  Json entry;
  for (const auto& [key, text] : head_of(action_of(change), identity, symbols)) entry[key] = text;
  Json attributes = Json::array();
  for (const AttributeChange& attribute : change.attributes) {
    const std::string_view key = symbols.text(attribute.key);
    const AttributeRule* rule = find_attribute(rules_for(identity.kind), key);
    attributes.push_back({{"key", key},
                          {"before", to_json(attribute.before, rule, symbols)},
                          {"after", to_json(attribute.after, rule, symbols)}});
  }
  entry["attributes"] = std::move(attributes);
  return entry;
}

}  // namespace

std::string write_diff_json(const Changes& changes, const Catalog& actual, const Catalog& desired,
                            std::span<const Rename> renames) {
  const Symbols& symbols = desired.symbols();
  const std::vector<std::optional<std::size_t>> under = fold(changes, actual, desired);
  Json list = Json::array();
  for (const Rename& rename : renames) list.push_back(to_json(rename, symbols));
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Json entry = to_json(changes[i], symbols);
    if (under[i]) entry["part_of"] = describe(changes[*under[i]].identity(), symbols);
    list.push_back(std::move(entry));
  }
  const Json document{{"format", format_version},
                      {"plumb", version},
                      {"in_sync", changes.empty() && renames.empty()},
                      {"changes", list}};
  // What is not UTF-8 cannot stand in JSON; a report may show it as U+FFFD.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace plumb
