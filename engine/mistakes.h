#pragma once

#include "engine/workbench.h"
#include "schema/catalog.h"
#include "schema/file/declaration.h"
#include "schema/file/faults.h"

namespace plumb {

/// Throws `DeclarationError` with the faults of form that a declaration has, and with what PostgreSQL refuses of the
/// rest: of SQL files without such faults, and of objects and parts of objects without any. What it misses there may be
/// among what is left out, and is not told.
[[noreturn]] void raise_all(Faults& faults, const Declaration& declaration, const Catalog& actual,
                            Workbench& workbench);

}  // namespace plumb
