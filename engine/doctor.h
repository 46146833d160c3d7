#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/session.h"

namespace plumb {

/// One thing that `plumb doctor` looked at.
struct Finding {
  enum class Verdict : std::uint8_t { ok, warning, failure };
  Verdict verdict = Verdict::ok;
  std::string subject;  ///< "database"
  std::string text;     ///< "PostgreSQL 15.18 at localhost:5432, as app"
  std::string advice;   ///< what to do; empty when all is well
};

/// Looks at the database (reachable, version, rights, objects of kinds that plumb does not know), the installed
/// servers, the way to a scratch database and the cache folder. What it runs into becomes a finding and is not thrown.
std::vector<Finding> examine(const SessionOptions& options);

}  // namespace plumb
