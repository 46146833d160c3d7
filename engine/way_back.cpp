#include "engine/way_back.h"

#include <unordered_map>
#include <utility>

namespace plumb {

Changes reversed(const Changes& changes) {
  Changes back;
  for (const Change& change : changes) {
    Change& other = back.emplace_back(Change{change.after, change.before, {}});
    for (const AttributeChange& attribute : change.attributes) {
      other.attributes.push_back({attribute.key, attribute.after, attribute.before});
    }
  }
  return back;
}

void fill_backs(std::vector<Step>& steps, const std::vector<Step>& way_back) {
  std::unordered_map<Identity, std::vector<const Step*>, IdentityHash> undoing;
  for (const Step& step : way_back) undoing[step.subject].push_back(&step);
  const auto opposite = [](Action action) {
    if (action == Action::alter) return action;
    return action == Action::create ? Action::drop : Action::create;
  };
  for (Step& step : steps) {
    for (const Step* undo : undoing[step.subject]) {
      if (undo->action != opposite(step.action)) continue;
      step.back.insert(step.back.end(), undo->forward.begin(), undo->forward.end());
    }
  }
}

}  // namespace plumb
