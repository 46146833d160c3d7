#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/plan.h"

namespace plumb::cli {

/// Whether `allowed` (from --allow) covers `needed`, "drop-column=public.users.email". It may leave out the
/// schema `public`; the word alone, or with the name "*", covers everything of that word.
bool allows(std::string_view allowed, std::string_view needed);

/// What a plan needs and nobody allowed, each once, in the order of the steps.
std::vector<std::string> missing_consents(const Plan& plan, const std::vector<std::string>& allowed);

/// Throws `ConsentError` with the exact words to add unless all that the plan needs is allowed.
void require_consent(const Plan& plan, const std::vector<std::string>& allowed);

}  // namespace plumb::cli
