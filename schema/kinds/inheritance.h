#pragma once

#include "schema/reader.h"

namespace plumb {

/// Reads what tables and foreign tables say about the tables that they inherit from: the attributes `inherits`, and
/// `partition_of` of a partition. `parents` is the array of their oids, in order.
void read_inheritance(Reader& reader, std::string_view parents, bool is_partition);

}  // namespace plumb
