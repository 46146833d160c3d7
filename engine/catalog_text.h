#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schema/catalog.h"

namespace plumb {

/// A catalog as a text that `read_catalog` of the same build of plumb understands: each name and value once, and then
/// numbers. Equal catalogs have equal texts. The authors' own words are left behind.
std::string write_catalog(const Catalog& catalog);

/// Nothing for a text that `write_catalog` has not written.
std::optional<Catalog> read_catalog(std::string_view text, Symbols& symbols);

}  // namespace plumb
