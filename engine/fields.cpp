#include "engine/fields.h"

#include <charconv>
#include <iterator>
#include <limits>

namespace plumb {

void FieldWriter::number(std::size_t value) {
  char digits[std::numeric_limits<std::size_t>::digits10 + 1];
  const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), value);
  text_.append(digits, end) += ' ';
}

void FieldWriter::field(std::string_view value) {
  number(value.size());
  text_ += value;
}

std::size_t FieldReader::number() {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
  const auto length = static_cast<std::size_t>(end - rest_.data());
  if (error != std::errc{} || length == rest_.size() || *end != ' ') {
    failed_ = true;
    return 0;
  }
  rest_.remove_prefix(length + 1);
  return value;
}

std::string_view FieldReader::field() {
  const std::size_t size = number();
  if (size > rest_.size()) failed_ = true;
  if (failed_) return {};
  const std::string_view value = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return value;
}

}  // namespace plumb
