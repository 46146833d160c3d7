#pragma once

#include <string_view>

#include "schema/reader.h"
#include "schema/rules.h"

namespace plumb {

// How columns are read. A database has more of them than of anything else, so what the client can tell is not asked,
// as what a type gives a column and what the column of a parent is like; and the usual is said by NULL, which costs the
// server less than a value.

inline constexpr RawColumn column_raw[] = {
    {.sql = "a.atttypid"},
    {.sql = "nullif(a.attcollation, 0)"},
    {.sql = "a.attstorage"},
    {.sql = "nullif(not a.attislocal, false)"},
    {.sql = "nullif(a.attgenerated, '')"},
    {.sql = "nullif(a.attidentity, '')"},
    {.sql = "a.attoptions"},
    {.sql = "nullif(a.attnotnull, false)"},
};

/// Goes by relation, through the index: most rows of pg_attribute are system columns and those of indexes and of TOAST.
inline constexpr std::string_view column_from = R"(
  from pg_catalog.pg_class c
 cross join lateral (select a.*
                       from pg_catalog.pg_attribute a
                      where a.attrelid = c.oid
                        and a.attnum > 0
                        and not a.attisdropped
                     offset 0) a
 where c.oid >= 16384
   and c.relkind in ('r', 'p', 'f', 'm', 'v'))";

/// `Inspection::read` of columns.
bool read_column(Reader& reader);

}  // namespace plumb
