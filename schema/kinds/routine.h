#pragma once

#include <string>

#include "schema/reader.h"
#include "schema/rules.h"

namespace plumb {

// What functions and procedures have in common. The name of a routine is SQL: "area(integer, integer)", its own name
// quoted where need be and the types of its input arguments.

/// "app.area(integer, integer)"
std::string routine_address(const View& routine);

Statements create_routine(const View& routine, std::span<const std::string> parts);

/// Whether CREATE OR REPLACE can make the arguments of `after` of those of `before`: it keeps their modes and the names
/// that they have, and may add names and defaults but take none away (manual, CREATE FUNCTION, "Notes").
bool keeps_arguments(const View& before, const View& after);

/// CREATE OR REPLACE with everything; nullopt where PostgreSQL wants a drop first.
std::optional<Statements> replace_routine(const View& before, const View& after);

/// Reads what `routine_columns` yields.
bool read_routine(Reader& reader);
inline constexpr RawColumn routine_columns[] = {
    {.sql = "p.proname"},
    {.sql = "pg_catalog.oidvectortypes(p.proargtypes)"},
    {.sql = "pg_catalog.pg_get_function_arguments(p.oid)"},
    {.sql = "case when p.probin is not null then p.prosrc end"},
    {.sql = R"(
  case when p.protrftypes is not null
       then array(select t.oid
                    from pg_catalog.pg_transform t
                   where t.trflang = p.prolang
                     and t.trftype = any (p.protrftypes)) end)"},
};

inline constexpr AttributeRule arguments_rule{
    .key = "arguments",
    .value = Value::expression,
    .help = "arguments with modes, names and defaults; when silent, what the name says",
    .alter = replace_routine};

inline constexpr AttributeRule language_rule{
    .key = "language", .source = "l.lanname", .help = "sql, plpgsql, c, ...", .alter = replace_routine};

inline constexpr AttributeRule security_definer_rule{.key = "security_definer",
                                                     .value = Value::boolean,
                                                     .fallback = "false",
                                                     .source = "p.prosecdef",
                                                     .help = "runs with the rights of its owner",
                                                     .alter = replace_routine};

inline constexpr AttributeRule transforms_rule{.key = "transforms",
                                               .value = Value::fragments,
                                               .source = R"(case when p.protrftypes is not null
                   then array(select pg_catalog.format_type(t.oid, null)
                                from pg_catalog.unnest(p.protrftypes) with ordinality t(oid, position)
                               order by t.position) end)",
                                               .help = "types that are handed over through a transform",
                                               .alter = replace_routine};

inline constexpr AttributeRule config_rule{.key = "config",
                                           .value = Value::options,
                                           .source = "p.proconfig",
                                           .help = "settings while it runs, as in {search_path: app}",
                                           .alter = replace_routine};

inline constexpr AttributeRule body_rule{
    .key = "body",
    .source = "case when p.prosqlbody is null and p.probin is null then p.prosrc end",
    .help = "source text, as its language wants it",
    .alter = replace_routine};

inline constexpr AttributeRule sql_body_rule{
    .key = "sql_body",
    .value = Value::expression,
    .source = "case when p.prosqlbody is not null then pg_catalog.pg_get_function_sqlbody(p.oid) end",
    .help = "body in standard SQL, RETURN ... or BEGIN ATOMIC ... END, instead of a source text",
    .alter = replace_routine};

inline constexpr AttributeRule library_rule{
    .key = "library", .source = "p.probin", .help = "file that holds a compiled routine", .alter = replace_routine};

inline constexpr AttributeRule symbol_rule{
    .key = "symbol", .help = "its name in the library, where that is another than its own", .alter = replace_routine};

}  // namespace plumb
