#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/lock_waits.h"
#include "engine/revision/settings.h"

namespace plumb::cli {

inline constexpr std::string_view config_name = "plumb.yaml";

inline constexpr double longest_lock_timeout = 86'400;  ///< seconds
inline constexpr int most_lock_retries = 100'000;

/// PostgreSQL counts in milliseconds and waits without end for 0, so that any other time is at least 1.
std::chrono::milliseconds to_lock_timeout(double seconds);

/// What is wrong with a text that says where things are tried; empty when it is auto, embedded, target, or the URI or
/// keywords of a server. It never quotes what could be a password.
std::string scratch_fault(std::string_view text);

/// The settings of a project; command-line options are stronger.
struct Config {
  std::string file;  ///< where it was read; empty when there is none
  /// Files and folders, written relative to the config's own folder and resolved against it.
  std::vector<std::string> schema_files;
  std::string database;                          ///< connection text; DATABASE_URL and .env are stronger
  std::string scratch;                           ///< auto, embedded, target, or a connection text
  Patience patience;                             ///< with which the live database is changed
  std::map<std::string, std::string> variables;  ///< for `${NAME}` in schema files
  RevisionSettings revisions;                    ///< paths are resolved like those of schema files
};

/// Reads a config; `file` is its path. Throws `DeclarationError` with every fault.
Config parse_config(std::string_view text, std::string_view file);

/// Reads the file `given`, else plumb.yaml of the current folder, else nothing.
Config find_config(const std::string& given);

}  // namespace plumb::cli
