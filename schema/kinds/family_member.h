#pragma once

#include <string>
#include <string_view>

#include "schema/reader.h"
#include "schema/rules.h"

namespace plumb {

// What the operators and functions of a family have in common that belong to it and to none of its classes. The name
// of such a member is its number in the access method with the types it is for: "1(integer, bigint)".

/// "OPERATOR 1 (integer, bigint)": what ALTER OPERATOR FAMILY ... DROP calls it.
std::string member_address(const View& member);

/// ALTER OPERATOR FAMILY ... ADD, with what stands at that place, and DROP.
Statements add_member(const View& member, std::string_view what);
Statements drop_member(const View& member);

/// Reads what `member_columns` yields of `m`, the member, and `f`, its family.
bool read_member(Reader& reader);
inline constexpr RawColumn member_columns[] = {
    {.sql = "f.oid"},
    {.sql = "f.opfname"},
    {.sql = "f.opfmethod"},
    {.sql = "m.number"},
    {.sql = "pg_catalog.format_type(m.left_type, null)"},
    {.sql = "pg_catalog.format_type(m.right_type, null)"},
};

inline constexpr Kind member_owners[] = {Kind::operator_family};

}  // namespace plumb
