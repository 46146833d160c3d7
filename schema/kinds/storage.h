#pragma once

#include <string>
#include <string_view>

#include "schema/view.h"

namespace plumb {

// How and where the rows of tables, materialized views and indexes are kept.

/// What lets silence mean the database's own tablespace (`AttributeRule::setting`).
inline constexpr std::string_view tablespace_setting = "default_tablespace = ''";

/// What lets silence mean the usual access method.
inline constexpr std::string_view access_method_setting = "default_table_access_method = heap";

/// "SET TABLESPACE fast": what ALTER says of an object's attribute `tablespace`.
std::string set_tablespace(const View& object);

}  // namespace plumb
