#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/session.h"
#include "tests/support/server.h"

namespace plumb::tests {

/// Has an environment variable say something as long as it lives.
class Environment {
 public:
  Environment(const char* name, const std::string& value);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::string before_;
};

/// Points plumb's cache at an empty folder as long as it lives, so that a test sees what plumb works out and not what
/// an earlier run knew. Start servers before: they keep their templates in the usual cache.
class PrivateCache {
 public:
  PrivateCache();
  ~PrivateCache();
  PrivateCache(const PrivateCache&) = delete;
  PrivateCache& operator=(const PrivateCache&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  Environment variable_;
};

/// Lets plumb start private servers like this one, whatever its cache is, as long as it lives.
class PrivateServers {
 public:
  explicit PrivateServers(const Server& like) : variable_{"PLUMB_POSTGRES", like.installation().bin} {}

 private:
  Environment variable_;
};

/// A session that makes a database what schema files say, with scratch databases beside it on the same server.
Session make_session(const std::string& url, const std::vector<std::string>& schema_files);

/// The same with the roles of the cluster, which are tried on private servers (`PrivateServers`).
Session make_session_with_roles(const std::string& url, const std::vector<std::string>& schema_files);

/// A session that makes a database like another one.
Session session_like(const std::string& url, const std::string& desired_url);

/// The statements of a plan with the way back, one a line, as a person would compare them.
std::string text_of(const Plan& plan, const Symbols& symbols);

/// Plans and applies what turns the database into what the session is for, and returns the plan's text.
std::string bring_about(Session& session);
inline std::string bring_about(Session&& session) { return bring_about(session); }

/// What still differs, one line an object; empty when nothing does.
std::string differences(Session& session);
inline std::string differences(Session&& session) { return differences(session); }

/// What `action` throws as an `Error`; empty when it throws none.
template <typename Action>
std::string error_of(Action action);

}  // namespace plumb::tests

#include "schema/error.h"

template <typename Action>
std::string plumb::tests::error_of(Action action) {
  try {
    action();
  } catch (const plumb::Error& error) {
    return error.what();
  }
  return {};
}
