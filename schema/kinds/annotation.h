#pragma once

#include <string>

#include "schema/reader.h"
#include "schema/rules.h"

namespace plumb {

// What COMMENT ON and SECURITY LABEL ON have in common: their rows address an object in the same way, in the columns
// classoid, objoid and objsubid. In the queries that is `d`, and `c` is its relation when the row is about a column
// that is no object of its own, as those of views and the attributes of composite types. Such an annotation has the
// name of the column.

/// "TABLE app.orders", "COLUMN app.totals.sum": what the annotation is about.
std::string annotated(const View& annotation);

inline constexpr RawColumn annotation_raw[] = {
    {.sql = "case when c.relkind = 'c' then 1247 else d.classoid end"},
    {.sql = "case when c.relkind = 'c' then c.reltype else d.objoid end"},
    {.sql = "case when c.oid is null then d.objsubid else 0 end"},
};

/// `Inspection::read` for `annotation_raw`, which may be followed by more: finds the parent.
bool read_annotation(Reader& reader);

/// SQL of the name, and the join that tells `c`.
#define PLUMB_ANNOTATION_NAME                                                          \
  "case when c.oid is not null then (select a.attname from pg_catalog.pg_attribute a " \
  "where a.attrelid = d.objoid and a.attnum = d.objsubid) end"
#define PLUMB_ANNOTATION_COLUMN                                                          \
  "left join pg_catalog.pg_class c on d.classoid = 1259 and d.objsubid > 0 and c.oid = " \
  "d.objoid and c.relkind in ('v', 'm', 'c')"

}  // namespace plumb
