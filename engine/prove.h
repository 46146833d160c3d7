#pragma once

#include "engine/comparison.h"
#include "engine/plan.h"
#include "engine/workbench.h"

namespace plumb {

/// Runs the plan of a comparison there and back on a scratch database. Throws `PlanError` when it does not arrive at
/// `desired`, or its way back not at `actual`. Where code that hides what it needs, as a function in a CHECK, does not
/// find that by names alone, the plan gets the search path by which it does.
void prove(Plan& plan, const Comparison& comparison, Workbench& workbench);

/// Throws `PlanError` when a scratch database, read as `found`, is not as wanted; `what` says what was tried. What
/// scratch may have otherwise without saying anything about a plan is no difference.
void expect_same(const Catalog& found, const Catalog& wanted, std::string_view what, Workbench& workbench);

}  // namespace plumb
