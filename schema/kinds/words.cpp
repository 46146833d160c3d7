#include "schema/kinds/words.h"

namespace plumb {

std::string_view enabling_verb(std::string_view enabled) {
  if (enabled == "disabled") return "DISABLE";
  if (enabled == "replica") return "ENABLE REPLICA";
  if (enabled == "always") return "ENABLE ALWAYS";
  return "ENABLE";
}

}  // namespace plumb
