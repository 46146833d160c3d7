#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plumb {

/// Writes numbers and texts into one text, each text behind its length, so that it may hold anything.
class FieldWriter {
 public:
  void number(std::size_t value);
  void field(std::string_view value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Reads what a `FieldWriter` wrote, in the same order; anything else makes it fail, and stay failed.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_{text} {}

  std::size_t number();
  std::string_view field();  ///< a part of the text that is read

  bool failed() const { return failed_; }
  bool finished() const { return rest_.empty(); }

 protected:
  void fail() { failed_ = true; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace plumb
