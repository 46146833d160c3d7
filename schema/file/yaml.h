#pragma once

#include <string_view>
#include <vector>

#include "schema/file/document.h"
#include "schema/file/faults.h"

namespace plumb {

/// The documents of a YAML text, one tree each, with aliases and merge keys (`<<`) resolved. What is no YAML, a key
/// that stands twice in a map, and what is built to exhaust memory become faults, and the file counts as having none.
/// A text of comments is a document that is null. `text` has passed `check_text`.
std::vector<Node> read_yaml(std::string_view text, std::string_view file, Faults& faults);

/// Maps and lists may stand this deep in each other.
constexpr int max_yaml_depth = 64;

/// Values of one file, with every alias counted as often as it is used.
constexpr std::size_t max_yaml_values = 4'000'000;

/// Values that aliases may add to those that are written out.
constexpr std::size_t max_yaml_alias_values = 1'000'000;

/// Bytes of a single value, or of all that stands in one outermost [...] or {...}.
constexpr std::size_t max_yaml_span = std::size_t{1} << 20U;

}  // namespace plumb
