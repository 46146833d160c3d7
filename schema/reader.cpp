#include "schema/reader.h"

#include <algorithm>
#include <cassert>

namespace plumb {

namespace {

constexpr std::size_t first_raw_column = 5;  // after oid, sub, schema, table and name

std::string_view or_null(std::string_view sql) { return sql.empty() ? std::string_view{"null"} : sql; }

std::string_view boolean_text(std::string_view text) { return text == "t" || text == "true" ? "true" : "false"; }

}  // namespace

std::string Reader::query(const KindRules& rules, int version) {
  const Inspection& inspection = rules.inspection;
  std::string sql{"select "};
  for (std::string_view column :
       {inspection.oid, inspection.sub, inspection.schema, inspection.table, inspection.name}) {
    sql.append(or_null(column)).append(", ");
  }
  for (const RawColumn& column : inspection.raw) {
    sql.append(version >= column.since && version < column.until ? column.sql : "null").append(", ");
  }
  for (const AttributeRule& rule : rules.attributes) {
    if (!rule.source.empty()) sql.append(version >= rule.since ? rule.source : "null").append(", ");
  }
  sql.resize(sql.size() - 2);
  return sql.append("\n").append(inspection.from);
}

Reader::Reader(const KindRules& rules, Names& names) : rules_{rules}, names_{names}, kind_{find_kind(rules)} {
  for (const AttributeRule& rule : rules.attributes) symbols_.push_back(names_.symbols().intern(rule.key));
}

std::optional<std::string_view> Reader::raw(std::size_t column) const {
  assert(column < rules_.inspection.raw.size());
  return row_[first_raw_column + column];
}

bool Reader::begin(Row row) {
  row_ = row;
  values_.clear();
  keys_.clear();
  parent_.reset();
  needs_.clear();
  const Inspection& inspection = rules_.inspection;
  self_ = {inspection.catalog, to_oid(row[0].value_or("0")), to_integer(row[1].value_or("0"))};
  table_ = to_oid(row[3].value_or("0"));
  identity_ = {.kind = kind_};
  if (row[2]) identity_.schema = names_.schema(to_oid(*row[2]));
  if (!inspection.table.empty()) {
    const Names::Relation* relation = names_.relation(table_);
    if (relation == nullptr) return false;
    identity_.schema = relation->schema;
    identity_.table = relation->name;
    parent_ = CatalogAddress{1259, table_, 0};
  }
  if (row[4]) identity_.name = names_.symbols().intern(*row[4]);
  read_sources(row);
  return inspection.read == nullptr || inspection.read(*this);
}

void Reader::read_sources(Row row) {
  std::size_t column = first_raw_column + rules_.inspection.raw.size();
  for (const AttributeRule& rule : rules_.attributes) {
    if (rule.source.empty()) continue;
    const auto& field = row[column++];
    if (!field) continue;
    switch (rule.value) {
      case Value::boolean:
        put(rule, boolean_text(*field));
        break;
      case Value::names:
      case Value::fragments:
      case Value::options:
        put_list(rule, array_elements(*field));
        break;
      default:
        put(rule, *field);
    }
  }
}

const AttributeRule& Reader::rule(std::string_view key) const {
  const AttributeRule* found = find_attribute(rules_, key);
  assert(found != nullptr);
  return *found;
}

void Reader::set(std::string_view key, std::string_view value) { put(rule(key), value); }
void Reader::set_list(std::string_view key, const std::vector<std::string>& values) { put_list(rule(key), values); }

void Reader::put(const AttributeRule& rule, std::string_view value) {
  if (value == rule.fallback) return;
  keys_.push_back(symbol(rule));
  values_.push_back({intern_value(rule, value, names_.symbols())});
}

void Reader::put_list(const AttributeRule& rule, const std::vector<std::string>& values) {
  if (values.empty()) return;
  keys_.push_back(symbol(rule));
  auto& symbols = values_.emplace_back();
  for (const std::string& value : values) symbols.push_back(intern_value(rule, value, names_.symbols()));
  if (rule.value != Value::options) return;
  std::ranges::sort(symbols, {}, [this](Symbol symbol) { return names_.symbols().text(symbol); });
}

void Reader::set_name(std::string_view name) { identity_.name = names_.symbols().intern(name); }
void Reader::set_table(std::string_view name) { identity_.table = names_.symbols().intern(name); }
void Reader::set_role(std::string_view name) { identity_.role = names_.symbols().intern(name); }

std::span<const Property> Reader::properties() {
  properties_.clear();
  for (std::size_t i = 0; i < keys_.size(); ++i) properties_.push_back({keys_[i], values_[i], Symbol::none});
  return properties_;
}

}  // namespace plumb
