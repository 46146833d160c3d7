#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/file/declaration.h"
#include "schema/file/faults.h"

namespace plumb {

/// Blanks what psql itself reads in an SQL text: its commands (`\connect`), and rows behind COPY ... FROM stdin. Each
/// is a fault, and is returned as an empty statement; but the `\restrict` lines of pg_dump may
/// stand.
std::vector<WrittenStatement> take_out_psql(std::string& text, std::string_view file, Faults& faults);

}  // namespace plumb
