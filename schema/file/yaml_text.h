#pragma once

#include <string>
#include <string_view>

#include "schema/file/document.h"

namespace plumb {

/// A map as YAML in plumb's style: an entry a line, small maps and lists in braces and brackets where they fit into a
/// line and nothing below them is to be `spread`, texts of many lines as they are. A scalar that `was_quoted` is quoted
/// wherever some reader of YAML might take it for something else than a text.
std::string to_yaml(const Node& map);

/// One scalar that fits into a line.
std::string to_yaml_scalar(std::string_view text, bool is_text, bool in_brackets);

}  // namespace plumb
