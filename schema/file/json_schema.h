#pragma once

#include <string>

namespace plumb {

/// A JSON Schema (draft 2020-12) of schema files, from the rules of the kinds: what editors complete and check by.
std::string json_schema();

}  // namespace plumb
