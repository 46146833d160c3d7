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
    {.sql = "q.sequence"},
    {.sql = "a.attoptions"},
    {.sql = "nullif(a.attnotnull, false)"},
    {.sql = "n.conname"},
    {.sql = "not n.connoinherit"},
    {.sql = "n.convalidated"},
    {.sql = "n.conislocal"},
};

inline constexpr std::string_view column_from = R"(
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'f', 'm', 'v')
  left join (select o.refobjid as relation, o.refobjsubid as number, r.relname as sequence,
                    s.seqstart as start, s.seqincrement as increment, s.seqmin as minimum, s.seqmax as maximum,
                    s.seqcache as cache, s.seqcycle as cycle
               from pg_catalog.pg_sequence s
               join pg_catalog.pg_class r on r.oid = s.seqrelid
               join pg_catalog.pg_depend o on o.classid = 1259 and o.objid = s.seqrelid and o.objsubid = 0
                                          and o.refclassid = 1259 and o.deptype = 'i') q
         on a.attidentity <> '' and q.relation = a.attrelid and q.number = a.attnum
  left join pg_catalog.pg_constraint n
         on n.contype = 'n' and n.conrelid = a.attrelid and n.conkey[1] = a.attnum
 where a.attrelid >= 16384
   and a.attnum > 0
   and not a.attisdropped)";

/// `Inspection::read` of columns.
bool read_column(Reader& reader);

}  // namespace plumb
