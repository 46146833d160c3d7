#pragma once

#include <string>
#include <string_view>

#include "engine/revision/file.h"
#include "schema/file/faults.h"

namespace plumb {

/// Cuts a revision file into its sections, by the markers among its comments, and fills them in.
void read_sections(std::string_view text, const std::string& path, Faults& faults, RevisionFile& file);

}  // namespace plumb
