#include "schema/kinds/annotation.h"

#include <cassert>

#include <fmt/core.h>

#include "schema/sql.h"

namespace plumb {

std::string annotated(const View& annotation) {
  const auto parent = annotation.parent();
  assert(parent);
  const Identity& own = annotation.object().identity;
  const Identity& owner = parent->object().identity;
  if (own.table == owner.table && own.name == owner.name) {
    return fmt::format("{} {}", parent->rules().noun, full_address(*parent));
  }
  return fmt::format("COLUMN {}.{}", full_address(*parent), quote_identifier(annotation.name()));
}

bool read_annotation(Reader& reader) {
  enum Raw : std::size_t { parent_catalog, parent_oid, parent_sub };
  reader.set_parent(
      {reader.raw_oid(parent_catalog), reader.raw_oid(parent_oid), to_integer(reader.raw_text(parent_sub))});
  return true;
}

}  // namespace plumb
