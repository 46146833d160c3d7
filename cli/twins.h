#pragma once

#include <functional>

#include "cli/console.h"
#include "cli/options.h"
#include "engine/session.h"

namespace plumb::cli {

/// Compares, and settles what may be a rename. On a terminal a person is asked, and a yes counts as if a schema file
/// said it. Otherwise throws `ConsentError`, with what to write for a rename and what to allow for a drop, unless
/// --allow covers the drop. Against another database it is mentioned only: no file is there to say it in.
Comparison compare_settled(Session& session, const Options& options, Console& console,
                           const std::function<Comparison()>& compare);

/// Says what may be a rename, for commands that change nothing.
void mention_twins(const Comparison& comparison, const Options& options, const Symbols& symbols, Console& console);

}  // namespace plumb::cli
