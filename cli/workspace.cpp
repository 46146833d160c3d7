#include "cli/workspace.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <fmt/core.h>

#include "cli/usage.h"

namespace plumb::cli {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> schema_files(const Options& options, const Config& config) {
  for (const std::string& file : options.files) {
    if (file.find("://") != std::string::npos) {
      throw UsageError{"a database stands where a schema file is expected: name it with --database"};
    }
  }
  if (!options.files.empty()) return options.files;
  if (!config.schema_files.empty()) return config.schema_files;
  std::error_code ignored;
  for (const char* file : default_files) {
    if (fs::exists(file, ignored)) return {file};
  }
  return {};
}

ConnectionTarget parse_option(std::string_view option, const std::string& text) {
  try {
    return parse_connection(text);
  } catch (const DeclarationError& error) {
    throw UsageError{fmt::format("{}: {}", option, error.what())};
  }
}

ConnectionTarget live_database(const Options& options, const Config& config) {
  if (!options.from.empty() && !options.database.empty()) {
    throw UsageError{"--from and --database both name the database to start from: give one of them"};
  }
  if (!options.from.empty()) return parse_option("--from", options.from);
  return find_connection(options.database, config.database);
}

/// What `${NAME}` in schema files means: what plumb.yaml says, else the environment, where secrets are kept better.
std::map<std::string, std::string> variables(const Config& config) {
  std::map<std::string, std::string> all = config.variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    const auto equals = std::min(text.find('='), text.size());
    all.emplace(text.substr(0, equals), text.substr(std::min(equals + 1, text.size())));
  }
  return all;
}

}  // namespace

Patience patience(const Options& options, const Config& config) {
  Patience patience = config.patience;
  if (options.lock_timeout) {
    patience.lock_timeout = std::chrono::milliseconds{std::lround(*options.lock_timeout * 1000)};
  }
  if (options.lock_retries) patience.retries = *options.lock_retries;
  return patience;
}

SessionOptions session_options(const Options& options, const Config& config, Console& console) {
  SessionOptions session;
  session.database = live_database(options, config);
  if (!options.to.empty()) session.desired = parse_option("--to", options.to);
  session.schema_files = schema_files(options, config);
  session.variables = variables(config);
  session.ledger = config.revisions.ledger.alembic_table;
  if (!config.scratch.empty()) session.scratch = config.scratch;
  if (!options.scratch.empty()) session.scratch = options.scratch;
  session.prove = !options.no_proof;
  session.patience = patience(options, config);
  session.strict = options.strict;
  session.warn = [&console](std::string_view what) { console.warning(what); };
  session.progress = [&console](std::string_view what) { console.progress(what); };
  for (const std::string& note : session.database.notes) console.detail(note);
  return session;
}

SessionOptions comparison_options(const Options& options, Console& console) {
  if (!options.to.empty() && !options.files.empty()) {
    throw UsageError{"--to and schema files both say what the database should become: give one of them"};
  }
  SessionOptions session = session_options(options, find_config(options.config), console);
  if (!session.desired && session.schema_files.empty()) {
    throw UsageError{
        "no schema file: name one, write `schema:` into plumb.yaml, or begin with `plumb init` or "
        "`plumb inspect --out schema.yaml`"};
  }
  return session;
}

std::string format_of(const Options& options, std::string_view fallback) {
  if (!options.format.empty()) return options.format;
  const std::string extension = fs::path{options.out}.extension().string();
  if (extension == ".json" || extension == ".sql" || extension == ".yaml") return extension.substr(1);
  return std::string{fallback};
}

void deliver(std::string_view text, const Options& options, Console& console) {
  if (options.out.empty() || options.out == "-") return console.result(text);
  replace_file(options.out, text);
  console.note("wrote " + options.out);
}

void replace_file(const std::string& path, std::string_view text) {
  const std::string draft = fmt::format("{}.{}.new", path, getpid());
  errno = 0;
  std::ofstream file{draft, std::ios::binary};
  file << text << std::flush;
  file.close();
  std::error_code failure;
  if (file) fs::rename(draft, path, failure);
  if (file && !failure) return;
  const std::string reason = failure ? failure.message() : std::strerror(errno);
  fs::remove(draft, failure);
  throw Error{fmt::format("cannot write {}: {}", path, reason)};
}

}  // namespace plumb::cli
