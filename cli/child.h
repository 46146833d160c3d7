#pragma once

#include <string>
#include <vector>

namespace plumb::cli {

inline constexpr int no_such_program = 127;  ///< the status, as shells have it

/// Runs a program to its end; it shares our standard streams, except that its results go where our messages go when
/// `to_messages` is set. Returns its exit code, 128 and the number of the signal that killed it, or 127 when there is
/// no such program. `folder` is where it runs; empty: where plumb does.
int run_attached(const std::vector<std::string>& command, const std::string& folder = {}, bool to_messages = false);

}  // namespace plumb::cli
