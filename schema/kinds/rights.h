#pragma once

#include <string_view>

namespace plumb {

// Owners and privileges of what one system catalog holds for several kinds (`KindRules::owner_rows`, `privilege_rows`).

inline constexpr std::string_view relation_owners = R"(
        select 1259 as catalog, c.oid, c.relowner as owner
          from pg_catalog.pg_class c
         where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
           and not (c.relkind = 'S'
                    and exists (select
                                  from pg_catalog.pg_depend d
                                 where d.classid = 1259
                                   and d.objid = c.oid
                                   and d.objsubid = 0
                                   and d.refclassid = 1259
                                   and d.deptype in ('a', 'i'))))";  // that of a column belongs to the table's owner

inline constexpr std::string_view relation_privileges = R"(
        select 1259 as catalog, c.oid, 0 as sub, c.relnamespace as schema, c.relacl as acl,
               pg_catalog.acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner) as usual
          from pg_catalog.pg_class c
         where c.relacl is not null)";

inline constexpr std::string_view type_owners = R"(
        select 1247 as catalog, t.oid, t.typowner as owner
          from pg_catalog.pg_type t
         where t.typtype in ('c', 'd', 'e', 'r')
            or (t.typtype in ('b', 'p') and not exists (select from pg_catalog.pg_type e where e.typarray = t.oid)))";

inline constexpr std::string_view type_privileges = R"(
        select 1247 as catalog, t.oid, 0 as sub, t.typnamespace as schema, t.typacl as acl,
               pg_catalog.acldefault('T', t.typowner) as usual
          from pg_catalog.pg_type t
         where t.typacl is not null)";

inline constexpr std::string_view routine_owners = R"(
        select 1255 as catalog, p.oid, p.proowner as owner from pg_catalog.pg_proc p)";

inline constexpr std::string_view routine_privileges = R"(
        select 1255 as catalog, p.oid, 0 as sub, p.pronamespace as schema, p.proacl as acl,
               pg_catalog.acldefault('f', p.proowner) as usual
          from pg_catalog.pg_proc p
         where p.proacl is not null)";

}  // namespace plumb
