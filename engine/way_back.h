#pragma once

#include <vector>

#include "engine/diff.h"
#include "engine/plan.h"

namespace plumb {

/// The changes that lead from the desired catalog to the actual one.
Changes reversed(const Changes& changes);

/// Gives each step what undoes it: what the way back does to the same object.
void fill_backs(std::vector<Step>& steps, const std::vector<Step>& way_back);

}  // namespace plumb
