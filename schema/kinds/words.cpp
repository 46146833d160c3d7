#include "schema/kinds/words.h"

namespace plumb {

std::string upper(std::string_view text) {
  std::string result{text};
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

std::string_view enabling_verb(std::string_view enabled) {
  if (enabled == "disabled") return "DISABLE";
  if (enabled == "replica") return "ENABLE REPLICA";
  if (enabled == "always") return "ENABLE ALWAYS";
  return "ENABLE";
}

}  // namespace plumb
