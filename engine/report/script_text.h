#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/plan.h"

namespace plumb {

/// A statement with its semicolon, which no comment at its end can swallow, and a line end.
std::string terminated(std::string_view sql);

/// Lines of comments as SQL. One that begins with `own_word`, which a program takes for its own, gets marks before it.
std::string sql_comments_of(const std::vector<std::string>& lines, std::string_view own_word = {});

/// What a script sets before it runs steps, so that they mean the same in any database: some have settings of their own
/// (ALTER DATABASE ... SET). Only what these steps need.
std::string settings_for(std::span<const Step> steps, std::string_view search_path);

/// A statement for psql, with variables in place of the tokens of secrets (schema/secrets.h), called like them.
std::string with_variables(std::string_view sql);

/// Comments that name the variables that `with_variables` makes of the tokens in a text; empty when there are none.
std::string name_secrets(std::string_view text);

}  // namespace plumb
