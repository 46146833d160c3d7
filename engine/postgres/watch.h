#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace plumb {

struct Account;

/// How to run a server that must not outlive plumb.
struct WatchOptions {
  const Account* account = nullptr;  ///< who the server runs as; null: plumb's own user
  std::string log;                   ///< file that takes what the server says
  int stop_signal = 0;               ///< SIGQUIT for a server nobody needs again, SIGINT for a clean end
  std::string wait_for;              ///< lock file; the server runs on until nobody holds it. Empty: no waiting
  std::string remove;                ///< folder to remove when the server has ended. Empty: none
};

/// A server beneath a watcher: a small process of its own session that stops the server and cleans up as soon
/// as plumb ends, however it ends. Should the watcher be killed, the kernel signals the server in its place.
class WatchedServer {
 public:
  /// Throws a DatabaseError when no process can be made.
  WatchedServer(const std::vector<std::string>& command, const WatchOptions& options);
  WatchedServer(WatchedServer&& other) noexcept;
  WatchedServer& operator=(WatchedServer&& other) noexcept;
  ~WatchedServer();  ///< stops the server and waits until it has ended

  pid_t process() const { return server_; }
  bool has_ended();         ///< true when the server ended by itself
  void leave_to_watcher();  ///< lets the watcher stop the server when it is time, without waiting for it

 private:
  pid_t watcher_ = 0;
  pid_t server_ = 0;
  int lifeline_ = -1;  ///< a pipe nobody writes to; its end is the sign that plumb has ended
};

}  // namespace plumb
