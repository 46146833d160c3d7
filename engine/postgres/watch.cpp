#include "engine/postgres/watch.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "engine/postgres/process.h"
#include "schema/error.h"

namespace plumb {

namespace {

/// What the watcher inherits: the lifeline's reading end, and the pipe that tells plumb the server's pid.
struct Pipes {
  int lifeline;
  int report;
};

[[noreturn]] void run_server(const std::vector<std::string>& command, const WatchOptions& options, pid_t watcher) {
  // After the change of user, which would clear it. The watcher may have died before the call.
  ::prctl(PR_SET_PDEATHSIG, options.stop_signal);
  if (::getppid() != watcher) ::_exit(1);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int log = ::open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log >= 0) {
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
  }
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

bool ended(pid_t server) { return ::waitpid(server, nullptr, WNOHANG) == server; }

/// Sleeps until plumb is gone. False when the server ended first. SIGCHLD is blocked except while it sleeps.
bool wait_for_plumb_to_end(pid_t server, int lifeline) {
  sigset_t none;
  ::sigemptyset(&none);
  for (;;) {
    if (ended(server)) return false;
    pollfd watched{.fd = lifeline, .events = POLLIN, .revents = 0};
    if (::ppoll(&watched, 1, nullptr, &none) > 0) return true;
  }
}

/// Waits until no plumb uses the server any more. False when the server ended first.
bool wait_for_users(pid_t server, const std::string& lock) {
  const int file = ::open(lock.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return true;
  while (::flock(file, LOCK_EX) != 0) {
    if (errno != EINTR || ended(server)) return !ended(server);
  }
  return true;  // the descriptor stays open: a newcomer waits until the server has ended
}

[[noreturn]] void watch(const std::vector<std::string>& command, const WatchOptions& options, Pipes pipes) {
  ::setsid();
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, stream);
  close_descriptors_except({pipes.lifeline, pipes.report});
  if (::chdir("/") != 0 || !become(options.account)) ::_exit(1);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(number, SIG_DFL);
  struct sigaction wake {};
  wake.sa_handler = [](int) {};
  ::sigaction(SIGCHLD, &wake, nullptr);
  sigset_t children;
  ::sigemptyset(&children);
  ::sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_SETMASK, &children, nullptr);

  const pid_t self = ::getpid();
  const pid_t server = ::fork();
  if (server == 0) run_server(command, options, self);
  if (server < 0 || ::write(pipes.report, &server, sizeof server) != sizeof server) ::_exit(1);
  ::close(pipes.report);

  if (wait_for_plumb_to_end(server, pipes.lifeline)) {
    ::sigprocmask(SIG_UNBLOCK, &children, nullptr);
    if (options.wait_for.empty() || wait_for_users(server, options.wait_for)) {
      ::kill(server, options.stop_signal);
      while (::waitpid(server, nullptr, 0) < 0 && errno == EINTR) continue;
    }
    if (!options.remove.empty()) ::execl("/bin/rm", "rm", "-rf", "--", options.remove.c_str(), nullptr);
  }
  ::_exit(0);
}

}  // namespace

WatchedServer::WatchedServer(const std::vector<std::string>& command, const WatchOptions& options) {
  std::array<int, 2> life{};
  std::array<int, 2> report{};
  if (::pipe2(life.data(), O_CLOEXEC) != 0 || ::pipe2(report.data(), O_CLOEXEC) != 0) {
    throw DatabaseError{std::string{"cannot start a private server: "} + std::strerror(errno)};
  }
  watcher_ = ::fork();
  if (watcher_ == 0) watch(command, options, {.lifeline = life[0], .report = report[1]});
  lifeline_ = life[1];
  ::close(life[0]);
  ::close(report[1]);
  ssize_t size = -1;
  do size = ::read(report[0], &server_, sizeof server_);
  while (size < 0 && errno == EINTR);
  ::close(report[0]);
  if (size != sizeof server_) {
    const WatchedServer unfinished{std::move(*this)};
    throw DatabaseError{"cannot start a private server: the system allows no more processes or no change of user"};
  }
}

WatchedServer::WatchedServer(WatchedServer&& other) noexcept
    : watcher_{std::exchange(other.watcher_, 0)},
      server_{std::exchange(other.server_, 0)},
      lifeline_{std::exchange(other.lifeline_, -1)} {}

WatchedServer& WatchedServer::operator=(WatchedServer&& other) noexcept {
  std::swap(watcher_, other.watcher_);
  std::swap(server_, other.server_);
  std::swap(lifeline_, other.lifeline_);
  return *this;
}

WatchedServer::~WatchedServer() {
  if (lifeline_ >= 0) ::close(lifeline_);
  while (watcher_ > 0 && ::waitpid(watcher_, nullptr, 0) < 0 && errno == EINTR) continue;
}

void WatchedServer::leave_to_watcher() { watcher_ = 0; }

bool WatchedServer::has_ended() {
  if (watcher_ > 0 && ::waitpid(watcher_, nullptr, WNOHANG) == watcher_) watcher_ = 0;
  return watcher_ <= 0;
}

}  // namespace plumb
