#pragma once

#include <string_view>
#include <vector>

#include "schema/file/declaration.h"
#include "schema/file/faults.h"

namespace plumb {

/// The statements of an SQL text with their places, without the comments around them and without semicolons. What
/// psql would do by itself becomes a fault: its commands (`\connect`), but not the `\restrict` lines of pg_dump, which
/// are skipped, and data that follows COPY ... FROM stdin; so does what has no end. At the place of such a fault stands
/// what is left of that. `text` has passed `check_text`.
std::vector<WrittenStatement> split_sql(std::string_view text, std::string_view file, Faults& faults);

/// Whether a text that is meant as one statement ends it and begins another one.
bool holds_several(std::string_view sql);

/// The comments of an SQL text, `-- ...` up to the end of its line and `/* ... */`, as PostgreSQL's scanner finds them:
/// what stands in a constant, in the body of a function or in another comment is none. Empty for a text that cannot be
/// scanned, which is a fault of `split_sql`.
std::vector<WrittenStatement> sql_comments(std::string_view text, std::string_view file);

}  // namespace plumb
