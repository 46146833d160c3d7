#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/tasks.h"
#include "schema/catalog.h"

namespace plumb {

// Tasks that wait for each other in a circle.

/// Finds what may be done in another way so that the circle does not form: a type may step aside for its replacement,
/// and what is altered so as not to use what goes may be made anew. `drops` are the pairs of tasks on the circle of
/// which the second one drops what the first one leaves. False: nothing more may.
bool find_detour(std::span<const std::pair<std::size_t, std::size_t>> drops, const std::vector<Task>& tasks,
                 const Catalog& desired, Detours& detours);

/// Names what stands on a circle that nothing breaks.
std::string circle_message(const std::vector<std::size_t>& circle, const std::vector<Task>& tasks,
                           const Symbols& symbols);

}  // namespace plumb
