#pragma once

#include <string>

#include "schema/object.h"
#include "schema/symbol.h"

namespace plumb {

/// "table public.users", "column public.users.email", "index public.users_email_idx": what people are told about.
std::string describe(const Identity& identity, const Symbols& symbols);

/// "foreign key": what people call the kind.
std::string in_words(Kind kind);

/// "public.users.email": the name in `--allow drop-column=...`.
std::string full_name(const Identity& identity, const Symbols& symbols);

}  // namespace plumb
