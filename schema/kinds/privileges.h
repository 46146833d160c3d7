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

/// The pseudo-role of everybody. No role can have this name; a schema file may say PUBLIC as well.
inline constexpr std::string_view everybody = "public";

/// "PUBLIC", or the name of the role, quoted where need be.
std::string role_sql(std::string_view role);

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

}  // namespace plumb
