#include "engine/late.h"

#include <unordered_set>

#include "schema/rules.h"
#include "schema/view.h"

namespace plumb {

namespace {

/// All that needs, at any depth, an object whose own needs are hidden.
std::unordered_set<ObjectId> users_of_hidden_code(const Catalog& catalog) {
  std::vector<ObjectId> waiting;
  for (const Object& object : catalog.objects()) {
    const std::string_view hiding = rules_for(object.identity.kind).hides_needs;
    if (!hiding.empty() && View{catalog, object}.has(hiding)) waiting.push_back(catalog.id(object));
  }
  std::unordered_set<ObjectId> users;
  while (!waiting.empty()) {
    const ObjectId id = waiting.back();
    waiting.pop_back();
    for (ObjectId user : catalog.needed_by(id)) {
      if (users.insert(user).second) waiting.push_back(user);
    }
  }
  return users;
}

}  // namespace

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
