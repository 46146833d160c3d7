#include <cstdlib>
#include <unistd.h>

#include <fmt/core.h>

#include "cli/child.h"
#include "cli/commands.h"
#include "cli/revision_workspace.h"
#include "engine/revision/identifiers.h"
#include "engine/revision/wording.h"

namespace plumb::cli {

namespace {

/// Whether a program of that name is on the PATH.
bool is_installed(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string folders = path != nullptr ? path : "";
  for (folders += ':'; !folders.empty(); folders.erase(0, folders.find(':') + 1)) {
    if (::access((folders.substr(0, folders.find(':')) + '/' + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

/// The person's editor, which may come with arguments of its own.
std::string find_editor() {
  for (const char* variable : {"EDITOR", "VISUAL"}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') return value;
  }
  for (const char* program : {"sensible-editor", "editor", "nano", "vim", "code"}) {
    if (is_installed(program)) return program;
  }
  throw RevisionError{"Error executing editor (none was found)\nset EDITOR to the one you like"};
}

}  // namespace

ExitCode run_edit(const Options& options, Console& console) {
  const auto& [config, graph] = open_revisions(options);
  const std::string& identifier = options.revisions.front();
  const bool is_current = identifier == "current";
  const std::vector<RevisionNumber> found = is_current
                                                ? find_rows(graph, current_rows(options, config, console))
                                                : in_words_of({}, [&] { return find_revisions(graph, identifier); });
  if (found.empty() && is_current) throw RevisionError{"No current revisions\nbring some with `plumb upgrade`"};
  if (found.empty()) {
    throw RevisionError{
        fmt::format("No revision files indicated by symbol '{}'\n`plumb history` lists them", identifier)};
  }
  const std::string editor = find_editor();
  for (RevisionNumber revision : found) {
    // EDITOR is a command line, as for git: the shell takes it apart.
    const int status = run_attached({"/bin/sh", "-c", editor + " \"$1\"", editor, graph[revision].path});
    if (status != 0) throw RevisionError{fmt::format("Error executing editor ({} ended with {})", editor, status)};
  }
  return ExitCode::done;
}

}  // namespace plumb::cli
