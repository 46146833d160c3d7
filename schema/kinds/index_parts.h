#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "schema/kinds/storage.h"
#include "schema/reader.h"
#include "schema/rules.h"

namespace plumb {

// What indexes and the constraints that own one have in common. In queries, i is the pg_index row and x the pg_class
// row of the index.

/// What `read_elements` and `read_method` read; it must stand first in `Inspection::raw`.
inline constexpr std::array element_columns{
    RawColumn{.sql = "x.relam"},
    RawColumn{.sql = "i.indnkeyatts"},
    RawColumn{.sql = "i.indkey"},
    RawColumn{.sql = "i.indclass"},
    RawColumn{.sql = "i.indcollation"},
    RawColumn{.sql = "i.indoption"},
    // No operator class of PostgreSQL's own has parameters in a B-tree (403), and most indexes are B-trees.
    RawColumn{.sql = R"(case when x.relam <> 403 or 16384::oid <= any (i.indclass) then
                          (select pg_catalog.array_agg(a.attoptions::text order by a.attnum)
                             from pg_catalog.pg_attribute a
                            where a.attrelid = i.indexrelid) end)"},
    RawColumn{.sql = "case when i.indexprs is not null then pg_catalog.pg_get_indexdef(i.indexrelid) end"},
};

/// The elements as an index definition lists them: "lower(name) COLLATE \"C\" text_pattern_ops DESC". Like PostgreSQL's
/// own text, they leave out a collation that is the column's and an operator class that is the default of its type.
/// Empty when a column is not known by name.
std::vector<std::string> read_elements(Reader& reader);

/// Sets `using` and `include`, and needs the columns that are named.
void read_method(Reader& reader);

/// `KindRules::finish_copy` of the index of a partition, which has the name that PostgreSQL chose when it came along
/// with that of the partitioned table (indexcmds.c, ChooseIndexName), and the storage of that. `label` is what such
/// names end in.
Statements settle_copy(const View& index, std::string_view label);

/// " INCLUDE (a, b)", or nothing.
std::string include_clause(const View& object);

/// " WITH (fillfactor='70')", or nothing.
std::string with_clause(const View& object);

/// Storage of the index of a constraint: " WITH (...) USING INDEX TABLESPACE fast".
std::string constraint_storage(const View& constraint);

std::optional<Statements> alter_with(const View& before, const View& after);
std::optional<Statements> alter_tablespace(const View& before, const View& after);

/// Whether the index is on a partitioned table, so that it is but the pattern of its partitions' indexes.
bool is_partitioned(const View& object);

inline constexpr AttributeRule include_rule{
    .key = "include", .value = Value::names, .help = "columns that the index stores without ordering by them"};

inline constexpr AttributeRule using_rule{
    .key = "using",
    .fallback = "btree",
    .help = "access method: btree, hash, gist, spgist, gin, brin, or an extension's"};

inline constexpr AttributeRule with_rule{.key = "with",
                                         .value = Value::options,
                                         .source = "x.reloptions",
                                         .help = "storage parameters of the index, as in {fillfactor: 70}",
                                         .alter = alter_with,
                                         .own = true};

inline constexpr AttributeRule index_tablespace_rule{.key = "tablespace",
                                                     .source = R"(case when x.reltablespace <> 0 then
                   (select s.spcname
                      from pg_catalog.pg_tablespace s
                     where s.oid = x.reltablespace) end)",
                                                     .help = "tablespace of the index; the database's own when silent",
                                                     .alter = alter_tablespace,
                                                     .own = true,
                                                     .setting = tablespace_setting};

inline constexpr AttributeRule where_rule{.key = "where",
                                          .value = Value::expression,
                                          .source = "pg_catalog.pg_get_expr(i.indpred, i.indrelid)",
                                          .help = "SQL condition of the rows that are in the index"};

}  // namespace plumb
