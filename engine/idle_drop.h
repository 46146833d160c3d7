#pragma once

#include "engine/refusals.h"
#include "engine/words.h"
#include "schema/error.h"
#include "schema/file/declaration.h"

namespace plumb {

/// Whether a statement of a file drops what is not there, and will not be once what waits is through: tried again
/// behind the statement that makes it, it would drop that. An ALTER does so only on top of a file that makes it new,
/// as pg_dump --clean writes them. `waiting` are the words of what is to be tried again.
bool drops_nothing(const Attempt& attempt, const DatabaseError& error, const Words& waiting,
                   const Declaration& declaration);

}  // namespace plumb
