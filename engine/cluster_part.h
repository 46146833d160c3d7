#pragma once

#include <functional>
#include <string>

#include "engine/workbench.h"
#include "schema/file/declaration.h"

namespace plumb {

/// What the files declare of the whole cluster, where nobody asked for that, is only there to be mentioned. Whether
/// they declare anything. Throws `DeclarationError` for a statement of an SQL file that would change it.
bool leave_cluster_out(const Declaration& declaration, Workbench& scratch);

/// The names of what nobody manages of the kinds that belong to the whole cluster (`KindRules::untouched`); `warn`
/// hears of what the files declare all the same.
Words find_untouched(const Declaration& declaration, Database& live,
                     const std::function<void(const std::string&)>& warn);

}  // namespace plumb
