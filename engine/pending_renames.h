#pragma once

#include <span>
#include <vector>

#include "engine/rename.h"
#include "schema/catalog.h"
#include "schema/file/declaration.h"

namespace plumb {

/// Of what schema files say was called otherwise, that which still is. `drafts` are what the files declare. Throws a
/// `DeclarationError` where a former name stands beside the new one, or cannot have become it.
std::vector<Rename> pending_renames(std::span<const WrittenRename> written, const Catalog& drafts,
                                    const Catalog& actual, Workbench& workbench);

}  // namespace plumb
