#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "schema/file/faults.h"

namespace plumb {

/// The largest schema file that is read: 64 MiB, some 35,000 tables.
constexpr std::size_t max_file_bytes = std::size_t{64} << 20U;

/// What is said of a schema file without a word in it.
constexpr std::string_view empty_schema_file = "is empty: say what the database should hold, or leave the file out";

/// The text of a file without its byte order mark; nullopt and a fault when there is no such file, it is too large,
/// empty, or not UTF-8 text. `when_empty` is the fault of an empty file; without one, it may be empty.
std::optional<std::string> read_text(const std::string& path, Faults& faults,
                                     std::string_view when_empty = empty_schema_file);

/// The same checks for a text that is already there; `file` is what faults call it.
std::optional<std::string> check_text(std::string text, std::string_view file, Faults& faults,
                                      std::string_view when_empty = empty_schema_file);

/// Turns byte offsets into lines and columns. Cheap when the offsets asked for stay near each other.
class Locator {
 public:
  explicit Locator(std::string_view text) : text_{text} {}
  Spot at(std::size_t offset);

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
  Spot spot_{1, 1};
};

/// The byte that stands there in the text; its end where that is behind it.
std::size_t offset_of(std::string_view text, Spot spot);

/// Whether every parenthesis of an SQL text outside quotes has its counterpart.
bool is_balanced(std::string_view sql);

}  // namespace plumb
