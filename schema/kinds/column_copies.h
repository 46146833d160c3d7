#pragma once

#include "schema/rules.h"

namespace plumb {

/// What PostgreSQL does to comments on copies of checks and indexes when it makes them anew for another type of a
/// column that is inherited: it loses them, and before 18 gives copies of indexes the one of their original.
void restore_comments_of_copies(const View& before, const View& after, Statements& statements);

}  // namespace plumb
