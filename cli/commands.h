#pragma once

#include <span>
#include <string_view>

#include "cli/console.h"
#include "cli/options.h"
#include "cli/usage.h"

namespace plumb::cli {

/// How many revisions a command takes as arguments.
enum class Identifiers { none, one, several };

/// Options that a command takes beyond those that all take.
struct Takes {
  bool schema_files = false;  ///< --schema, and FILE... unless a plan stands there
  bool plan_file = false;     ///< PLAN.json
  bool from_and_to = false;
  bool proof = false;    ///< --scratch and --no-prove
  bool consent = false;  ///< --allow
  bool exit_code = false;
  bool out = false;
  bool roles = false;
  bool yes = false;
  bool patience = false;  ///< --lock-timeout, --lock-retries

  Identifiers identifiers = Identifiers::none;
  bool history = false;       ///< --rev-range, --indicate-current
  bool real_heads = false;    ///< --resolve-dependencies
  bool new_file = false;      ///< --message, --branch-label, --rev-id, --splice
  bool new_revision = false;  ///< --head, --version-path, --depends-on, --template
  bool autogenerate = false;  ///< --autogenerate, --against
  bool sql = false;           ///< --sql
  bool purge = false;
  bool check_heads = false;
  bool stairway = false;
  bool adopt = false;  ///< RUNNER and FOLDER
  bool emit = false;   ///< --emit, and --out for its folder
};

/// One row of the table that help, dispatch and "did you mean" read.
struct Command {
  std::string_view name;
  std::string_view help;      ///< one line
  std::string_view examples;  ///< shown below the command's own help
  Takes takes;
  std::span<const std::string_view> formats;  ///< for --format; the first is the default
  ExitCode (*run)(const Options&, Console&);
};

std::span<const Command> commands();
const Command* find_command(std::string_view name);  ///< null for an unknown name

ExitCode run_init(const Options& options, Console& console);
ExitCode run_inspect(const Options& options, Console& console);
ExitCode run_diff(const Options& options, Console& console);
ExitCode run_plan(const Options& options, Console& console);
ExitCode run_apply(const Options& options, Console& console);
ExitCode run_check(const Options& options, Console& console);
ExitCode run_doctor(const Options& options, Console& console);

ExitCode run_revision(const Options& options, Console& console);
ExitCode run_merge(const Options& options, Console& console);
ExitCode run_history(const Options& options, Console& console);
ExitCode run_heads(const Options& options, Console& console);
ExitCode run_branches(const Options& options, Console& console);
ExitCode run_show(const Options& options, Console& console);
ExitCode run_upgrade(const Options& options, Console& console);
ExitCode run_downgrade(const Options& options, Console& console);
ExitCode run_stamp(const Options& options, Console& console);
ExitCode run_current(const Options& options, Console& console);
ExitCode run_ensure_version(const Options& options, Console& console);
ExitCode run_edit(const Options& options, Console& console);
ExitCode run_squash(const Options& options, Console& console);
ExitCode run_adopt(const Options& options, Console& console);
ExitCode run_list_templates(const Options& options, Console& console);

}  // namespace plumb::cli
