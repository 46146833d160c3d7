#pragma once

#include <string>
#include <vector>

#include "engine/diff.h"
#include "schema/catalog.h"

namespace plumb {

/// What PostgreSQL keeps of the results of functions that get another body: entries of indexes, stored columns. One
/// sentence for each object that keeps them, with what to do; `desired` is the catalog that the changes lead to.
std::vector<std::string> find_kept_results(const Changes& changes, const Catalog& actual, const Catalog& desired);

}  // namespace plumb
