#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/diff.h"
#include "engine/plan.h"

namespace plumb {

Action action_of(const Change& change);

/// For each change, the index of the one that it is told under: the creation or removal of what it belongs to, or
/// nothing when it stands for itself.
std::vector<std::optional<std::size_t>> fold(const Changes& changes, const Catalog& actual, const Catalog& desired);

}  // namespace plumb
