#pragma once

#include <string>
#include <string_view>

#include "schema/view.h"

namespace plumb {

/// SQL that turns a value of the old type of a column into one of its new type, for ALTER COLUMN ... TYPE ... USING:
/// by a cast where there is one (pg_cast), else by the text of the value, which PostgreSQL takes everywhere, if only
/// for NULL. A value becomes the one element of an array, and a number is taken for seconds since 1970, in UTC.
std::string convert_value(std::string_view column, const View& before, const View& after);

/// SQL of an array whose one element is `value`; NULL where `column` is NULL.
std::string array_of_one(std::string_view column, std::string_view value, std::string_view type);

}  // namespace plumb
