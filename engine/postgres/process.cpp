#include "engine/postgres/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <grp.h>
#include <optional>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace plumb {

namespace {

std::optional<Account> find_account() {
  if (::geteuid() != 0) return std::nullopt;
  for (const char* name : {"postgres", "nobody"}) {
    const passwd* entry = ::getpwnam(name);
    if (entry == nullptr) continue;
    Account account{.name = name, .user = entry->pw_uid, .group = entry->pw_gid, .groups = {}};
    int count = 64;
    account.groups.resize(static_cast<std::size_t>(count));
    ::getgrouplist(name, account.group, account.groups.data(), &count);
    account.groups.resize(static_cast<std::size_t>(std::clamp(count, 0, 64)));
    return account;
  }
  return std::nullopt;
}

[[noreturn]] void execute(const std::vector<std::string>& command, const std::string& input, int output,
                          const Account* account) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int source = ::open(input.c_str(), O_RDONLY | O_CLOEXEC);
  ::dup2(source, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  // The server's user may not enter the folder that plumb was called from.
  if (::chdir("/") == 0 && become(account)) {
    ::setenv("LC_ALL", "C", 1);
    ::execv(arguments[0], arguments.data());
  }
  ::_exit(127);
}

int exit_code_of(pid_t child) {
  int status = 0;
  while (child > 0 && ::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

const Account* server_account() {
  static const std::optional<Account> account = find_account();
  return account ? &*account : nullptr;
}

bool become(const Account* account) {
  return account == nullptr || (::setgroups(account->groups.size(), account->groups.data()) == 0 &&
                                ::setgid(account->group) == 0 && ::setuid(account->user) == 0);
}

Outcome run_program(const std::vector<std::string>& command, const Account* account, const std::string& input) {
  Outcome outcome;
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return outcome;
  const pid_t child = ::fork();
  if (child == 0) execute(command, input, pipe[1], account);
  ::close(pipe[1]);
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t size = ::read(pipe[0], buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    outcome.output.append(buffer.data(), static_cast<std::size_t>(size));
  }
  ::close(pipe[0]);
  outcome.status = exit_code_of(child);
  return outcome;
}

bool can_enter(const std::string& folder, const Account* account) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(become(account) && ::access(folder.c_str(), X_OK) == 0 ? 0 : 1);
  return exit_code_of(child) == 0;
}

void close_descriptors_except(std::vector<int> kept) {
  std::ranges::sort(kept);
  unsigned int next = STDERR_FILENO + 1;
  for (const int descriptor : kept) {
    const auto number = static_cast<unsigned int>(descriptor);
    if (number > next) ::close_range(next, number - 1, 0);
    next = std::max(next, number + 1);
  }
  ::close_range(next, ~0U, 0);
}

}  // namespace plumb
