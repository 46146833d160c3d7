#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/rules.h"

namespace plumb {

// What grants and default privileges have in common. A role's privileges are kept as they differ from what PostgreSQL
// gives by itself (acldefault): its owner may do everything, and everybody may execute functions and use types.

/// The privileges of one role.
struct Privileges {
  std::vector<std::string> plain;      ///< "SELECT": granted beyond the usual
  std::vector<std::string> grantable;  ///< the same, with grant option
  std::vector<std::string> revoked;    ///< usual, and taken away

  bool empty() const { return plain.empty() && grantable.empty() && revoked.empty(); }
};

/// What GRANT and REVOKE say about.
struct PrivilegeTarget {
  std::string prefix;  ///< "ALTER DEFAULT PRIVILEGES FOR ROLE app " or nothing
  std::string on;      ///< "TABLE app.orders", "TABLES"
  std::string column;  ///< quoted; empty: the whole
  std::string_view role;
};

/// Those of an object with the attributes `privileges`, `grantable` and `revoked`, as a grant.
Privileges privileges_of(const View& grant);

/// What a grant says by its own name: "FUNCTION public.f(text)", or a column as "TABLE public.t (id)".
PrivilegeTarget named_target(const View& grant);

/// "PUBLIC", or the name of the role, quoted where need be.
std::string role_sql(std::string_view role);

/// `after` of an owner who had `before`: without grant option it keeps the right itself, where REVOKE would take away
/// what acldefault gives.
Privileges left_to_owner(const Privileges& before, Privileges after);

/// What turns the privileges `before` into `after`.
Statements change_privileges(const PrivilegeTarget& target, const Privileges& before, const Privileges& after);

/// Whether something that was granted is no longer.
bool takes_away(const Privileges& before, const Privileges& after);

/// The word in GRANT ... ON for what DROP calls `noun`, "TABLE" for views too; empty: PostgreSQL has no privileges on
/// it.
std::string_view privilege_noun(std::string_view noun);

/// SQL that orders the privileges named by `expression` as the manual does (table 5.1).
#define PLUMB_PRIVILEGE_ORDER(expression)                                                              \
  "pg_catalog.array_position(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', " \
  "'TRIGGER', 'MAINTAIN', 'EXECUTE', 'USAGE', 'CREATE'], " expression ")"

/// SQL of "g as (...)": what each pair of lists in `o`, its privileges `acl` and those that it starts from, `usual`,
/// says of each role. Many objects have the same lists, so each pair is compared once.
#define PLUMB_PRIVILEGE_LISTS \
  "g as materialized (\n"                                                                                                 \
  " select l.acl, l.usual, g.*\n"                                                                                         \
  "   from (select distinct o.acl, o.usual from o) l\n"                                                                   \
  "  cross join lateral (\n"                                                                                              \
  "        select case x.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(x.grantee) end as role,\n"          \
  "               pg_catalog.array_agg(x.privilege order by x.place) filter (where x.form = 'plain') as plain,\n"         \
  "               pg_catalog.array_agg(x.privilege order by x.place) filter (where x.form = 'grantable') as grantable,\n" \
  "               pg_catalog.array_agg(x.privilege order by x.place) filter (where x.form = 'revoked') as revoked\n"      \
  "          from (select coalesce(a.grantee, d.grantee) as grantee,\n"                                                   \
  "                       coalesce(a.privilege_type, d.privilege_type) as privilege,\n"                                   \
  "                       " PLUMB_PRIVILEGE_ORDER("coalesce(a.privilege_type, d.privilege_type)") " as place,\n"          \
  "                       case when a.grantee is null then 'revoked'\n"                                                   \
  "                            when a.is_grantable then 'grantable' else 'plain' end as form\n"                           \
  "                  from (select e.grantee, e.privilege_type, pg_catalog.bool_or(e.is_grantable) as is_grantable\n"      \
  "                          from pg_catalog.aclexplode(l.acl) e\n"                                                       \
  "                         group by e.grantee, e.privilege_type) a\n"                                                    \
  "                  full join pg_catalog.aclexplode(l.usual) d\n"                                                        \
  "                         on d.grantee = a.grantee\n"                                                                   \
  "                        and d.privilege_type = a.privilege_type\n"                                                     \
  "                 where a.grantee is null or d.grantee is null or a.is_grantable) x\n"                                  \
  "         group by x.grantee) g)"

}  // namespace plumb
