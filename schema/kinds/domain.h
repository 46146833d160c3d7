#pragma once

#include "schema/view.h"

namespace plumb {

/// Whether columns hold values of the domain inside of others, as in arrays, composite values and ranges. PostgreSQL
/// cannot check those, and so refuses every new constraint that it would have to check (get_rels_with_domain).
bool is_inside_columns(const View& domain);

/// The innermost domain that a column or a domain is of; itself where its type is no domain. Its `type` is what values
/// are in the end.
View below_domains(const View& typed);

}  // namespace plumb
