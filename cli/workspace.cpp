#include "cli/workspace.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <span>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/usage.h"
#include "schema/text.h"

namespace plumb::cli {

namespace {

namespace fs = std::filesystem;

/// What the name of a file says about the format in it.
struct Extension {
  std::string_view text;
  std::string_view format;
};
constexpr std::array<Extension, 4> extensions{
    {{".JSON", "json"}, {".SQL", "sql"}, {".YAML", "yaml"}, {".YML", "yaml"}}};

/// Whether the word tells of a connection, as a URL or in libpq's keywords, where no file is called so.
bool is_connection(const std::string& word) {
  std::error_code ignored;
  if (word.find("://") != std::string::npos) return true;
  if (word.find('=') == std::string::npos || fs::exists(word, ignored)) return false;
  try {
    parse_connection(word);
  } catch (const DeclarationError&) {
    return false;
  }
  return true;
}

std::vector<std::string> schema_files(const Options& options, const Config& config) {
  for (const std::string& file : options.files) {
    if (is_connection(file)) {
      throw UsageError{"a database stands where a schema file is expected: name it with --database"};
    }
  }
  if (!options.files.empty()) return options.files;
  if (!config.schema_files.empty()) return config.schema_files;
  std::error_code ignored;
  for (const char* file : default_files) {
    if (fs::symlink_status(file, ignored).type() != fs::file_type::not_found) return {file};
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

bool is_for_stdout(const Options& options) { return options.out.empty() || options.out == "-"; }

/// Nobody but those who may read a text sees it while it is written. Permissions that are unknown stay the usual ones.
std::error_code write_file(const std::string& path, std::string_view text, fs::perms permissions = fs::perms::unknown) {
  errno = 0;
  std::ofstream file{path, std::ios::binary};
  std::error_code failure;
  if (file && permissions != fs::perms::unknown) fs::permissions(path, permissions, failure);
  if (failure) return failure;
  file << text << std::flush;
  file.close();
  return file ? std::error_code{} : std::error_code{errno, std::generic_category()};
}

[[noreturn]] void throw_unwritten(const std::string& path, const std::error_code& failure) {
  throw Error{fmt::format("cannot write {}: {}", path, failure.message())};
}

/// The file that a path leads to, which need not be there, so that a link stays one.
fs::path behind_links(const std::string& path) {
  constexpr int most_links = 40;  // as in Linux
  std::error_code ignored;
  fs::path place = path;
  for (int i = 0; i < most_links; ++i) {
    if (!fs::is_symlink(place, ignored)) return place;
    place = place.parent_path() / fs::read_symlink(place, ignored);
  }
  throw_unwritten(path, std::make_error_code(std::errc::too_many_symbolic_link_levels));
}

}  // namespace

Patience patience(const Options& options, const Config& config) {
  Patience patience = config.patience;
  if (options.lock_timeout) patience.lock_timeout = to_lock_timeout(*options.lock_timeout);
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

std::string format_of(const Options& options) {
  if (!options.format.empty()) return options.format;
  const std::span<const std::string_view> formats = find_command(options.command)->formats;
  const std::string extension = upper(fs::path{options.out}.extension().string());
  const auto said = std::ranges::find(extensions, extension, &Extension::text);
  if (said == extensions.end()) return std::string{formats.front()};
  if (std::ranges::find(formats, said->format) != formats.end()) return std::string{said->format};
  throw UsageError{fmt::format("--out {}: `plumb {}` writes {}, and no {}: name another file, or say --format",
                               options.out, options.command, fmt::join(formats, " or "), said->format)};
}

Style report_style(const Options& options, const Console& console) {
  return is_for_stdout(options) ? console.result_style() : Style{};
}

void deliver(std::string_view text, const Options& options, Console& console) {
  if (is_for_stdout(options)) return console.result(text);
  replace_file(options.out, text);
  console.note("wrote " + options.out);
}

void replace_file(const std::string& path, std::string_view text) {
  std::error_code ignored;
  const fs::file_status there = fs::status(path, ignored);
  const fs::path place = behind_links(path);
  // A device or a pipe is written into: a file that takes its place would be the end of it.
  const bool is_file = fs::is_regular_file(there) && fs::equivalent(path, place, ignored);
  if (fs::exists(there) && !is_file) {
    const std::error_code failure = write_file(path, text);
    if (failure) throw_unwritten(path, failure);
    return;
  }
  const std::string draft = fmt::format("{}.{}.new", place.string(), getpid());
  std::error_code failure = write_file(draft, text, is_file ? there.permissions() : fs::perms::unknown);
  if (!failure) fs::rename(draft, place, failure);
  if (!failure) return;
  fs::remove(draft, ignored);
  throw_unwritten(path, failure);
}

}  // namespace plumb::cli
