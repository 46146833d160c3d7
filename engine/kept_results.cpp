#include "engine/kept_results.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/core.h>

#include "schema/describe.h"
#include "schema/rules.h"
#include "schema/view.h"

namespace plumb {

namespace {

bool gets_another_body(const Change& change, const Symbols& symbols) {
  const std::string_view body = rules_for(change.identity().kind).hides_needs;
  return !body.empty() && std::ranges::any_of(change.attributes, [&](const AttributeChange& attribute) {
    return symbols.text(attribute.key) == body;
  });
}

}  // namespace

std::vector<std::string> find_kept_results(const Changes& changes, const Catalog& actual, const Catalog& desired) {
  std::unordered_set<ObjectId> functions;
  std::unordered_set<const Object*> changed;
  for (const Change& change : changes) {
    if (change.after == nullptr) continue;
    changed.insert(change.after);
    if (gets_another_body(change, desired.symbols())) functions.insert(desired.id(*change.after));
  }
  std::vector<std::string> sentences;
  if (functions.empty()) return sentences;
  for (const Object& object : desired.objects()) {
    const auto keeps = rules_for(object.identity.kind).keeps_results;
    if (keeps == nullptr || changed.contains(&object) || actual.find(object.identity) == nullptr) continue;
    const std::string_view what = keeps({desired, object});
    if (what.empty()) continue;
    for (ObjectId needed : desired.needs(desired.id(object))) {
      if (!functions.contains(needed)) continue;
      sentences.push_back(fmt::format("the {} gets another body, and the {} {}",
                                      describe(desired.object(needed).identity, desired.symbols()),
                                      describe(object.identity, desired.symbols()), what));
    }
  }
  return sentences;
}

}  // namespace plumb
