#include "cli/child.h"

#include <cerrno>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

#include "schema/error.h"

namespace plumb::cli {

int run_attached(const std::vector<std::string>& command, const std::string& folder, bool to_messages) {
  std::vector<std::string> words{command};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  const pid_t child = ::fork();
  if (child < 0) throw Error{"cannot start " + command.front() + ": " + std::strerror(errno)};
  if (child == 0) {
    if (to_messages) ::dup2(STDERR_FILENO, STDOUT_FILENO);
    if (folder.empty() || ::chdir(folder.c_str()) == 0) ::execvp(arguments.front(), arguments.data());
    ::_exit(no_such_program);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw Error{"cannot wait for " + command.front() + ": " + std::strerror(errno)};
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace plumb::cli
