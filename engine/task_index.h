#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/tasks.h"

namespace plumb {

/// Where in a list of tasks those stand that do something to an object.
class TaskIndex {
 public:
  using Map = std::unordered_map<ObjectId, std::size_t>;

  TaskIndex(const std::vector<Task>& tasks, const Catalog& actual, const Catalog& desired);

  // Of objects of the actual catalog:
  std::optional<std::size_t> drop(ObjectId id) const { return lookup(drops_, id); }
  std::optional<std::size_t> alter(ObjectId id) const { return lookup(alters_, id); }
  const Map& drops() const { return drops_; }
  const Map& alters() const { return alters_; }

  // Of objects of the desired catalog; what makes one creates or alters it:
  std::optional<std::size_t> announcement(ObjectId id) const { return lookup(announcements_, id); }
  std::optional<std::size_t> make(ObjectId id) const { return lookup(makes_, id); }
  const Map& makes() const { return makes_; }

 private:
  static std::optional<std::size_t> lookup(const Map& map, ObjectId id);

  Map drops_;
  Map alters_;
  Map announcements_;
  Map makes_;
};

}  // namespace plumb
