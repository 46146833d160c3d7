#pragma once

#include <span>
#include <string>

#include "engine/doctor.h"
#include "engine/report/style.h"
#include "engine/session.h"

namespace plumb {

/// For people: a line a finding, with what to do below it.
std::string write_findings_text(std::span<const Finding> findings, const Style& style);

/// For machines: the same facts.
std::string write_findings_json(std::span<const Finding> findings);

}  // namespace plumb
