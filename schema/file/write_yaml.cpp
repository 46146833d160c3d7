#include <algorithm>
#include <bitset>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/file/declaration.h"
#include "schema/file/document.h"
#include "schema/file/naming.h"
#include "schema/file/values.h"
#include "schema/file/vocabulary.h"
#include "schema/file/yaml_text.h"
#include "schema/view.h"

namespace plumb {

namespace {

/// The one whose objects stand on top of the file.
constexpr std::string_view default_schema = "public";

/// Turns a catalog into the tree of a schema file.
class TreeWriter {
 public:
  explicit TreeWriter(const Catalog& catalog) : catalog_{catalog} {
    for (const Object& object : catalog.objects()) {
      const KindRules& rules = rules_for(object.identity.kind);
      if (rules.holds_names) schemas_.emplace(text(object.identity.name), &object);
      if (stands_on_top(object.identity.kind) && !stands_in_parent(object))
        tops_[object.identity.kind].push_back(&object);
    }
  }

  Node write() {
    Node top = Node::map();
    top.add("schema", Node::scalar(default_schema, true));
    // Schemas last, because what stands on top is what most people look for.
    for (const bool schemas : {false, true}) {
      for (const Word& section : words_on_top()) {
        if (rules_for(section.kind).holds_names != schemas) continue;
        Node entries = write_section(section, objects_on_top(section.kind));
        if (!entries.children.empty()) top.add(section.text, std::move(entries));
      }
    }
    return top;
  }

 private:
  using Objects = std::vector<const Object*>;
  using Kinds = std::bitset<256>;

  std::string_view text(Symbol symbol) const { return catalog_.text(symbol); }

  /// Whether the object has its place in the entry of its parent.
  bool stands_in_parent(const Object& object) const {
    if (object.parent == ObjectId::none) return false;
    return form_within(object.identity.kind, catalog_.object(object.parent).identity.kind) != nullptr;
  }

  /// Whether the object stands in the entry of its schema. A schema that the catalog does not have gets no entry.
  bool is_nested(const Object& object) const {
    const std::string_view schema = text(object.identity.schema);
    return schema != default_schema && schemas_.contains(schema);
  }

  Objects objects_on_top(Kind kind) {
    Objects objects = tops_[kind];
    std::erase_if(objects, [this](const Object* object) { return is_nested(*object); });
    return objects;
  }

  Objects objects_in(const Object& schema, Kind kind) {
    Objects objects = tops_[kind];
    std::erase_if(objects, [&](const Object* object) {
      return !is_nested(*object) || object->identity.schema != schema.identity.name;
    });
    return objects;
  }

  Kinds kinds_below(const Object& owner) const {
    Kinds kinds;
    for (ObjectId id : catalog_.children(catalog_.id(owner))) {
      kinds.set(static_cast<std::size_t>(catalog_.object(id).identity.kind));
    }
    return kinds;
  }

  Objects children(const Object& owner, const Word& section) const {
    Objects objects;
    for (ObjectId id : catalog_.children(catalog_.id(owner))) {
      const Object& child = catalog_.object(id);
      if (child.identity.kind == section.kind && form_of(child, owner) == section.form) objects.push_back(&child);
    }
    return objects;
  }

  static const FileForm* form_of(const Object& child, const Object& owner) {
    const KindRules& rules = rules_for(child.identity.kind);
    if (!rules.about_parent) return form_within(child.identity.kind, owner.identity.kind);
    const bool is_about_owner =
        child.identity.table == owner.identity.table && child.identity.name == owner.identity.name;
    const auto form = std::ranges::find_if(rules.forms, [&](const FileForm& each) {
      if (!each.key_is_role) return each.named == !is_about_owner;
      const Kind subject = each.subject == Kind::none ? owner.identity.kind : each.subject;
      return each.grouped == !is_about_owner && subject == child.identity.subject;
    });
    return form == rules.forms.end() ? nullptr : &*form;
  }

  Node write_section(const Word& section, Objects objects) {
    if (!section.form->named) {
      std::erase_if(objects, [this](const Object* object) { return is_carried(*object); });
      return objects.empty() ? Node{} : write_entry(section, *objects.front());
    }
    if (section.form->list_of_names) return list_of_names(objects);
    Node entries = Node::map();
    entries.spread = true;
    entries.children.reserve(objects.size());
    if (!rules_for(section.kind).ordered) {
      std::ranges::sort(objects, {}, [this](const Object* object) { return key_of(*object); });
    }
    for (const Object* object : objects) {
      Node entry = write_entry(section, *object);
      // What is carried says that and what it has of its own, or nothing.
      if (is_carried(*object) ? entry.children.size() <= 1 : is_settled(*object) && entry.children.empty()) continue;
      Node* around = &entries;
      if (section.form->grouped) {
        const std::string_view group = text(object->identity.name);
        if (std::ranges::find(entries.children, group, &Node::key) == entries.children.end()) {
          entries.add(group, Node::map());
        }
        around = &*std::ranges::find(entries.children, group, &Node::key);
      }
      around->add(key_of(*object), std::move(entry));
    }
    return entries;
  }

  bool is_carried(const Object& object) const {
    const KindRules& rules = rules_for(object.identity.kind);
    return rules.carrier != nullptr && rules.carrier({catalog_, object}) != nullptr;
  }

  /// Whether a section beside the object says the attribute.
  bool is_settled(const Object& object, const AttributeRule& rule) const {
    if (rule.settled_by.empty() || object.parent == ObjectId::none) return false;
    return std::ranges::any_of(catalog_.children(object.parent), [&](ObjectId id) {
      const Object& beside = catalog_.object(id);
      return form_of(beside, catalog_.object(object.parent))->section == rule.settled_by;
    });
  }

  bool is_settled(const Object& object) const {
    return std::ranges::any_of(rules_for(object.identity.kind).attributes,
                               [&](const AttributeRule& rule) { return is_settled(object, rule); });
  }

  Node list_of_names(const Objects& objects) const {
    std::vector<std::string> keys;
    for (const Object* object : objects) keys.push_back(escape_variables(key_of(*object)));
    return objects.empty() ? Node{} : Node::list({keys.begin(), keys.end()});
  }

  std::string key_of(const Object& object) const {
    const KindRules& rules = rules_for(object.identity.kind);
    if (object.identity.role != Symbol::none) {
      const std::string_view role = text(object.identity.role);
      return role == "public" ? "PUBLIC" : std::string{role};
    }
    const std::string_view name = text(object.identity.name);
    if (rules.address != Address::schema) return std::string{name};
    const bool is_told = text(object.identity.schema) == default_schema || is_nested(object);
    const std::string_view schema = is_told ? std::string_view{} : text(object.identity.schema);
    if (rules.signature.empty()) return join_name(schema, name);
    return schema.empty() ? std::string{name} : join_name({}, schema).append(".").append(name);
  }

  Node write_entry(const Word& section, const Object& object) {
    const FileForm& form = *section.form;
    const Kinds below = kinds_below(object);
    const bool own_only = is_carried(object);
    Node entry = Node::map();
    entry.children.reserve(object.attributes.size() + below.count());
    for (const Word& word : words_in(form)) {
      if (word.is_former) continue;  // a database does not remember
      if (word.attribute != nullptr) {
        if ((own_only && !word.attribute->own) || is_settled(object, *word.attribute)) continue;
        if (const Attribute* attribute = find(object, word.attribute->key)) {
          entry.add(word.text, value_of(*word.attribute, *attribute));
        }
      } else if (word.form == nullptr) {
        if (!form.named && text(object.identity.name) != usual_name(form, object)) {
          entry.add(word.text, Node::scalar(escape_variables(text(object.identity.name)), true));
        }
      } else {
        const bool below_schema = stands_on_top(word);
        if (word.form->absence != nullptr) {
          if (const auto said = word.form->absence({catalog_, object}); !said.empty()) {
            entry.add(word.text, Node::scalar(said));
          }
        }
        if (!below_schema && !below.test(static_cast<std::size_t>(word.kind))) continue;
        Node nested = write_section(word, below_schema ? objects_in(object, word.kind) : children(object, word));
        if (nested.is_null() || (nested.is_map() && word.form->named && nested.children.empty())) continue;
        entry.add(word.text, std::move(nested));
        // What is said about the whole goes before the sections with its parts.
        if (!word.form->named && rules_for(word.kind).about_parent) {
          const auto parts = std::ranges::find(entry.children, true, &Node::spread);
          if (parts != entry.children.end()) std::rotate(parts, std::prev(entry.children.end()), entry.children.end());
        }
      }
    }
    return shortened(std::move(entry), form);
  }

  /// The value alone where the only thing to say is what the short form says.
  static Node shortened(Node entry, const FileForm& form) {
    if (entry.children.size() != 1 || form.short_form.empty() || entry.children.front().key != form.short_form)
      return entry;
    if (entry.children.front().is_map()) return entry;
    Node value = std::move(entry.children.front());
    value.key.clear();
    return value;
  }

  const Attribute* find(const Object& object, std::string_view key) const {
    const auto found =
        std::ranges::find(object.attributes, key, [this](const Attribute& each) { return text(each.key); });
    return found == object.attributes.end() ? nullptr : &*found;
  }

  Node value_of(const AttributeRule& rule, const Attribute& attribute) const {
    std::vector<std::string> texts;
    for (Symbol value : attribute.values) texts.push_back(escape_variables(text(value)));
    switch (rule.value) {
      case Value::names:
      case Value::fragments:
        return Node::list({texts.begin(), texts.end()});
      case Value::options:
        return options(texts);
      case Value::text:
        return Node::scalar(texts.empty() ? std::string_view{} : texts.front(), true);
      case Value::boolean:
      case Value::integer:
      case Value::expression:
        break;
    }
    return Node::scalar(texts.empty() ? std::string_view{} : texts.front());
  }

  static Node options(const std::vector<std::string>& texts) {
    Node map = Node::map();
    for (std::string_view option : texts) {
      const auto equals = std::min(option.find('='), option.size());
      map.add(option.substr(0, equals), Node::scalar(option.substr(std::min(equals + 1, option.size()))));
    }
    return map;
  }

  std::string usual_name(const FileForm& form, const Object& object) const {
    return default_name(form.default_name, [&](std::string_view placeholder) {
      if (placeholder == "table") return std::string{text(object.identity.table)};
      std::string joined;
      if (const Attribute* attribute = find(object, placeholder)) {
        for (Symbol value : attribute->values) joined.append(joined.empty() ? "" : "_").append(text(value));
      }
      return joined;
    });
  }

  const Catalog& catalog_;
  std::map<std::string_view, const Object*> schemas_;
  std::map<Kind, Objects> tops_;
};

}  // namespace

std::string write_yaml(const Catalog& catalog) { return to_yaml(TreeWriter{catalog}.write()); }

}  // namespace plumb
