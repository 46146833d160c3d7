#include "schema/signature.h"

#include <fmt/core.h>

#include "schema/kinds/deparsed.h"
#include "schema/sql.h"

namespace plumb {

Signature signature_of(std::string_view name) {
  const auto open = find_outside(name, "(");
  if (open == std::string_view::npos) return {name, {}};
  return {name.substr(0, open), name.substr(open + 1, name.size() - open - 2)};
}

Statements rename_by_signature(const View& object, std::string_view signature) {
  return {{fmt::format("ALTER {} {} RENAME TO {}", object.rules().noun, full_address(object),
                       signature_of(signature).own)}};
}

std::string method_address(std::string_view schema, std::string_view name) {
  const Signature signature = signature_of(name);
  return fmt::format("{}.{} USING {}", quote_identifier(schema), signature.own, signature.inside);
}

std::string method_address(const View& object) { return method_address(object.schema(), object.name()); }

}  // namespace plumb
