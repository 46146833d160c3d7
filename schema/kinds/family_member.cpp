#include "schema/kinds/family_member.h"

#include <fmt/core.h>

#include "schema/signature.h"
#include "schema/sql.h"

namespace plumb {

namespace {

Statements alter_family(const View& member, std::string_view change) {
  return {{fmt::format("ALTER OPERATOR FAMILY {} {}", method_address(member.schema(), member.table()), change)}};
}

}  // namespace

std::string member_address(const View& member) {
  const auto [number, types] = signature_of(member.name());
  return fmt::format("{} {} ({})", member.rules().noun, number, types);
}

Statements add_member(const View& member, std::string_view what) {
  return alter_family(member, fmt::format("ADD {}", what));
}

Statements drop_member(const View& member) {
  return alter_family(member, fmt::format("DROP {}", member_address(member)));
}

namespace {

enum Raw : std::size_t { family_oid, family_name, method, number, left_type, right_type };

}  // namespace

bool read_member(Reader& reader) {
  const std::string_view access_method = reader.names().access_method(reader.raw_oid(method));
  reader.set_table(
      fmt::format("{}({})", quote_identifier(reader.raw_text(family_name)), quote_identifier(access_method)));
  reader.set_name(
      fmt::format("{}({}, {})", reader.raw_text(number), reader.raw_text(left_type), reader.raw_text(right_type)));
  reader.set_parent({pg_opfamily, reader.raw_oid(family_oid), 0});
  return true;
}

}  // namespace plumb
