#pragma once

#include <string_view>

namespace plumb {

// Words of schema files as DDL wants them.

/// The states of `enabled` of triggers, rules and event triggers.
inline constexpr std::string_view enabling_words[] = {"origin", "replica", "always", "disabled"};

/// How much of a large value is kept elsewhere, and whether compressed (manual section 73.2, "TOAST").
inline constexpr std::string_view storage_words[] = {"plain", "external", "extended", "main"};

/// What a routine is in parallel queries.
inline constexpr std::string_view parallel_words[] = {"unsafe", "restricted", "safe"};

/// "ENABLE REPLICA": the verb that puts a trigger, rule or event trigger into a state of `enabled`.
std::string_view enabling_verb(std::string_view enabled);

}  // namespace plumb
