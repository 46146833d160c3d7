#pragma once

#include "engine/realise.h"
#include "schema/fingerprint.h"

namespace plumb {

/// All that decides what a declaration means, but for what it borrows: the declaration itself, and the versions of
/// the server and its extensions, and whether what belongs to the whole cluster is part of it.
Fingerprint realisation_key(const Declaration& declaration, const Catalog& actual, int server_version,
                            const Workbench& workbench);

/// `realise`, or what it returned the last time for the same key while what it borrowed is as it was.
Realised realise_cached(const Declaration& declaration, const Catalog& actual, int server_version,
                        Workbench& workbench);

}  // namespace plumb
