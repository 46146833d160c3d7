#pragma once

#include <optional>
#include <string_view>

#include "schema/file/declaration.h"
#include "schema/file/faults.h"

namespace plumb {

/// What a comment of an SQL file says about a former name, in the words that reports call objects by:
/// "-- plumb: renamed column public.people.email from mail", "-- plumb: renamed enum public.mood value fine from ok",
/// "-- plumb: moved table archive.orders from public".
/// nullopt for any other comment; one that begins with "plumb:" and says something else is a fault.
std::optional<WrittenRename> read_renamed_comment(const WrittenStatement& comment, Symbols& symbols, Faults& faults);

}  // namespace plumb
