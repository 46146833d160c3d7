#include <algorithm>
#include <unordered_set>

#include "engine/plan.h"
#include "engine/realise.h"
#include "engine/slice.h"
#include "schema/rules.h"

namespace plumb {

namespace {

/// Whether `text` has the form of `pattern`, in which * stands for any text and ? for one character.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

/// Which objects of a catalog are the schema files' business.
class Claims {
 public:
  Claims(const Scope& scope, const std::vector<Identity>& claims)
      : scope_{scope}, claims_{claims.begin(), claims.end()} {}

  bool hold(const Catalog& catalog, ObjectId id) const {
    const Identity& root = catalog.object(root_of(catalog, id)).identity;
    if (is_ignored(root, catalog.symbols()) || is_ignored(catalog.object(id).identity, catalog.symbols())) return false;
    if (scope_.manages == Manages::database) return true;
    if (scope_.manages == Manages::schemas && is_in_managed_schema(root, catalog.symbols())) return true;
    for (; id != ObjectId::none; id = catalog.object(id).parent) {
      if (claims_.contains(catalog.object(id).identity)) return true;
    }
    return false;
  }

 private:
  bool is_ignored(const Identity& identity, const Symbols& symbols) const {
    return std::ranges::any_of(scope_.ignore, [&](const std::string& pattern) {
      return matches(pattern, describe(identity, symbols)) || matches(pattern, full_name(identity, symbols));
    });
  }

  bool is_in_managed_schema(const Identity& identity, const Symbols& symbols) const {
    return std::ranges::find(scope_.schemas, symbols.text(identity.schema)) != scope_.schemas.end();
  }

  const Scope& scope_;
  std::unordered_set<Identity, IdentityHash> claims_;
};

/// An object of the schema files with the author's own words, and with what they leave open as it is.
std::vector<Property> completed(const Object& object, const Object* draft, const Object* actual,
                                const Symbols& symbols) {
  std::vector<Property> properties = properties_of(object, false);
  for (const AttributeRule& rule : rules_for(object.identity.kind).attributes) {
    const auto has_key = [&](const auto& attribute) { return symbols.text(attribute.key) == rule.key; };
    const Attribute* written = nullptr;
    if (draft != nullptr) {
      const auto found = std::ranges::find_if(draft->attributes, has_key);
      if (found != draft->attributes.end()) written = &*found;
    }
    if (rule.only_if_declared && written == nullptr) {
      std::erase_if(properties, has_key);
      if (actual == nullptr) continue;
      const auto found = std::ranges::find_if(actual->attributes, has_key);
      if (found != actual->attributes.end()) properties.push_back({found->key, found->values, Symbol::none});
    }
    if (rule.value == Value::expression && written != nullptr && !written->values.empty()) {
      const auto place = std::ranges::find_if(properties, has_key);
      if (place != properties.end() && place->values.front() != written->values.front()) {
        place->words = written->values.front();
      }
    }
  }
  return properties;
}

}  // namespace

Catalog desired_catalog(const Declaration& declaration, const Realised& realised, const Catalog& actual) {
  const Claims claims{declaration.scope, realised.claims};
  const std::unordered_set<Identity, IdentityHash> written{realised.claims.begin(), realised.claims.end()};
  Merger merger{actual.symbols()};
  for (const Object& object : realised.catalog.objects()) {
    const ObjectId id = realised.catalog.id(object);
    if (!written.contains(object.identity) || !claims.hold(realised.catalog, id)) continue;
    const Object* draft = declaration.drafts.find(object.identity);
    merger.add(realised.catalog, id, completed(object, draft, actual.find(object.identity), actual.symbols()));
  }
  for (const Object& object : actual.objects()) {
    if (!claims.hold(actual, actual.id(object))) merger.add(actual, actual.id(object));
  }
  return merger.finish();
}

}  // namespace plumb
