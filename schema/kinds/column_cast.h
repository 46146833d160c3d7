#pragma once

#include <string_view>

#include "schema/view.h"

namespace plumb {

/// The cast that leads from the old type of a column to one that can be cast to its new type, "::text", where
/// PostgreSQL has no cast between both (pg_cast); empty where it has one. The text of a value leads everywhere, if only
/// for NULL.
std::string_view detour(const View& before, const View& after);

}  // namespace plumb
