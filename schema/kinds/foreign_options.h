#pragma once

#include <string>
#include <string_view>

#include "schema/rules.h"
#include "schema/secrets.h"

namespace plumb {

// The options of foreign-data wrappers, servers, user mappings, foreign tables and their columns: the attribute
// `options`. What they mean is known to the wrapper alone, which checks them.

/// " OPTIONS (host 'db', port '5432')"; nothing without options.
std::string options_clause(const View& object);

/// "OPTIONS (ADD a '1', SET b '2', DROP c)", what ALTER wants; nothing where the options are the same.
std::string options_change(const View& before, const View& after);

/// The attribute, read from an array such as pg_foreign_server.srvoptions.
constexpr AttributeRule foreign_options_rule(std::string_view source, std::string_view help, Alter alter) {
  return {.key = "options",
          .value = Value::options,
          .source = source,
          .help = help,
          .alter = alter,
          .secrets = secrets_of_option};
}

}  // namespace plumb
