#pragma once

#include <string_view>
#include <vector>

#include "schema/view.h"

namespace plumb {

/// An attribute of a composite type in SQL: "\"House number\"" and "integer".
struct Field {
  std::string_view name;
  std::string_view type;  ///< with the collation, where that is another than the type's
  friend bool operator==(const Field&, const Field&) = default;
};

std::vector<Field> fields_of(const View& composite_type);

}  // namespace plumb
