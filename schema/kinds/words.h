#pragma once

#include <string>
#include <string_view>

namespace plumb {

// Words of schema files as DDL wants them.

/// ASCII letters in upper case: "INSTEAD OF".
std::string upper(std::string_view text);

/// "ENABLE REPLICA": the verb that puts a trigger, rule or event trigger into a state of `enabled`.
std::string_view enabling_verb(std::string_view enabled);

}  // namespace plumb
