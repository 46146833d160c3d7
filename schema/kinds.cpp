#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

#include <fmt/core.h>

#include "schema/rules.h"

namespace plumb {

#define KIND(name) extern const KindRules name##_rules;
#include "schema/kinds.def"
#undef KIND

namespace {

constexpr std::array rules{
#define KIND(name) &name##_rules,
#include "schema/kinds.def"
#undef KIND
};

constexpr std::array kinds{
#define KIND(name) Kind::name,
#include "schema/kinds.def"
#undef KIND
};

}  // namespace

const KindRules& rules_for(Kind kind) {
  assert(kind != Kind::none);
  return *rules[static_cast<std::size_t>(kind) - 1];
}

const KindRules* find_rules(std::string_view key) {
  const auto found = std::ranges::find(rules, key, [](const KindRules* each) { return each->key; });
  return found == rules.end() ? nullptr : *found;
}

Kind find_kind(const KindRules& each) {
  const auto found = std::ranges::find(rules, &each);
  assert(found != rules.end());
  return static_cast<Kind>(found - rules.begin() + 1);
}

std::span<const Kind> all_kinds() { return kinds; }

const AttributeRule* find_attribute(const KindRules& rules, std::string_view key) {
  const auto found = std::ranges::find(rules.attributes, key, &AttributeRule::key);
  return found == rules.attributes.end() ? nullptr : &*found;
}

std::string name_in(const AttributeRule& rule, std::string_view value) {
  return rule.name_in_value != nullptr ? rule.name_in_value(value) : std::string{value};
}

std::vector<std::string> names_of_values(const AttributeRule& rule, const View& object) {
  std::vector<std::string> names;
  for (std::string_view value : object.list(rule.key)) names.push_back(name_in(rule, value));
  return names;
}

bool is_settled_apart(const View& object) {
  const auto finish = object.rules().finish_copy;
  return finish != nullptr && !finish(object).empty();
}

Symbol intern_value(const AttributeRule& rule, std::string_view value, Symbols& symbols) {
  if (rule.secrets == nullptr) return symbols.intern(value);
  std::string hidden;
  std::size_t end = 0;
  for (std::string_view secret : rule.secrets(value)) {
    const auto begin = static_cast<std::size_t>(secret.data() - value.data());
    hidden.append(value.substr(end, begin - end)).append(symbols.secrets().hide(secret));
    end = begin + secret.size();
  }
  return symbols.intern(hidden.append(value.substr(end)));
}

Symbol sort_options(std::span<Symbol> options, Symbols& symbols) {
  const auto text = [&](Symbol symbol) { return symbols.text(symbol); };
  if (std::ranges::is_sorted(options, {}, text)) return Symbol::none;
  const std::vector<Symbol> unsorted{options.begin(), options.end()};
  std::ranges::sort(options, {}, text);
  std::string places;
  for (Symbol option : unsorted) {
    places += fmt::format("{}{}", places.empty() ? "" : " ", std::ranges::find(options, option) - options.begin());
  }
  return symbols.intern(places);
}

std::vector<Symbol> options_in_order(const Attribute& attribute, const Symbols& symbols) {
  if (attribute.order == Symbol::none) return {attribute.values.begin(), attribute.values.end()};
  std::vector<Symbol> options;
  const std::string_view places = symbols.text(attribute.order);
  const char* const end = places.data() + places.size();
  for (const char* at = places.data(); at < end; ++at) {
    std::size_t place = 0;
    at = std::from_chars(at, end, place).ptr;
    assert(place < attribute.values.size());
    options.push_back(attribute.values[place]);
  }
  return options;
}

}  // namespace plumb
