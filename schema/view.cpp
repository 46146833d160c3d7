#include "schema/view.h"

#include <cassert>

#include "schema/rules.h"

namespace plumb {

namespace {

const Attribute* find(const Catalog& catalog, const Object& object, std::string_view key) {
  for (const Attribute& attribute : object.attributes) {
    if (catalog.text(attribute.key) == key) return &attribute;
  }
  return nullptr;
}

std::string_view fallback(const KindRules& rules, std::string_view key) {
  const AttributeRule* rule = find_attribute(rules, key);
  assert(rule != nullptr);
  return rule->fallback;
}

}  // namespace

const KindRules& View::rules() const { return rules_for(kind()); }

std::string_view View::text(std::string_view key) const {
  const Attribute* attribute = find(*catalog_, *object_, key);
  if (attribute == nullptr) return fallback(rules(), key);
  return attribute->values.empty() ? std::string_view{} : catalog_->text(attribute->values.front());
}

std::string_view View::sql(std::string_view key) const {
  const Attribute* attribute = find(*catalog_, *object_, key);
  return attribute != nullptr && attribute->words != Symbol::none ? catalog_->text(attribute->words) : text(key);
}

std::vector<std::string_view> View::list(std::string_view key) const {
  std::vector<std::string_view> texts;
  assert(find_attribute(rules(), key) != nullptr);
  if (const Attribute* attribute = find(*catalog_, *object_, key)) {
    for (Symbol value : attribute->values) texts.push_back(catalog_->text(value));
  }
  return texts;
}

std::vector<std::string_view> View::in_order(std::string_view key) const {
  std::vector<std::string_view> texts;
  assert(find_attribute(rules(), key) != nullptr);
  if (const Attribute* attribute = find(*catalog_, *object_, key)) {
    for (Symbol value : options_in_order(*attribute, catalog_->symbols())) texts.push_back(catalog_->text(value));
  }
  return texts;
}

std::optional<View> View::parent() const {
  if (object_->parent == ObjectId::none) return std::nullopt;
  return View{*catalog_, catalog_->object(object_->parent)};
}

View View::whole() const {
  View whole = *this;
  while (const auto parent = whole.parent()) whole = *parent;
  return whole;
}

std::vector<View> View::children(Kind kind) const {
  std::vector<View> views;
  for (ObjectId id : catalog_->children(catalog_->id(*object_))) {
    const Object& child = catalog_->object(id);
    if (child.identity.kind == kind) views.emplace_back(*catalog_, child);
  }
  return views;
}

}  // namespace plumb
