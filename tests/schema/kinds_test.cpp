#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "schema/file/vocabulary.h"
#include "schema/rules.h"

using namespace plumb;

namespace {

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return std::islower(static_cast<unsigned char>(c)) != 0 || std::isdigit(static_cast<unsigned char>(c)) != 0 ||
           c == '_';
  });
}

/// The names between braces in "{table}_{columns}_fkey".
std::set<std::string> placeholders(std::string_view text) {
  std::set<std::string> names;
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    names.emplace(text.substr(open + 1, text.find('}', open) - open - 1));
  }
  return names;
}

template <typename Check>
void for_every_kind(Check check) {
  for (const Kind kind : all_kinds()) {
    const KindRules& rules = rules_for(kind);
    CAPTURE(rules.key);
    check(kind, rules);
  }
}

}  // namespace

TEST_CASE("kinds: each has a key of its own, by which it is found") {
  std::set<std::string_view> keys;
  for_every_kind([&](Kind kind, const KindRules& rules) {
    CHECK(is_word(rules.key));
    CHECK(keys.insert(rules.key).second);
    CHECK(find_rules(rules.key) == &rules);
    CHECK(find_kind(rules) == kind);
    CHECK(!rules.noun.empty());
    CHECK(std::ranges::none_of(rules.noun, [](char c) { return std::islower(static_cast<unsigned char>(c)) != 0; }));
  });
  CHECK(find_rules("no_such_kind") == nullptr);
}

TEST_CASE("kinds: each can be read and created, and what is dropped by its noun has one") {
  for_every_kind([](Kind, const KindRules& rules) {
    CHECK((rules.create != nullptr));
    CHECK(!rules.inspection.from.empty());
    CHECK(!rules.inspection.oid.empty());
    CHECK(rules.inspection.catalog != 0);
    // What is about another object is alone there, so that its order says nothing.
    const bool is_ordered = rules.inspection.from.find("order by") != std::string_view::npos;
    CHECK((rules.about_parent || is_ordered != rules.inspection.parents_first));
    // The schema is said once: by the object itself, or by the relation that owns it.
    CHECK((rules.inspection.schema.empty() || rules.inspection.table.empty()));
  });
}

TEST_CASE("kinds: attributes are words of their own, with a help text and a meaning that fits their form") {
  for_every_kind([](Kind, const KindRules& rules) {
    std::set<std::string_view> keys;
    for (const AttributeRule& rule : rules.attributes) {
      CAPTURE(rule.key);
      CHECK(is_word(rule.key));
      CHECK(keys.insert(rule.key).second);
      CHECK(find_attribute(rules, rule.key) == &rule);
      CHECK(!rule.help.empty());
      CHECK((!rule.help.ends_with('.') || rule.help.ends_with("...")));
      // Silence may mean neither where old servers do not know of it.
      const bool may_be_neither = rule.since > 0 && rule.fallback.empty();
      if (rule.value == Value::boolean) CHECK((may_be_neither || rule.fallback == "true" || rule.fallback == "false"));
      if (rule.value == Value::names || rule.value == Value::fragments || rule.value == Value::options) {
        CHECK(rule.fallback.empty());
      }
      // What must be said has no default, and what follows from the rest is not asked for.
      CHECK((!rule.required || rule.fallback.empty()));
      CHECK(!(rule.required && rule.derived));
      CHECK(!(rule.required && rule.only_if_declared));
      // A change that replaces the object takes its dependents down in any case.
      CHECK((rule.disturbs == Disturbs::nothing || rule.alter != nullptr));
      CHECK((rule.since == 0 || (rule.since >= 150000 && rule.since % 10000 == 0)));
    }
    CHECK(find_attribute(rules, "no_such_attribute") == nullptr);
  });
}

TEST_CASE("kinds: what only new servers know has a source that old ones are not asked for") {
  for_every_kind([](Kind, const KindRules& rules) {
    for (const RawColumn& column : rules.inspection.raw) {
      CAPTURE(column.sql);
      CHECK(!column.sql.empty());
      CHECK(column.since < column.until);
    }
    // Whatever no `source` yields, `read` has to compose.
    const bool all_have_sources =
        std::ranges::none_of(rules.attributes, [](const AttributeRule& rule) { return rule.source.empty(); });
    CHECK((all_have_sources || rules.inspection.read != nullptr));
    CHECK((!rules.inspection.name.empty() || rules.inspection.read != nullptr));
  });
}

TEST_CASE("kinds: forms of schema files name attributes that there are") {
  for_every_kind([](Kind, const KindRules& rules) {
    CHECK(!rules.forms.empty());
    for (const FileForm& form : rules.forms) {
      CAPTURE(form.section);
      CHECK(is_word(form.section));
      if (!form.short_form.empty()) {
        const AttributeRule* rule = find_attribute(rules, form.short_form);
        REQUIRE(rule != nullptr);
        CHECK(!rule->derived);
        // A plain scalar can stand for the whole only when nothing else must be said.
        for (const AttributeRule& other : rules.attributes) {
          CHECK((!other.required || other.key == form.short_form || other.key == form.owner_as));
        }
      }
      if (!form.owner_as.empty()) CHECK(find_attribute(rules, form.owner_as) != nullptr);
      for (const Alias& alias : form.aliases) {
        CAPTURE(alias.word);
        CHECK(is_word(alias.word));
        CHECK(find_attribute(rules, alias.attribute) != nullptr);
      }
      for (const std::string& name : placeholders(form.default_name)) {
        CAPTURE(name);
        CHECK((name == "table" || find_attribute(rules, name) != nullptr));
      }
      // Without a name, there is at most one for each owner, or a default name tells them apart.
      CHECK((form.named || !form.within.empty() || rules.about_parent));
    }
  });
}

TEST_CASE("kinds: no two words of one form are the same, and none is empty") {
  for_every_kind([](Kind, const KindRules& rules) {
    for (const FileForm& form : rules.forms) {
      std::set<std::string_view> seen;
      for (const Word& word : words_in(form)) {
        CAPTURE(word.text);
        CHECK(!word.text.empty());
        CHECK(seen.insert(word.text).second);
      }
    }
  });
}

TEST_CASE("kinds: no two sections of one owner have the same word") {
  std::set<std::pair<Kind, std::string_view>> seen;
  for_every_kind([&](Kind, const KindRules& rules) {
    for (const FileForm& form : rules.forms) {
      CAPTURE(form.section);
      if (form.within.empty()) CHECK(seen.emplace(Kind::none, form.section).second);
      for (const Kind owner : form.within) {
        CHECK(owner != Kind::none);
        CHECK(seen.emplace(owner, form.section).second);
        // The section must not hide an attribute of its owner.
        CHECK(find_attribute(rules_for(owner), form.section) == nullptr);
      }
    }
  });
}

TEST_CASE("kinds: owners are read before what they own") {
  for_every_kind([](Kind kind, const KindRules& rules) {
    if (rules.about_parent && rules.forms.front().within.empty()) CHECK(kind > Kind::trigger);
    for (const FileForm& form : rules.forms) {
      for (const Kind owner : form.within) CHECK((owner < kind || rules_for(owner).container));
    }
  });
}

TEST_CASE("kinds: what dies with its parent or is a part of it has one") {
  for_every_kind([](Kind kind, const KindRules& rules) {
    const bool may_have_parent =
        rules.address == Address::table || rules.about_parent || kind == Kind::sequence ||
        std::ranges::any_of(rules.forms, [](const FileForm& form) { return !form.within.empty(); });
    CHECK((!rules.dies_with_parent || may_have_parent));
    CHECK((rules.part_of_create == nullptr || may_have_parent));
    CHECK((rules.loss.empty() || rules.loss.starts_with("drop-")));
  });
}
