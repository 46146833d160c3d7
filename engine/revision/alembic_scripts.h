#pragma once

#include <string>
#include <vector>

#include "engine/revision/revision.h"

namespace plumb {

/// The revisions of an Alembic project, by what its modules say outside of functions: `revision`, `down_revision`,
/// `branch_labels` and `depends_on`, which must be plain texts, and the docstring. `folder` is its script location, or
/// a folder of modules. Modules without `revision` are none of Alembic's. Throws `DeclarationError` with every fault.
std::vector<Revision> read_alembic_scripts(const std::string& folder);

}  // namespace plumb
