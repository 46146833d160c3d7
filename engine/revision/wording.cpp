#include "engine/revision/wording.h"

#include <string_view>

#include <fmt/format.h>

namespace plumb {

void raise(const SeveralHeadsError& error, const RevisionWording& wording) {
  const std::string& argument = wording.argument.empty() ? error.argument : wording.argument;
  const std::string said =
      wording.several_heads.empty()
          ? fmt::format(
                "Multiple head revisions are present for given argument '{0}'; please specify a specific target "
                "revision, '<branchname>@{0}' to narrow to a specific head, or 'heads' for all heads",
                argument)
          : wording.several_heads;
  throw RevisionError{
      fmt::format("{}\nMultiple heads detected: {}; name one of them, or join them with `plumb merge heads -m \"...\"`",
                  said, error.ids)};
}

void raise(const RangeError& error, const RevisionWording& wording) {
  if (wording.range.empty()) throw RevisionError{error.what()};
  throw RevisionError{wording.range +
                      "\n`plumb current` shows where the database is, `plumb history` what lies around it"};
}

}  // namespace plumb
