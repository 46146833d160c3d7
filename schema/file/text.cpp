#include "schema/file/text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/core.h>

#include "schema/text.h"

namespace plumb {

namespace {

/// The length of the UTF-8 character at the start of `text`, 0 when there is none (RFC 3629, section 4).
std::size_t character_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool too_high = first == 0xF4 && byte(1) > 0x8F;
    return tail(1) && tail(2) && tail(3) && !overlong && !too_high ? 4 : 0;
  }
  return 0;
}

/// The offset of the first byte that is not UTF-8, or npos.
std::size_t find_bad_byte(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = character_length(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

bool is_utf_16(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return true;
  // Without a mark: every other byte of a Latin text is NUL.
  return text.size() >= 4 && ((text[1] == '\0' && text[3] == '\0' && text[0] != '\0') ||
                              (text[0] == '\0' && text[2] == '\0' && text[1] != '\0'));
}

void add_too_large(std::string_view file, std::uintmax_t bytes, Faults& faults) {
  faults.add(
      file, {},
      fmt::format("is {:.1f} MiB large, and the limit for one schema file is {} MiB: split it into several files",
                  static_cast<double>(bytes) / (1 << 20), max_file_bytes >> 20U));
}

}  // namespace

std::optional<std::string> read_text(const std::string& path, Faults& faults, std::string_view when_empty) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    faults.add(path, {}, "is a folder: name a file");
    return std::nullopt;
  }
  const auto bytes = std::filesystem::file_size(path, error);
  if (!error && bytes > max_file_bytes) return add_too_large(path, bytes, faults), std::nullopt;
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    const int reason = errno;
    faults.add(path, {}, fmt::format("cannot be read: {}", std::strerror(reason)));
    return std::nullopt;
  }
  // Pipes have no size, so the limit is watched while reading.
  std::string text;
  std::string block(1 << 16, '\0');
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0) {
    text.append(block, 0, static_cast<std::size_t>(file.gcount()));
    if (text.size() > max_file_bytes) return add_too_large(path, text.size(), faults), std::nullopt;
  }
  return check_text(std::move(text), path, faults, when_empty);
}

std::optional<std::string> check_text(std::string text, std::string_view file, Faults& faults,
                                      std::string_view when_empty) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (text.size() > max_file_bytes) return add_too_large(file, text.size(), faults), std::nullopt;
  if (is_utf_16(text)) {
    faults.add(file, {1, 1}, "is written in UTF-16: save it as UTF-8");
    return std::nullopt;
  }
  if (text.starts_with(mark)) text.erase(0, mark.size());
  if (!when_empty.empty() && text.find_first_not_of(" \t\r\n") == std::string::npos) {
    faults.add(file, {1, 1}, std::string{when_empty});
    return std::nullopt;
  }
  if (const auto at = find_bad_byte(text); at != std::string::npos) {
    faults.add(file, Locator{text}.at(at),
               fmt::format("byte 0x{:02X} is not UTF-8: save the file as UTF-8", static_cast<unsigned char>(text[at])));
    return std::nullopt;
  }
  if (const auto at = text.find('\0'); at != std::string::npos) {
    faults.add(file, Locator{text}.at(at), "a NUL byte cannot stand in a text: is this a schema file at all?");
    return std::nullopt;
  }
  return text;
}

Spot Locator::at(std::size_t offset) {
  offset = std::min(offset, text_.size());
  for (; offset_ < offset; ++offset_) {
    if (text_[offset_] == '\n') {
      spot_ = {spot_.line + 1, 1};
    } else if (!continues_character(text_[offset_])) {
      ++spot_.column;
    }
  }
  while (offset_ > offset) {
    --offset_;
    if (text_[offset_] == '\n') {
      const auto start = offset_ == 0 ? std::string_view::npos : text_.rfind('\n', offset_ - 1);
      const auto line = text_.substr(start + 1, offset_ - start - 1);
      const auto characters = std::ranges::count_if(line, [](char c) { return !continues_character(c); });
      spot_ = {spot_.line - 1, static_cast<int>(characters) + 1};
    } else if (!continues_character(text_[offset_])) {
      --spot_.column;
    }
  }
  return spot_;
}

std::size_t offset_of(std::string_view text, Spot spot) {
  std::size_t offset = 0;
  for (int line = 1; line < spot.line; ++line) offset = std::min(text.find('\n', offset), text.size() - 1) + 1;
  for (int column = 1; column < spot.column && offset < text.size(); ++column) {
    do ++offset;
    while (offset < text.size() && continues_character(text[offset]));
  }
  return offset;
}

bool is_balanced(std::string_view sql) {
  int open = 0;
  char quote = '\0';
  for (char c : sql) {
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(') {
      ++open;
    } else if (c == ')' && --open < 0) {
      return false;
    }
  }
  return open == 0;
}

}  // namespace plumb
