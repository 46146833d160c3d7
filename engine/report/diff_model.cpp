#include "engine/report/diff_model.h"

#include <unordered_map>

namespace plumb {

Action action_of(const Change& change) {
  if (change.before == nullptr) return Action::create;
  return change.after == nullptr ? Action::drop : Action::alter;
}

std::vector<std::optional<std::size_t>> fold(const Changes& changes, const Catalog& actual, const Catalog& desired) {
  std::unordered_map<const Object*, std::size_t> whole;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Change& change = changes[i];
    if (action_of(change) != Action::alter) whole[change.after != nullptr ? change.after : change.before] = i;
  }
  std::vector<std::optional<std::size_t>> folded(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Change& change = changes[i];
    if (action_of(change) == Action::alter) continue;
    const Catalog& catalog = change.after != nullptr ? desired : actual;
    ObjectId parent = (change.after != nullptr ? change.after : change.before)->parent;
    for (; parent != ObjectId::none; parent = catalog.object(parent).parent) {
      const auto found = whole.find(&catalog.object(parent));
      if (found == whole.end()) break;
      folded[i] = found->second;
    }
  }
  return folded;
}

}  // namespace plumb
