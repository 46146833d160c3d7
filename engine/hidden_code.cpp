#include "engine/hidden_code.h"

#include <string_view>
#include <unordered_set>
#include <utility>

#include "engine/slice.h"
#include "schema/rules.h"
#include "schema/view.h"

namespace plumb {

namespace {

/// All that needs, at any depth, an object whose own needs are hidden.
std::unordered_set<ObjectId> users_of_hidden_code(const Catalog& catalog) {
  std::vector<ObjectId> code;
  for (const Object& object : catalog.objects()) {
    if (hides_needs(catalog, object)) code.push_back(catalog.id(object));
  }
  return users_of(catalog, std::move(code));
}

}  // namespace

bool hides_needs(const Catalog& catalog, const Object& object) {
  const std::string_view hiding = rules_for(object.identity.kind).hides_needs;
  return !hiding.empty() && View{catalog, object}.has(hiding);
}

std::vector<bool> find_late(const std::vector<Task>& tasks, const Catalog& actual, const Catalog& desired) {
  const auto before = users_of_hidden_code(actual);
  const auto after = users_of_hidden_code(desired);
  std::vector<bool> late;
  late.reserve(tasks.size());
  for (const Task& task : tasks) {
    const bool drops = task.action == Action::drop;
    const Catalog& catalog = drops ? actual : desired;
    late.push_back(rules_for(task.object().identity.kind).evaluates &&
                   (drops ? before : after).contains(catalog.id(task.object())));
  }
  return late;
}

}  // namespace plumb
