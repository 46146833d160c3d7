#include "engine/alteration.h"

#include <algorithm>

#include "schema/sql.h"

namespace plumb {

namespace {

std::string texts(std::span<const Symbol> values, const AttributeRule& rule, const Symbols& symbols) {
  if (values.empty()) return rule.fallback.empty() ? "none" : std::string{rule.fallback};
  std::string joined;
  for (Symbol value : values) {
    if (!joined.empty()) joined += ", ";
    joined += symbols.text(value);
  }
  return joined;
}

}  // namespace

std::string reason_of(const Change& change, const Symbols& symbols) {
  std::string reason;
  for (const AttributeChange& attribute : change.attributes) {
    const std::string_view key = symbols.text(attribute.key);
    const AttributeRule& rule = *find_attribute(rules_for(change.identity().kind), key);
    if (!reason.empty()) reason += "; ";
    reason.append(key).append(": ").append(texts(attribute.before, rule, symbols));
    reason.append(" -> ").append(texts(attribute.after, rule, symbols));
  }
  return reason;
}

Statements drop_statements(const View& object) {
  return object.rules().drop != nullptr ? object.rules().drop(object) : drop_statement(object);
}

bool follows(const View& object, const View& before, const View& after) {
  const KindRules& rules = object.rules();
  return rules.follows && (rules.follows_change == nullptr || rules.follows_change(object, before, after));
}

std::optional<Statements> alter_statements(const Change& change, const Catalog& actual, const Catalog& desired) {
  const KindRules& rules = rules_for(change.identity().kind);
  const View before{actual, *change.before};
  const View after{desired, *change.after};
  std::vector<Alter> functions;  // in the order of the rules
  for (const AttributeRule& rule : rules.attributes) {
    const auto changed = [&](const AttributeChange& attribute) { return desired.text(attribute.key) == rule.key; };
    if (std::ranges::none_of(change.attributes, changed)) continue;
    if (rule.alter == nullptr) return std::nullopt;
    if (std::ranges::find(functions, rule.alter) == functions.end()) functions.push_back(rule.alter);
  }
  Statements statements;
  for (Alter function : functions) {
    auto more = function(before, after);
    if (!more) return std::nullopt;
    statements.insert(statements.end(), more->begin(), more->end());
  }
  return statements;
}

}  // namespace plumb
