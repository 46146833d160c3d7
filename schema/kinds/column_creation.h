#pragma once

#include <span>
#include <string>

#include "schema/rules.h"

namespace plumb {

/// What CREATE TABLE says of the column; nothing where it comes with what the table inherits.
std::string column_in_create(const View& column);

/// ALTER TABLE ... ADD COLUMN.
Statements create_column(const View& column, std::span<const std::string> parts);

/// What neither of them can say.
Statements finish_column(const View& column);

}  // namespace plumb
