#pragma once

#include "schema/rules.h"

namespace plumb {

/// Says DEPENDS ON EXTENSION again behind what makes PostgreSQL forget it: CREATE OR REPLACE, or an index that is built
/// anew as a column changes its type.
void keep_extension_dependencies(const View& before, const View& after, Statements& statements);

}  // namespace plumb
