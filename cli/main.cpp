#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <iostream>
#include <span>
#include <sstream>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/config.h"
#include "engine/postgres/connection.h"
#include "engine/revision/emit/emit.h"
#include "engine/version.h"
#include "schema/error.h"
#include "schema/file/faults.h"

namespace {

using namespace plumb;
using namespace plumb::cli;

constexpr std::string_view exit_codes =
    "Exit codes: 0 done, or no difference; 1 failed; 2 differences (check, diff --exit-code);\n"
    "            3 refused because data would be lost; 4 wrong usage.\n";

constexpr std::string_view databases =
    "The database is named by --database, DATABASE_URL, DATABASE_URL in .env, plumb.yaml, or libpq's PG* variables,\n"
    "as postgresql://user@host:port/dbname, \"host=... dbname=...\", a plain name, or embedded:FOLDER, which is a "
    "private\n"
    "server that plumb starts in that folder.\n";

/// A variable that is not set must not lead to another database, or to other settings.
CLI::Validator not_empty(const char* advice) {
  return {[advice](const std::string& text) { return text.empty() ? fmt::format("it is empty: {}", advice) : ""; }, ""};
}

/// What is no number is neither below nor above the ends of a range.
std::string is_number(const std::string& text) {
  return std::isnan(std::strtod(text.c_str(), nullptr)) ? fmt::format("{} is no number", text) : "";
}

void add_common(CLI::App& app, Options& options) {
  const auto common = [](CLI::Option* option) { option->group("Common options"); };
  common(app.add_option("--database", options.database, "The live database")
             ->type_name("URL")
             ->check(not_empty("name a database")));
  common(app.add_option("--config", options.config, "Settings, instead of ./plumb.yaml")
             ->type_name("FILE")
             ->check(not_empty("name a file")));
  common(app.add_option("--color", options.color, "auto, always or never")
             ->type_name("WHEN")
             ->check(CLI::IsMember({"auto", "always", "never"}).description("")));
  common(app.add_flag("-q,--quiet", options.quiet, "Say only results, warnings and failures"));
  common(app.add_flag("--strict", options.strict, "Fail at what is a warning else: unknown objects, broken functions"));
  common(app.add_flag("-v,--verbose", options.verbose, "Say what is being done, and when"));
}

/// Options of the commands that deal with revisions; they are called as in Alembic.
void add_revision_options(CLI::App& sub, const Takes& takes, Options& options) {
  const auto repeated = [](CLI::Option* option) { option->allow_extra_args(false); };
  if (takes.identifiers != Identifiers::none) {
    CLI::Option* const revisions =
        sub.add_option("revision", options.revisions, "An id, the beginning of one, or a place")
            ->type_name("REVISION")
            ->required();
    if (takes.identifiers == Identifiers::one) revisions->expected(1);
  }
  if (takes.history) {
    sub.add_option("-r,--rev-range", options.range, "A part of it; either end may be missing")->type_name("START:END");
    sub.add_flag("-i,--indicate-current", options.indicate_current, "Mark the revisions that the database is at");
  }
  if (takes.real_heads) {
    sub.add_flag("--resolve-dependencies", options.resolve_dependencies, "Leave out heads that others depend on");
  }
  if (takes.new_file) {
    sub.add_option("-m,--message", options.message, "What it does, for people")->type_name("TEXT");
    repeated(sub.add_option("--branch-label", options.branch_labels, "A name for the branch that begins with it")
                 ->type_name("LABEL"));
    sub.add_option("--rev-id", options.revision_id, "Its id, instead of a random one")->type_name("ID");
    sub.add_flag("--splice", options.splice, "Let it revise what is no head");
  }
  if (takes.new_revision) {
    sub.add_option("--head", options.head, "What it revises; head when silent")->type_name("REVISION");
    sub.add_option("--version-path", options.version_path, "The folder that it is written to")->type_name("FOLDER");
    repeated(sub.add_option("--depends-on", options.depends_on, "A revision of another branch that it needs")
                 ->type_name("REVISION"));
    sub.add_option("--template", options.revision_template, "What stands in it; see `plumb list_templates`")
        ->type_name("NAME");
  }
  if (takes.autogenerate) {
    sub.add_flag("--autogenerate", options.autogenerate, "Plan it from the history to the schema files, and prove it");
    sub.add_option("--against", options.against,
                   "Plan from the history, or from the live database; history when silent")
        ->type_name("history|live")
        ->check(CLI::IsMember({"history", "live"}).description(""));
  }
  if (takes.sql) sub.add_flag("--sql", options.as_sql, "Print the SQL, and change nothing");
  if (takes.adopt) {
    sub.add_option("runner", options.runner, "The other tool: alembic")
        ->type_name("TOOL")
        ->required()
        ->check(CLI::IsMember({"alembic"}).description(""));
    sub.add_option("folder", options.folder, "Its folder; alembic when silent")->type_name("FOLDER");
  }
  if (takes.emit) {
    const std::vector<std::string_view> names = runner_names();
    sub.add_option("--emit", options.emit, fmt::format("Write it for another runner, too: {}", fmt::join(names, ", ")))
        ->type_name("RUNNER")
        ->check(CLI::IsMember(std::vector<std::string>{names.begin(), names.end()}).description(""));
    sub.add_option("--out", options.out, "The folder that --emit writes to")->type_name("FOLDER");
  }
  if (takes.stairway) sub.add_flag("--stairway", options.stairway, "Also run every revision up, down and up again");
  if (takes.purge) sub.add_flag("--purge", options.purge, "Forget first what the database said it was at");
  if (takes.check_heads) {
    sub.add_flag("-c,--check-heads", options.check_heads, "End with 2 unless the database is at every head");
  }
}

void add_command(CLI::App& app, const Command& command, Options& options) {
  CLI::App& sub = *app.add_subcommand(std::string{command.name}, std::string{command.help});
  sub.group("Commands");
  sub.footer(fmt::format("\nExamples:\n{}", command.examples));
  const std::vector<std::string> formats{command.formats.begin(), command.formats.end()};
  const Takes& takes = command.takes;
  if (takes.plan_file) {
    sub.add_option("plan", options.plan_file, "A plan that `plumb plan --format json` wrote")->type_name("PLAN.json");
  } else if (takes.schema_files) {
    sub.add_option("files", options.files, "Schema files and folders")->type_name("FILE");
  }
  if (takes.schema_files || takes.autogenerate) {
    sub.add_option("--schema", options.named_files, "A schema file or folder; may be given again")
        ->type_name("FILE")
        ->allow_extra_args(false);
  }
  if (takes.from_and_to) {
    sub.add_option("--from", options.from, "The database to start from, instead of --database")
        ->type_name("URL")
        ->check(not_empty("name a database"));
    sub.add_option("--to", options.to, "A database to become like, instead of the schema files")
        ->type_name("URL")
        ->check(not_empty("name a database"));
  }
  sub.add_option("--format", options.format,
                 fmt::format("{}; {} when silent", fmt::join(formats, ", "), formats.front()))
      ->type_name("FORMAT")
      ->check(CLI::IsMember(formats).description(""));
  if (takes.out) sub.add_option("--out", options.out, "Write the result to a file")->type_name("FILE");
  if (takes.roles) sub.add_flag("--roles", options.roles, "Write down the roles of the cluster, too");
  if (takes.consent) {
    sub.add_option("--allow", options.allow,
                   "Let this be lost, as in drop-column=public.users.email; may be given again")
        ->type_name("WORD=NAME")
        ->allow_extra_args(false);
  }
  if (takes.yes) sub.add_flag("-y,--yes", options.yes, "Do not ask");
  if (takes.patience) {
    sub.add_option("--lock-timeout", options.lock_timeout, "Give way after waiting so long for a lock; 3 when silent")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.0, longest_lock_timeout).description(""))
        ->check(CLI::Validator{is_number, ""});
    sub.add_option("--lock-retries", options.lock_retries, "Try again so often to get it; 20 when silent")
        ->type_name("NUMBER")
        ->check(CLI::Range(0, most_lock_retries).description(""));
  }
  if (takes.schema_files || takes.proof || takes.autogenerate) {
    sub.add_option("--scratch", options.scratch, "Where to try things: auto, embedded, target, or a connection")
        ->type_name("WHERE")
        ->check(not_empty("say where, or leave it out"))
        ->check(CLI::Validator{[](const std::string& text) { return scratch_fault(text); }, ""});
  }
  if (takes.proof) sub.add_flag("--no-prove", options.no_proof, "Do not try the plan on a scratch database first");
  add_revision_options(sub, takes, options);
  if (takes.exit_code) sub.add_flag("--exit-code", options.exit_code, "End with 2 when there is a difference");
  add_common(sub, options);
  sub.callback([&options, &command] { options.command = command.name; });
}

void describe_program(CLI::App& app, Options& options) {
  app.name("plumb");
  app.description("plumb keeps PostgreSQL true to its schema file.");
  app.set_version_flag("--version", fmt::format("plumb {}", version));
  app.footer(fmt::format("\n`plumb COMMAND --help` tells more about a command.\n\n{}\n{}", databases, exit_codes));
  app.get_formatter()->column_width(34);
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.require_subcommand(1);
  add_common(app, options);
  for (const Command& command : commands()) add_command(app, command, options);
}

/// What may stand where the word stood that nobody knows.
std::vector<std::string> known_words(const CLI::App& app, bool is_option) {
  std::vector<std::string> words;
  if (is_option) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
  } else {
    for (const Command& command : commands()) words.emplace_back(command.name);
  }
  return words;
}

/// A word of the command line as it may be shown.
std::string shown(std::string word) {
  blot_out_password(word.data());
  return word;
}

std::string explain(CLI::App& app, const CLI::ParseError& error) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  const CLI::App& context = chosen.empty() ? app : *chosen.front();
  const std::string help = chosen.empty() ? "plumb --help" : fmt::format("plumb {} --help", context.get_name());
  const std::vector<std::string> unknown = app.remaining(true);
  const std::string_view said = error.what();
  if (said.find("At Most 1 required") != std::string_view::npos) {
    return fmt::format("`{}` takes one value, and found several (see `{}`)", said.substr(0, said.find(':')), help);
  }
  if (unknown.empty()) return fmt::format("{} (see `{}`)", said, help);

  const bool is_option = unknown.front().starts_with('-');
  if (!is_option && !chosen.empty())
    return fmt::format("`{}` is one argument too many (see `{}`)", shown(unknown.front()), help);
  const std::string word = unknown.front().substr(0, unknown.front().find('='));
  const std::vector<std::string> known = known_words(context, is_option);
  const std::vector<std::string_view> views{known.begin(), known.end()};
  return fmt::format("there is no {} `{}`: {} (see `{}`)", is_option ? "option" : "command", shown(word),
                     suggestion(word, views), help);
}

/// `-r=-2:` becomes `-r-2:`, which CLI11 reads: who knows Alembic writes ranges so.
void take_out_equals_sign(char* word) {
  if (word[0] != '-' || std::isalpha(static_cast<unsigned char>(word[1])) == 0 || word[2] != '=' || word[3] == '\0')
    return;
  std::memmove(word + 2, word + 3, std::strlen(word + 3) + 1);
}

/// A connection to a database would get the number of a stream that is closed, and hear what is said there. Results
/// must not be lost, so that writing them fails.
void open_closed_streams() {
  for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) != -1) continue;
    ::open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY);  // takes the lowest number that is free
  }
}

/// What was said on the command line is shown without its passwords.
std::string without_passwords(std::string message, const Options& options) {
  for (const auto& [word, as_shown] : options.blotted) {
    for (auto at = message.find(word); at != std::string::npos; at = message.find(word, at + as_shown.size())) {
      message.replace(at, word.size(), as_shown);
    }
  }
  return message;
}

/// What --help and --version ask for.
ExitCode answer(const CLI::App& app, const CLI::ParseError& question, const Options& options) {
  Console console{options};
  std::ostringstream text;
  app.exit(question, text);
  try {
    console.result(text.str());
    return ExitCode::done;
  } catch (const Error& error) {
    console.failure(error.what());
    return ExitCode::failed;
  }
}

ExitCode run(const Options& options) {
  Console console{options};
  const auto fail = [&](const std::exception& error) { console.failure(without_passwords(error.what(), options)); };
  try {
    return find_command(options.command)->run(options, console);
  } catch (const UsageError& error) {
    fail(error);
    return ExitCode::wrong_usage;
  } catch (const ConsentError& error) {
    fail(error);
    return ExitCode::refused;
  } catch (const std::exception& error) {
    fail(error);
    return ExitCode::failed;
  }
}

/// libpq waits for ever for a server that takes the connection and says nothing. Whatever else says how long goes
/// before the variable.
void limit_waiting_for_servers() {
  constexpr const char* seconds = "10";
  setenv("PGCONNECT_TIMEOUT", seconds, 0);
}

}  // namespace

int main(int argc, char** argv) {
  open_closed_streams();
  limit_waiting_for_servers();
  Options options;
  CLI::App app;
  describe_program(app, options);
  std::for_each(argv + 1, argv + argc, take_out_equals_sign);
  try {
    app.parse(argc, argv);
    options.files.insert(options.files.end(), options.named_files.begin(), options.named_files.end());
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return static_cast<int>(answer(app, error, options));
    if (argc == 1) {
      std::cerr << app.help();
    } else {
      Console{options}.failure(explain(app, error));
    }
    return static_cast<int>(ExitCode::wrong_usage);
  }
  for (char* word : std::span{argv, static_cast<std::size_t>(argc)}.subspan(1)) {
    const std::string before{word};
    blot_out_password(word);
    if (before == word) continue;
    const std::size_t at = before.rfind('@');  // a branch is told apart from its revision there
    options.blotted.emplace_back(before, word);
    if (at != std::string::npos) options.blotted.emplace_back(before.substr(0, at), std::string{word}.substr(0, at));
  }
  return static_cast<int>(run(options));
}
