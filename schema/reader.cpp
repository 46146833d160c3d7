#include "schema/reader.h"

#include <algorithm>
#include <cassert>
#include <vector>

#include <fmt/format.h>

namespace plumb {

namespace {

/// The field of the owner's oid; empty where there is none or it is the oid of the row itself.
std::string_view own_table(const Inspection& inspection) {
  return inspection.table == inspection.oid ? std::string_view{} : inspection.table;
}

std::string_view boolean_text(std::string_view text) { return text == "t" || text == "true" ? "true" : "false"; }

/// What the kinds say of their objects. Kinds that share a system catalog say the same, which is read once.
std::string gather(std::string_view KindRules::*member) {
  std::vector<std::string_view> texts;
  for (Kind kind : all_kinds()) {
    const std::string_view text = rules_for(kind).*member;
    if (!text.empty() && std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
  }
  return fmt::format("{}", fmt::join(texts, "\n union all\n"));
}

}  // namespace

std::string Reader::query(const KindRules& rules, int version) {
  const Inspection& inspection = rules.inspection;
  std::string sql = inspection.with.empty() ? "select " : "with " + std::string{inspection.with} + "\nselect ";
  for (std::string_view column :
       {inspection.oid, inspection.sub, inspection.schema, own_table(inspection), inspection.name}) {
    if (!column.empty()) sql.append(column).append(", ");
  }
  for (const RawColumn& column : inspection.raw) {
    sql.append(version >= column.since && version < column.until ? column.sql : "null").append(", ");
  }
  for (const AttributeRule& rule : rules.attributes) {
    if (!rule.source.empty()) sql.append(version >= rule.since ? rule.source : "null").append(", ");
  }
  sql.resize(sql.size() - 2);
  sql.append("\n").append(inspection.from);
  if (inspection.gathered != nullptr) sql.replace(sql.find("{}"), 2, gather(inspection.gathered));
  return sql;
}

Reader::Places Reader::places(const Inspection& inspection) {
  Places places;
  const auto place = [&](std::string_view column) { return column.empty() ? std::size_t{0} : places.raw++; };
  places.sub = place(inspection.sub);
  places.schema = place(inspection.schema);
  places.table = place(own_table(inspection));
  places.name = place(inspection.name);
  return places;
}

Reader::Reader(const KindRules& rules, Names& names)
    : rules_{rules}, names_{names}, kind_{find_kind(rules)}, places_{places(rules.inspection)} {
  for (const AttributeRule& rule : rules.attributes) symbols_.push_back(names_.symbols().intern(rule.key));
}

std::optional<std::string_view> Reader::raw(std::size_t column) const {
  assert(column < rules_.inspection.raw.size());
  return row_[places_.raw + column];
}

bool Reader::begin(Row row) {
  row_ = row;
  values_.clear();
  said_.clear();
  parent_.reset();
  whole_.reset();
  needs_.clear();
  const Inspection& inspection = rules_.inspection;
  const auto number = [&](std::size_t place) { return place == 0 ? 0 : to_oid(row[place].value_or("0")); };
  self_ = {inspection.catalog, to_oid(row[0].value_or("0")), static_cast<int>(number(places_.sub))};
  table_ = inspection.table == inspection.oid ? self_.oid : number(places_.table);
  identity_ = {.kind = kind_};
  if (places_.schema != 0 && row[places_.schema]) identity_.schema = names_.schema(to_oid(*row[places_.schema]));
  if (!inspection.table.empty()) {
    const Names::Relation* relation = names_.relation(table_);
    if (relation == nullptr) return false;
    identity_.schema = relation->schema;
    identity_.table = relation->name;
    parent_ = CatalogAddress{pg_class, table_, 0};
  }
  if (places_.name != 0 && row[places_.name]) identity_.name = names_.symbols().intern(*row[places_.name]);
  read_sources(row);
  return inspection.read == nullptr || inspection.read(*this);
}

void Reader::read_sources(Row row) {
  std::size_t column = places_.raw + rules_.inspection.raw.size();
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
  said_.push_back({symbol(rule), 1});
  values_.push_back(intern_value(rule, value, names_.symbols()));
}

void Reader::put_list(const AttributeRule& rule, const std::vector<std::string>& values) {
  if (values.empty()) return;
  said_.push_back({symbol(rule), values.size()});
  for (const std::string& value : values) values_.push_back(intern_value(rule, value, names_.symbols()));
  if (rule.value != Value::options) return;
  said_.back().order = sort_options(std::span{values_}.last(values.size()), names_.symbols());
}

void Reader::set_name(std::string_view name) { identity_.name = names_.symbols().intern(name); }
void Reader::set_table(std::string_view name) { identity_.table = names_.symbols().intern(name); }
void Reader::set_role(std::string_view name) { identity_.role = names_.symbols().intern(name); }

std::span<const Property> Reader::properties() {
  properties_.clear();
  std::size_t first = 0;
  for (const auto& [key, count, order] : said_) {
    properties_.push_back({key, std::span{values_}.subspan(first, count), Symbol::none, order});
    first += count;
  }
  return properties_;
}

}  // namespace plumb
