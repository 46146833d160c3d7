#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plumb::cli {

/// What the command line says; empty where it is silent.
struct Options {
  std::string command;

  // every command
  std::string database;  ///< connection text of the live database
  std::string config;    ///< path of plumb.yaml
  std::string color = "auto";
  std::string format;
  bool quiet = false;
  bool verbose = false;
  std::vector<std::pair<std::string, std::string>> blotted;  ///< words of the command line, and how they may be shown
  bool strict = false;                                       ///< unknown objects and broken functions are a failure

  // those that compare
  std::vector<std::string> files;        ///< schema files and folders
  std::vector<std::string> named_files;  ///< those that --schema names, until all are in `files`
  std::string from;                      ///< database to start from, in place of `database`
  std::string to;                        ///< database to become like, in place of the schema files
  std::string scratch;
  bool no_proof = false;
  bool exit_code = false;  ///< differences end the program with 2

  // those that write or change something
  std::string out;
  bool roles = false;  ///< those of the cluster are written down, too
  std::string plan_file;
  std::vector<std::string> allow;  ///< "drop-column=public.users.email", "drop-table"
  bool yes = false;
  std::optional<double> lock_timeout;  ///< seconds
  std::optional<int> lock_retries;

  // those about revisions
  std::vector<std::string> revisions;  ///< identifiers that stand as arguments
  std::string range;                   ///< "START:END" of the history
  bool indicate_current = false;
  bool resolve_dependencies = false;
  std::string message;
  std::string head = "head";  ///< what a new revision revises
  bool splice = false;
  std::vector<std::string> branch_labels;
  std::string version_path;  ///< folder for a new revision
  std::string revision_id;   ///< for a new revision; empty: a random one
  std::vector<std::string> depends_on;
  std::string revision_template = "generic";
  bool as_sql = false;  ///< print SQL instead of doing what it does
  bool autogenerate = false;
  std::string against = "history";  ///< what a generated revision starts from: history or live
  bool purge = false;
  bool check_heads = false;
  bool stairway = false;
  std::string runner;              ///< whose revisions are taken over
  std::string folder = "alembic";  ///< where they are
  std::string emit;                ///< another runner, whose form revisions are written in too, into the folder `out`
};

}  // namespace plumb::cli
