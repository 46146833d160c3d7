#pragma once

#include <string_view>

namespace plumb {

// How PostgreSQL is asked to look into the body of a routine. `{}` is its oid.

/// The routine that the last statement has made.
inline constexpr std::string_view newest_routine = R"(
  select p.oid
    from pg_catalog.pg_proc p
   order by pg_catalog.age(p.xmin), p.oid desc
   limit 1)";

/// The function that looks at it (manual, CREATE LANGUAGE, VALIDATOR); no row: its language has none.
inline constexpr std::string_view routine_validator = R"(
  select l.lanvalidator::pg_catalog.regproc::text
    from pg_catalog.pg_proc p
    join pg_catalog.pg_language l on l.oid = p.prolang
   where p.oid = {}
     and l.lanvalidator <> 0)";

/// The search path that it sets for itself; no row: it sets none.
inline constexpr std::string_view routine_search_path = R"(
  select pg_catalog.substr(c.setting, 13)
    from pg_catalog.pg_proc p
   cross join pg_catalog.unnest(p.proconfig) c (setting)
   where p.oid = {}
     and pg_catalog.starts_with(c.setting, 'search_path='))";

/// Its schema, and its name as an `Identity` has it, where the search path is empty.
inline constexpr std::string_view routine_identity = R"(
  select n.nspname,
         pg_catalog.format('%I(%s)', p.proname, pg_catalog.oidvectortypes(p.proargtypes))
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
   where p.oid = {})";

}  // namespace plumb
