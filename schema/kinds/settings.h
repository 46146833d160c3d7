#pragma once

#include <string>
#include <string_view>

namespace plumb {

/// "search_path TO 'app', 'public'": what SET says about a setting that a catalog keeps as "search_path=app, public".
std::string setting_sql(std::string_view option);

}  // namespace plumb
