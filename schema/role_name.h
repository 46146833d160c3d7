#pragma once

#include <string_view>

namespace plumb {

/// The pseudo-role of everybody (PostgreSQL manual, GRANT). No role can have this name.
inline constexpr std::string_view everybody = "public";

/// A role as people write it in schema files: PUBLIC for everybody, and "PUBLIC" in quotes for a role that is called
/// so.
constexpr std::string_view written_role(std::string_view role) {
  if (role == everybody) return "PUBLIC";
  return role == "PUBLIC" ? "\"PUBLIC\"" : role;
}

/// The role that is written like that.
constexpr std::string_view role_of(std::string_view written) {
  if (written == "PUBLIC") return everybody;
  return written == "\"PUBLIC\"" ? "PUBLIC" : written;
}

}  // namespace plumb
