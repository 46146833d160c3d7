#include "cli/consent.h"

#include <algorithm>

#include <fmt/core.h>

#include "engine/report/wording.h"
#include "schema/error.h"

namespace plumb::cli {

bool allows(std::string_view allowed, std::string_view needed) {
  constexpr std::string_view home = "public.";
  if (allowed == needed) return true;
  const std::size_t equals = needed.find('=');
  const std::string_view word = needed.substr(0, equals);
  const std::string_view name = needed.substr(equals + 1);
  if (allowed.substr(0, allowed.find('=')) != word) return false;
  if (allowed.size() == word.size()) return true;
  const std::string_view allowed_name = allowed.substr(word.size() + 1);
  return allowed_name == "*" || (name.starts_with(home) && allowed_name == name.substr(home.size()));
}

namespace {

bool is_used(std::string_view allowed, const Plan& plan) {
  return std::ranges::any_of(plan.steps, [&](const Step& step) {
    return std::ranges::any_of(step.consents, [&](const std::string& needed) { return allows(allowed, needed); });
  });
}

}  // namespace

std::vector<std::string> missing_consents(const Plan& plan, const std::vector<std::string>& allowed) {
  std::vector<std::string> missing;
  for (const Step& step : plan.steps) {
    for (const std::string& needed : step.consents) {
      const bool is_allowed =
          std::ranges::any_of(allowed, [&](const std::string& each) { return allows(each, needed); });
      if (!is_allowed && std::ranges::find(missing, needed) == missing.end()) missing.push_back(needed);
    }
  }
  return missing;
}

void require_consent(const Plan& plan, const std::vector<std::string>& allowed) {
  const std::vector<std::string> missing = missing_consents(plan, allowed);
  if (missing.empty()) return;
  std::string words;
  for (const std::string& each : missing) words += " --allow " + shell_quoted(each);
  for (const std::string& each : allowed) {
    if (!is_used(each, plan)) words += fmt::format("\n`--allow {}` allows nothing that this plan does", each);
  }
  throw ConsentError{fmt::format("the plan loses data, and nothing was done; to allow it, add\n {}", words)};
}

}  // namespace plumb::cli
