#pragma once

#include <string_view>

namespace plumb {

/// What turning the values of one type into another means. Types are texts of format_type, "character varying(20)".
struct Conversion {
  bool needs_using = false;  ///< no assignment cast leads there: ALTER TABLE ... TYPE wants a USING clause
  bool may_lose = true;      ///< values may be rounded, cut off or refused
};

Conversion convert(std::string_view from, std::string_view to);

}  // namespace plumb
