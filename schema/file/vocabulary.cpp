#include "schema/file/vocabulary.h"

#include <algorithm>
#include <unordered_map>

#include "schema/sql.h"

namespace plumb {

namespace {

bool stands_on_top(const KindRules& rules, const FileForm& form) { return form.within.empty() && !rules.about_parent; }

/// Whether something about an object of this kind, as a comment, can stand in its entry.
bool can_be_spoken_of(const KindRules& rules) { return rules.takes_comments && !rules.about_parent; }

bool stands_within(const KindRules& rules, const FileForm& form, Kind owner) {
  if (form.within.empty()) {
    const KindRules& around = rules_for(owner);
    return rules.about_parent && can_be_spoken_of(around) && (form.applies_to == nullptr || form.applies_to(around));
  }
  return std::ranges::find(form.within, owner) != form.within.end();
}

/// The sections whose form `belongs`.
template <typename Belongs>
void add_sections(std::vector<Word>& words, Belongs belongs) {
  for (Kind kind : all_kinds()) {
    for (const FileForm& form : rules_for(kind).forms) {
      if (belongs(rules_for(kind), form)) words.push_back({.text = form.section, .kind = kind, .form = &form});
    }
  }
}

/// What the form calls the attribute; empty when it cannot be written there.
std::string_view word_for(const AttributeRule& attribute, const FileForm& form) {
  if (attribute.derived || attribute.key == form.owner_as) return {};
  const auto alias = std::ranges::find(form.aliases, attribute.key, &Alias::attribute);
  if (alias != form.aliases.end()) return alias->word;
  const bool is_taken = std::ranges::find(form.aliases, attribute.key, &Alias::word) != form.aliases.end();
  return is_taken ? std::string_view{} : attribute.key;
}

std::vector<Word> make_words(Kind kind, const FileForm& form) {
  const KindRules& rules = rules_for(kind);
  std::vector<Word> words;
  for (const AttributeRule& attribute : rules.attributes) {
    const std::string_view text = word_for(attribute, form);
    if (!text.empty()) words.push_back({.text = text, .attribute = &attribute});
  }
  if (!form.default_name.empty() && find_word(words, name_word) == nullptr) words.push_back({.text = name_word});
  const bool bears_name = form.named || !form.default_name.empty();
  if (rules.rename != nullptr && bears_name) words.push_back({.text = former_name_word, .is_former = true});
  if (can_move(rules) && bears_name) words.push_back({.text = former_schema_word, .is_former_schema = true});
  for (const AttributeRule& attribute : rules.attributes) {
    if (attribute.rename_value != nullptr && !attribute.renamed_as.empty())
      words.push_back({.text = attribute.renamed_as, .is_former = true, .former_values = &attribute});
  }
  add_sections(words,
               [kind](const KindRules& each, const FileForm& section) { return stands_within(each, section, kind); });
  if (rules.holds_names) {
    add_sections(words, [](const KindRules& each, const FileForm& section) {
      return stands_on_top(each, section) && each.address == Address::schema;
    });
  }
  return words;
}

std::size_t place_of(Kind kind) { return static_cast<std::size_t>(kind); }

const FileForm* find_form(Kind kind, Kind owner) {
  const KindRules& rules = rules_for(kind);
  const auto found =
      std::ranges::find_if(rules.forms, [&](const FileForm& form) { return stands_within(rules, form, owner); });
  return found == rules.forms.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<Word>& words_on_top() {
  static const std::vector<Word> words = [] {
    std::vector<Word> found;
    add_sections(found, [](const KindRules& rules, const FileForm& form) { return stands_on_top(rules, form); });
    return found;
  }();
  return words;
}

const std::vector<Word>& words_in(const FileForm& form) {
  static const auto all = [] {
    std::unordered_map<const FileForm*, std::vector<Word>> found;
    for (Kind each : all_kinds()) {
      for (const FileForm& each_form : rules_for(each).forms) found.emplace(&each_form, make_words(each, each_form));
    }
    return found;
  }();
  return all.at(&form);
}

const Word* find_word(const std::vector<Word>& words, std::string_view text) {
  const auto found = std::ranges::find(words, text, &Word::text);
  return found == words.end() ? nullptr : &*found;
}

const FileForm* form_within(Kind kind, Kind owner) {
  static const std::size_t kinds = all_kinds().size() + 1;
  static const std::vector<const FileForm*> forms = [] {
    std::vector<const FileForm*> found(kinds * kinds, nullptr);
    for (Kind each : all_kinds()) {
      for (Kind around : all_kinds()) found[place_of(each) * kinds + place_of(around)] = find_form(each, around);
    }
    return found;
  }();
  return forms[place_of(kind) * kinds + place_of(owner)];
}

bool stands_on_top(const Word& section) { return stands_on_top(rules_for(section.kind), *section.form); }

bool stands_on_top(Kind kind) {
  const KindRules& rules = rules_for(kind);
  return !rules.forms.empty() && stands_on_top(rules, rules.forms.front());
}

}  // namespace plumb
