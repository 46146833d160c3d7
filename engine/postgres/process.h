#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace plumb {

/// The user that servers run as. PostgreSQL refuses to run as root.
struct Account {
  std::string name;
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;
};

/// Null unless plumb runs as root; then `postgres`, or `nobody` where there is no such user.
const Account* server_account();

/// For the child after a fork: becomes `account` (null: stays who it is). False when the system refuses.
bool become(const Account* account);

/// What a program said and how it ended.
struct Outcome {
  int status = -1;     ///< exit code; -1 when it could not start or was killed
  std::string output;  ///< stdout and stderr together
};

/// Runs a program to its end, from the root folder, with C messages, as `account` (null: as plumb's own user).
/// Its stdin is the file `input`, or nothing.
Outcome run_program(const std::vector<std::string>& command, const Account* account,
                    const std::string& input = "/dev/null");

/// Whether `account` may enter `folder`, with all that is above it.
bool can_enter(const std::string& folder, const Account* account);

/// For the child after a fork: keeps standard streams and the descriptors in `kept`, closes the rest.
void close_descriptors_except(std::vector<int> kept);

}  // namespace plumb
