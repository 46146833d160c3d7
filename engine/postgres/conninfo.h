#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plumb {

/// libpq's parameters (manual section 34.1.2), in the order of writing.
using Parameters = std::vector<std::pair<std::string, std::string>>;

const std::string* find(const Parameters& parameters, std::string_view key);  ///< null when it is not there

/// Reads "postgresql://user:password@host:port/dbname?option=value" in libpq's and in SQLAlchemy's spelling. `notes`
/// takes a sentence for each option that was left out or understood otherwise. Throws `DeclarationError`, which never
/// quotes what could be a password.
Parameters parse_uri(std::string_view text, std::vector<std::string>& notes);

/// Reads "host=localhost password='my secret'". Throws `DeclarationError`, which names the keyword before the fault and
/// never the text itself.
Parameters parse_keywords(std::string_view text);

std::string write_keywords(const Parameters& parameters);  ///< every value in quotes

}  // namespace plumb
