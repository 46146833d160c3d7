#include <algorithm>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "schema/file/declaration.h"
#include "schema/file/document.h"
#include "schema/file/naming.h"
#include "schema/file/values.h"
#include "schema/file/vocabulary.h"
#include "schema/file/yaml_text.h"
#include "schema/role_name.h"
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
    }
    for (const Object& object : catalog.objects()) {
      if (!stands_on_top(object.identity.kind) || stands_in_parent(object)) continue;
      tops_[{object.identity.kind, is_nested(object) ? object.identity.schema : Symbol::none}].push_back(&object);
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

  using Keyed = std::pair<std::string, const Object*>;

  struct Part {
    const FileForm* form;
    const Object* object;
  };

  struct KeyedWord {
    const Word* word;
    Symbol key;
  };

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

  Objects objects_on_top(Kind kind) const { return objects_in(Symbol::none, kind); }

  Objects objects_in(Symbol schema, Kind kind) const {
    const auto found = tops_.find({kind, schema});
    return found == tops_.end() ? Objects{} : found->second;
  }

  /// What belongs to the object, each beside the form it is written in; null for what is not written.
  std::vector<Part> parts_of(const Object& owner) const {
    std::vector<Part> parts;
    for (ObjectId id : catalog_.children(catalog_.id(owner))) {
      const Object& child = catalog_.object(id);
      parts.push_back({form_of(child, owner), &child});
    }
    return parts;
  }

  static Objects parts_in(std::span<const Part> parts, const FileForm* form) {
    Objects objects;
    for (const Part& part : parts) {
      if (part.form == form) objects.push_back(part.object);
    }
    return objects;
  }

  /// The words of the form, and the symbols of the attributes among them.
  const std::vector<KeyedWord>& words_of(const FileForm& form) {
    const auto [found, is_new] = words_.try_emplace(&form);
    if (is_new) {
      for (const Word& word : words_in(form)) {
        if (word.is_former || word.is_former_schema) continue;  // a database does not remember
        const bool is_attribute = word.attribute != nullptr;
        found->second.push_back({&word, is_attribute ? catalog_.symbols().intern(word.attribute->key) : Symbol::none});
      }
    }
    return found->second;
  }

  static const FileForm* form_of(const Object& child, const Object& owner) {
    const KindRules& rules = rules_for(child.identity.kind);
    if (!rules.about_parent) return form_within(child.identity.kind, owner.identity.kind);
    const bool is_about_owner =
        child.identity.table == owner.identity.table && child.identity.name == owner.identity.name;
    const auto form = std::ranges::find_if(rules.forms, [&](const FileForm& each) {
      const Kind subject = each.subject == Kind::none ? owner.identity.kind : each.subject;
      const bool has_own_name = each.role_key.empty() ? each.named : each.grouped;
      const bool is_elsewhere =
          !each.within.empty() && std::ranges::find(each.within, owner.identity.kind) == each.within.end();
      return !is_elsewhere && has_own_name == !is_about_owner && subject == child.identity.subject;
    });
    return form == rules.forms.end() ? nullptr : &*form;
  }

  Node write_section(const Word& section, const Objects& objects) {
    if (!section.form->named) {
      for (const Object* object : objects) {
        Node entry = write_entry(section, *object);
        if (!is_left_unsaid(*object) || entry.children.size() > 1) return entry;
      }
      return {};
    }
    if (section.form->list_of_names) return list_of_names(objects);
    Node entries = Node::map();
    entries.spread = true;
    entries.children.reserve(objects.size());
    std::vector<Keyed> keyed;
    keyed.reserve(objects.size());
    for (const Object* object : objects) keyed.emplace_back(key_of(*object), object);
    if (!rules_for(section.kind).ordered) std::ranges::sort(keyed, {}, &Keyed::first);
    for (const auto& [key, object] : keyed) {
      Node entry = write_entry(section, *object);
      // What is carried says that and what it has of its own, or nothing.
      if (is_carried(*object) ? entry.children.size() <= 1 : entry.children.empty() && is_settled(*object)) continue;
      Node* around = &entries;
      if (section.form->grouped) {
        const std::string_view group = text(object->identity.name);
        if (std::ranges::find(entries.children, group, &Node::key) == entries.children.end()) {
          entries.add(group, Node::map());
        }
        around = &*std::ranges::find(entries.children, group, &Node::key);
      }
      around->add(key, std::move(entry));
    }
    return entries;
  }

  /// Whether the original elsewhere tells all of an object but what is its own (`AttributeRule::own`). Where somebody
  /// gave it a name, that has to be said with all that the name follows from.
  bool is_left_unsaid(const Object& object) const {
    return is_carried(object) && !is_settled_apart({catalog_, object});
  }

  bool is_carried(const Object& object) const {
    const KindRules& rules = rules_for(object.identity.kind);
    const View view{catalog_, object};
    return rules.carrier != nullptr && rules.carrier(view) != nullptr && rules.comes_along(view);
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
    if (object.identity.role != Symbol::none) return std::string{written_role(text(object.identity.role))};
    const std::string_view name = text(object.identity.name);
    if (rules.address != Address::schema) return std::string{name};
    const bool is_told = text(object.identity.schema) == default_schema || is_nested(object);
    const std::string_view schema = is_told ? std::string_view{} : text(object.identity.schema);
    if (rules.signature.empty()) return join_name(schema, name);
    return schema.empty() ? std::string{name} : join_name({}, schema).append(".").append(name);
  }

  Node write_entry(const Word& section, const Object& object) {
    const FileForm& form = *section.form;
    const std::vector<Part> parts = parts_of(object);
    const bool own_only = is_left_unsaid(object);
    Node entry = Node::map();
    entry.children.reserve(object.attributes.size() + parts.size());
    for (const auto& [word, key] : words_of(form)) {
      if (word->attribute != nullptr) {
        const Attribute* attribute = object.find(key);
        if (attribute == nullptr || (own_only && !word->attribute->own) || is_settled(object, *word->attribute)) {
          continue;
        }
        entry.add(word->text, value_of(*word->attribute, *attribute));
      } else if (word->form != nullptr) {
        add_section(entry, *word, object, parts);
      } else if (!form.named && text(object.identity.name) != usual_name(form, object)) {
        entry.add(word->text, Node::scalar(escape_variables(text(object.identity.name)), true));
      }
    }
    return shortened(std::move(entry), form);
  }

  /// Adds what belongs to the object, or stands in it where it is a schema, and is written under this word.
  void add_section(Node& entry, const Word& word, const Object& object, std::span<const Part> parts) {
    if (word.form->absence != nullptr) {
      if (const auto said = word.form->absence({catalog_, object}); !said.empty()) {
        entry.add(word.text, Node::scalar(said));
      }
    }
    Objects below = stands_on_top(word) ? objects_in(object.identity.name, word.kind) : parts_in(parts, word.form);
    if (below.empty()) return;
    Node nested = write_section(word, below);
    if (nested.is_null() || (nested.is_map() && word.form->named && nested.children.empty())) return;
    entry.add(word.text, std::move(nested));
    // What is said about the whole goes before the sections with its parts.
    if (!word.form->named && rules_for(word.kind).about_parent) {
      const auto spread = std::ranges::find(entry.children, true, &Node::spread);
      if (spread != entry.children.end()) std::rotate(spread, std::prev(entry.children.end()), entry.children.end());
    }
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

  Node value_of(const AttributeRule& rule, const Attribute& attribute) const {
    const bool is_list = rule.value == Value::names || rule.value == Value::fragments;
    if (!is_list && rule.value != Value::options) {
      const std::string_view value = attribute.values.empty() ? std::string_view{} : text(attribute.values.front());
      return Node::scalar(escape_variables(value), rule.value == Value::text);
    }
    std::vector<std::string> texts;
    for (Symbol value : options_in_order(attribute, catalog_.symbols())) texts.push_back(escape_variables(text(value)));
    return is_list ? Node::list({texts.begin(), texts.end()}) : options(texts);
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
      if (const Attribute* attribute = object.find(catalog_.symbols().intern(placeholder))) {
        for (Symbol value : attribute->values) joined.append(joined.empty() ? "" : "_").append(text(value));
      }
      return joined;
    });
  }

  const Catalog& catalog_;
  std::map<std::string_view, const Object*> schemas_;
  std::map<std::pair<Kind, Symbol>, Objects> tops_;  ///< by the schema in whose entry they stand
  std::unordered_map<const FileForm*, std::vector<KeyedWord>> words_;
};

}  // namespace

std::string write_yaml(const Catalog& catalog) { return to_yaml(TreeWriter{catalog}.write()); }

}  // namespace plumb
