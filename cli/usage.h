#pragma once

#include "schema/error.h"

namespace plumb::cli {

/// What a program ends with; the meanings are the same for every command.
enum class ExitCode : int {
  done = 0,  ///< done, or no difference
  failed = 1,
  differences = 2,  ///< `check`, and `diff --exit-code`
  refused = 3,      ///< something that loses data was not allowed
  wrong_usage = 4
};

/// The command line makes no sense.
struct UsageError : Error {
  using Error::Error;
};

}  // namespace plumb::cli
