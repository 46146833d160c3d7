#pragma once

#include <span>
#include <string>
#include <vector>

namespace plumb {

/// The binaries of one PostgreSQL server on this machine.
struct Installation {
  std::string bin;    ///< folder of `postgres` and `initdb`
  std::string share;  ///< folder of `postgres.bki` and `extension/`
  int version = 0;    ///< as `server_version_num` says it: 150020 is 15.20

  int major() const { return version / 10000; }
  bool has_extension(const std::string& name) const;
};

/// Where plumb keeps what it can make again: $PLUMB_CACHE; else /var/cache/plumb for root, whose home the
/// server's own user cannot enter; else $XDG_CACHE_HOME/plumb; else ~/.cache/plumb. `fixtures/setup` has the same rule.
std::string cache_folder();

/// Every server found, the newest first: $PLUMB_POSTGRES (folders, separated by colons), the places where
/// distributions put servers, PATH, and what `fixtures/setup` brought. Asks them for their version.
std::vector<Installation> find_installations();

/// The installation of the same major version that has all `extensions`, the one nearest to
/// `server_version_num` where there are several. Throws a DatabaseError that says what to install.
Installation choose_installation(int server_version_num, std::span<const std::string> extensions);

}  // namespace plumb
