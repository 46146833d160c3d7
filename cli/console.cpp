#include "cli/console.h"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <unistd.h>

#include <fmt/core.h>

#include "schema/error.h"

namespace plumb::cli {

namespace {

/// https://no-color.org: any value that is not empty; --color always is stronger.
bool wants_color(const std::string& choice, int file) {
  if (choice != "auto") return choice == "always";
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool is_dumb = terminal != nullptr && std::string_view{terminal} == "dumb";
  return isatty(file) != 0 && (no_color == nullptr || *no_color == '\0') && !is_dumb;
}

}  // namespace

Console::Console(const Options& options)
    : quiet_{options.quiet},
      verbose_{options.verbose},
      shows_progress_{!options.quiet && !options.verbose && isatty(STDERR_FILENO) != 0},
      can_ask_{isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0},
      result_style_{wants_color(options.color, STDOUT_FILENO)},
      message_style_{wants_color(options.color, STDERR_FILENO)} {}

Console::~Console() { clear_progress(); }

void Console::result(std::string_view text) {
  clear_progress();
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) throw Error{"cannot write to standard output: is the disk full?"};
}

void Console::note(std::string_view sentence) {
  if (!quiet_) line(sentence);
}

void Console::detail(std::string_view sentence) {
  if (verbose_) line(sentence);
}

void Console::warning(std::string_view sentence) {
  line(tinted("warning:", Tone::warning, message_style_) + ' ' + std::string{sentence});
}

void Console::failure(std::string_view message) {
  line(tinted("plumb:", Tone::bad, message_style_) + ' ' + std::string{message});
}

void Console::progress(std::string_view what) {
  if (verbose_) line(tinted(fmt::format("{:>7}  {}", elapsed(), what), Tone::faint, message_style_));
  if (!shows_progress_) return;
  clear_progress();
  std::cerr << what << " ..." << std::flush;
  progress_shown_ = true;
}

bool Console::ask(std::string_view question, std::string_view about) {
  clear_progress();
  if (!about.empty()) line(about);
  std::cerr << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

std::string Console::elapsed() const {
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
  return fmt::format("{:.1f} s", seconds.count());
}

void Console::clear_progress() {
  if (!progress_shown_) return;
  std::cerr << "\r\x1b[K" << std::flush;
  progress_shown_ = false;
}

void Console::line(std::string_view text) {
  clear_progress();
  std::cerr << text << '\n';
}

}  // namespace plumb::cli
