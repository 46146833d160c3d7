#include "engine/circles.h"

#include "schema/describe.h"
#include "schema/rules.h"

namespace plumb {

bool find_detour(std::span<const std::pair<std::size_t, std::size_t>> drops, const std::vector<Task>& tasks,
                 const Catalog& desired, Detours& detours) {
  bool has_found = false;
  for (const auto& [first, second] : drops) {
    const Identity& type = tasks[second].before->identity;
    const bool is_replaced = desired.contains(type) && tasks[second].aside == nullptr;
    if (is_replaced && rules_for(type.kind).steps_aside) has_found |= detours.aside.insert(type).second;
  }
  if (has_found) return true;
  for (const auto& [first, second] : drops) {
    const Task& leaves = tasks[first];
    const KindRules& rules = rules_for(leaves.object().identity.kind);
    if (leaves.action != Action::alter || !rules.loss.empty() || rules.container || rules.steps_aside) continue;
    has_found |= detours.replaced.insert(leaves.object().identity).second;
  }
  return has_found;
}

std::string circle_message(const std::vector<std::size_t>& circle, const std::vector<Task>& tasks,
                           const Symbols& symbols) {
  std::string message{"no order is possible, because these depend on each other in a circle:"};
  for (std::size_t task : circle) message += "\n  " + describe(tasks[task].object().identity, symbols);
  return message + "\nThis is a fault in plumb: please report it with both schemas.";
}

}  // namespace plumb
