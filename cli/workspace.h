#pragma once

#include <array>
#include <string>
#include <string_view>

#include "cli/config.h"
#include "cli/console.h"
#include "cli/options.h"
#include "engine/session.h"

namespace plumb::cli {

/// Where a schema stands when nobody says it.
inline constexpr std::array<const char*, 4> default_files{"schema.yaml", "schema.yml", "schema.sql", "schema"};

/// What a session works on, from the command line, plumb.yaml, the environment and this folder, in that order.
/// Throws `UsageError` when these contradict each other. Schema files may turn out to be none.
SessionOptions session_options(const Options& options, const Config& config, Console& console);

/// The same for a command that compares: throws `UsageError` when there is nothing to compare with.
SessionOptions comparison_options(const Options& options, Console& console);

/// With which the live database is changed, as the command line says, else plumb.yaml.
Patience patience(const Options& options, const Config& config);

/// --format, or what the name of the file in --out says, or the first format of the command. Throws `UsageError` when
/// that name says one that the command does not write.
std::string format_of(const Options& options);

/// How a result is tinted for `deliver`: colour belongs on a terminal, not into a file.
Style report_style(const Options& options, const Console& console);

/// Brings a result to the file in --out, which then holds all of it or is as it was, or to stdout.
void deliver(std::string_view text, const Options& options, Console& console);

/// Puts a text in place of a file's content; the file keeps its permissions, and a link still leads to it. What is no
/// file, such as a pipe, is written into. Throws `Error`.
void replace_file(const std::string& path, std::string_view text);

}  // namespace plumb::cli
