#include "schema/file/draft.h"

#include <algorithm>

#include <fmt/core.h>

#include "schema/describe.h"
#include "schema/file/values.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// Whether there are only empty maps and lists, as in `{reader: []}`.
bool says_nothing(const Node& node) { return !node.is_scalar() && std::ranges::all_of(node.children, says_nothing); }

}  // namespace

void DraftReader::read(std::string_view file, const Word& section, const Node& node, std::string_view schema) {
  file_ = file;
  read_section(section, node, {.schema = intern(schema)});
}

void DraftReader::read_section(const Word& section, const Node& node, const Around& around) {
  if (node.is_null()) {
    if (node.text.empty() || section.form->absence == nullptr) return;
    Node absence = Node::scalar("NULL");
    absence.spot = node.spot;
    read_section(section, absence, around);
    return;
  }
  if (rules_for(section.kind).only_if_declared && says_nothing(node)) {
    declaration_.denied.emplace_back(section.kind, around.parent);
  }
  if (!section.form->named) {
    read_entry(section, node, false, around);
  } else if (node.is_map() && section.form->grouped && around.group == Symbol::none) {
    for (const Node& group : node.children) {
      Around inside = around;
      inside.group = intern(group.key);
      read_section(section, group, inside);
    }
  } else if (section.form->list_of_names || (section.form->listable && node.is_list())) {
    read_names(section, node, around);
  } else if (node.is_map()) {
    for (const Node& entry : node.children) read_entry(section, entry, true, around);
  } else if (node.is_list() && !section.form->default_name.empty()) {
    read_list(section, node, around);
  } else {
    const FileForm& form = *section.form;
    const bool may_be_list = form.listable || !form.default_name.empty();
    fault(node.spot, fmt::format("`{}` must be a map from {}{} to {}{}, not {}", section.text,
                                 form.grouped && around.group == Symbol::none ? "name to a map from " : "",
                                 form.role_key.empty() ? "name" : form.role_key, rules_for(section.kind).key,
                                 may_be_list ? ", or a list" : "", form_name(node)));
  }
}

/// Objects of which there is no more to say than their names.
void DraftReader::read_names(const Word& section, const Node& node, const Around& around) {
  const bool is_list = node.is_list() && std::ranges::all_of(node.children, &Node::is_scalar);
  if (!is_list) fault(node.spot, fmt::format("`{}` must be a list of names, not {}", section.text, form_name(node)));
  for (const Node& item : is_list ? node.children : std::vector<Node>{}) {
    Node entry;
    entry.key = item.text;
    entry.key_spot = item.spot;
    read_entry(section, entry, true, around);
  }
}

/// Objects that leave the choice of a name to PostgreSQL. A list of columns must not look like a list of keys.
void DraftReader::read_list(const Word& section, const Node& node, const Around& around) {
  const AttributeRule* brief = find_attribute(rules_for(section.kind), section.form->short_form);
  const bool is_about_lists =
      brief != nullptr && (brief->value == plumb::Value::names || brief->value == plumb::Value::fragments);
  for (const Node& item : node.children) {
    if (item.is_scalar() && is_about_lists) {
      fault(item.spot,
            fmt::format("`{0}` must be a map from name to {1}, or a list of {1} without names, as in [[{2}]]",
                        section.text, brief->key, item.text));
    } else if (!item.is_null()) {
      read_entry(section, item, false, around);
    }
  }
}

void DraftReader::read_entry(const Word& section, const Node& node, bool is_named, const Around& around) {
  Entry entry{.section = section,
              .node = node,
              .around = around,
              .spot = node.key_spot.line > 0 ? node.key_spot : node.spot,
              .is_named = is_named};
  entry.identity = place_of(entry);
  const std::size_t faults_before = faults_.all().size();
  if (is_named && !take_key(entry)) return;
  read_words(entry);
  check_required(entry);
  if (!is_named) choose_name(entry);
  const bool is_of_relation = rules_for(section.kind).named_after_relation;
  if (!is_of_relation && !check_length(entry, text(entry.identity.name))) return;
  if (!is_free(entry)) return;
  const ObjectId id = add(entry);
  for (const auto& [word, below] : entry.sections) {
    if (stands_on_top(*word)) {
      read_section(*word, *below, {.schema = entry.identity.name, .is_fixed = true});
    } else {
      const bool stands_in_schema = entry.identity.schema != Symbol::none;
      const Symbol schema_inside = stands_in_schema ? entry.identity.schema : around.schema;
      read_section(*word, *below,
                   {.schema = schema_inside, .is_fixed = stands_in_schema, .parent = id, .owner = &entry.node});
    }
  }
  for (std::size_t fault = faults_before; fault < faults_.all().size(); ++fault) declaration_.faulty.emplace(fault, id);
}

// ---- attributes -----------------------------------------------------------------------------------------------------

void DraftReader::read_words(Entry& entry) {
  const FileForm& form = *entry.section.form;
  const KindRules& rules = rules_for(entry.section.kind);
  if (!form.owner_as.empty()) {
    entry.values.push_back({find_attribute(rules, form.owner_as), {std::string{text(owner(entry).name)}}, entry.spot});
  }
  if (entry.node.is_scalar() || entry.node.is_list()) {
    if (const AttributeRule* brief = find_attribute(rules, form.short_form)) {
      const std::string what = entry.is_named || form.named
                                   ? fmt::format("`{}` of {}", brief->key, describe(entry))
                                   : fmt::format("`{}` of {}", form.section, describe(owner(entry)));
      read_attribute(entry, *brief, what, entry.node);
    } else {
      fault(entry.node.spot, fmt::format("{} must be a map, not {}", describe(entry), form_name(entry.node)));
    }
    return;
  }
  for (const Node& each : entry.node.children) {
    const std::vector<Word>& words = words_in(form);
    const Word* word = find_word(words, each.key);
    if (word == nullptr) {
      std::vector<std::string_view> known;
      known.reserve(words.size());
      for (const Word& one : words) known.push_back(one.text);
      fault(each.key_spot,
            fmt::format("unknown key `{}` in {}: {}", each.key, describe(entry), advice_on(entry, each.key, known)));
    } else if (word->is_former || word->is_former_schema) {
      read_former(entry, *word, each);
    } else if (word->attribute != nullptr) {
      read_attribute(entry, *word->attribute, fmt::format("`{}` of {}", word->text, describe(entry)), each);
    } else if (word->form != nullptr) {
      entry.sections.emplace_back(word, &each);
    } else if (each.is_scalar() && !each.text.empty()) {
      entry.own_name = &each;
    } else {
      fault(each.spot, fmt::format("`name` of {} must be a text that is not empty", describe(entry)));
    }
  }
}

/// `renamed_from: old`, `moved_from: old`, or a map from new values to old ones.
void DraftReader::read_former(Entry& entry, const Word& word, const Node& node) {
  const auto add = [&](const Node& from) {
    if (!from.is_scalar() || from.text.empty()) {
      fault(from.spot, fmt::format("`{}` of {} must tell a former name, which is a text that is not empty", word.text,
                                   describe(entry)));
      return;
    }
    std::string before;
    if (!word.is_former_schema) before = word.former_values != nullptr ? from.text : former_name(entry, from);
    entry.renames.push_back({.attribute = word.former_values,
                             .name = word.former_values != nullptr ? from.key : std::string{},
                             .before = std::move(before),
                             .schema = word.is_former_schema ? from.text : std::string{},
                             .place = {file_, from.spot.line, from.spot.column}});
  };
  if (word.former_values == nullptr) {
    add(node);
  } else if (node.is_map()) {
    std::ranges::for_each(node.children, add);
  } else {
    fault(node.spot, fmt::format("`{}` of {} must be a map from each new value to the old one, not {}", word.text,
                                 describe(entry), form_name(node)));
  }
}

void DraftReader::read_attribute(Entry& entry, const AttributeRule& rule, std::string_view what, const Node& node) {
  if (is_settled(entry, rule)) {
    fault(node.spot, fmt::format("{} cannot be said here, because `{}` of {} says it: leave it out", what,
                                 rule.settled_by, describe(owner(entry))));
    return;
  }
  if (auto texts = read_value(node, rule, what, file_, faults_)) {
    entry.values.push_back({&rule, *std::move(texts), node.spot, node.passages});
  } else if (!node.is_null()) {
    entry.values.push_back({&rule, {}, node.spot});  // a fault was added, so that another for its lack says nothing
  }
}

/// Whether the entry around has the section that says what the attribute would.
bool DraftReader::is_settled(const Entry& entry, const AttributeRule& rule) {
  if (rule.settled_by.empty() || entry.around.owner == nullptr) return false;
  const Node* section = entry.around.owner->find(rule.settled_by);
  return section != nullptr && !section->is_null();
}

bool DraftReader::is_true(const Entry& entry, std::string_view key) {
  return std::ranges::any_of(entry.values, [&](const Value& value) {
    return value.rule->key == key && value.texts.size() == 1 && value.texts.front() == "true";
  });
}

void DraftReader::check_required(const Entry& entry) {
  for (const AttributeRule& rule : rules_for(entry.section.kind).attributes) {
    if (!rule.required || is_true(entry, rule.unless) || is_settled(entry, rule)) continue;
    const auto value = std::ranges::find(entry.values, &rule, &Value::rule);
    const bool is_blank = value != entry.values.end() && value->texts.size() == 1 && value->texts.front().empty();
    if (value != entry.values.end() && !is_blank) continue;
    const auto word = std::ranges::find(words_in(*entry.section.form), &rule, &Word::attribute);
    fault(entry.spot, fmt::format("{} has no `{}`: add it ({})", describe(entry), word->text, rule.help));
  }
}

// ---- the draft -----------------------------------------------------------------------------------------------------

ObjectId DraftReader::add(const Entry& entry) {
  Catalog& drafts = declaration_.drafts;
  if (const Object* known = drafts.find(entry.identity)) return drafts.id(*known);
  std::vector<std::vector<Symbol>> symbols;
  std::vector<Property> properties;
  symbols.reserve(entry.values.size());
  for (const Value& value : entry.values) {
    const AttributeRule& rule = *value.rule;
    const bool is_default = value.texts.empty() || (value.texts.size() == 1 && value.texts.front() == rule.fallback);
    if (is_default && !rule.only_if_declared) continue;
    auto& interned = symbols.emplace_back();
    for (const std::string& each : value.texts)
      interned.push_back(intern_value(rule, each, declaration_.drafts.symbols()));
    Property& property = properties.emplace_back(Property{intern(rule.key), interned});
    if (rule.value == plumb::Value::options) property.order = sort_options(interned, declaration_.drafts.symbols());
    if (rule.value == plumb::Value::expression && !interned.empty())
      property.words = words_in_sql(text(interned.front()));
  }
  const ObjectId id = drafts.add(entry.identity, parent_of(entry), properties);
  declaration_.places.emplace(id, Place{file_, entry.spot.line, entry.spot.column});
  for (const Value& value : entry.values) {
    // PostgreSQL has nothing to say about a single number or yes and no.
    if (value.rule->value == plumb::Value::boolean || value.rule->value == plumb::Value::integer) continue;
    declaration_.attribute_places.emplace(
        std::pair{id, std::string{value.rule->key}},
        ValuePlace{.begin = {file_, value.spot.line, value.spot.column}, .passages = value.passages});
  }
  if (const std::string space = space_of(entry.identity); !space.empty()) names_.emplace(space, id);
  for (WrittenRename rename : entry.renames) {
    rename.identity = entry.identity;
    declaration_.add_rename(std::move(rename));
  }
  return id;
}

/// How an expression stands in a statement, where that is not just as it is written.
Symbol DraftReader::words_in_sql(std::string_view expression) {
  const std::string words = closed(expression);
  return words == expression ? Symbol::none : intern(words);
}

/// What the catalog calls the parent: a foreign key that stands in the entry of a column belongs to the table.
ObjectId DraftReader::parent_of(const Entry& entry) const {
  const auto within = rules_for(entry.section.kind).forms.front().within;
  ObjectId parent = entry.around.parent;
  while (parent != ObjectId::none && !within.empty()) {
    const Object& object = declaration_.drafts.object(parent);
    if (std::ranges::find(within, object.identity.kind) != within.end()) return parent;
    parent = object.parent;
  }
  return entry.around.parent;
}

std::string DraftReader::advice_on(const Entry& entry, std::string_view key, std::span<const std::string_view> known) {
  const std::string message = fmt::format("unknown key `{}`", key);
  const auto advice = rules_for(entry.section.kind).advice;
  const auto found = std::ranges::find(advice, message, &Advice::message);
  return found != advice.end() ? std::string{found->text} : suggestion(key, known);
}

// ---- words for people ----------------------------------------------------------------------------------------------

std::string DraftReader::place_text(ObjectId id) const { return to_string(declaration_.places.at(id)); }

std::string DraftReader::describe(const Entry& entry) const {
  if (entry.identity.name != Symbol::none || entry.around.parent == ObjectId::none) return describe(entry.identity);
  return fmt::format("{} of {}", in_words(entry.section.kind), describe(owner(entry)));
}

}  // namespace plumb
