#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "cli/options.h"
#include "engine/report/style.h"

namespace plumb::cli {

/// Where words go: results to stdout, everything else to stderr.
class Console {
 public:
  explicit Console(const Options& options);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void result(std::string_view text);       ///< what the command is for
  void note(std::string_view sentence);     ///< silent with --quiet
  void detail(std::string_view sentence);   ///< only with --verbose
  void warning(std::string_view sentence);  ///< said even with --quiet
  void failure(std::string_view message);
  void progress(std::string_view what);  ///< a passing line on a terminal; with --verbose it stays
  /// True for a yes; only where `can_ask`. What the question is about is said even with --quiet.
  bool ask(std::string_view question, std::string_view about = {});

  bool can_ask() const { return can_ask_; }                    ///< a person sits at both ends
  const Style& result_style() const { return result_style_; }  ///< for texts that go to `result`

  const Style& message_style() const { return message_style_; }  ///< for texts that go elsewhere

  std::string elapsed() const;  ///< since the console was made, "0.4 s"

 private:
  void clear_progress();
  void line(std::string_view text);

  bool quiet_;
  bool verbose_;
  bool shows_progress_;
  bool can_ask_;
  bool progress_shown_ = false;
  Style result_style_;
  Style message_style_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace plumb::cli
