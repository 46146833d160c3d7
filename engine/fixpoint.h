#pragma once

#include "engine/diff.h"
#include "engine/workbench.h"

namespace plumb {

/// The changes without those where both sides mean the same: texts that PostgreSQL deparses differently although
/// they say the same are run through a scratch database until they stop changing, and then compared.
Changes without_same_meaning(Changes changes, const Catalog& actual, const Catalog& desired, Workbench& workbench);

}  // namespace plumb
