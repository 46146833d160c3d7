#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/file/document.h"
#include "schema/file/faults.h"
#include "schema/rules.h"

namespace plumb {

/// The values of an attribute as a schema file gives them: one text, or those of a list; options as "key=value",
/// sorted. nullopt: there is none, or it does not suit the rule and a fault that calls it `what` was added.
std::optional<std::vector<std::string>> read_value(const Node& node, const AttributeRule& rule, std::string_view what,
                                                   std::string_view file, Faults& faults);

/// Replaces `${NAME}` and `${NAME:-default}` in every scalar below the node; `$${` stands for a plain `${`.
void expand_variables(Node& node, const std::map<std::string, std::string>& variables, std::string_view file,
                      Faults& faults);

/// The text that `expand_variables` leaves as it was meant: `${` becomes `$${`.
std::string escape_variables(std::string_view text);

}  // namespace plumb
