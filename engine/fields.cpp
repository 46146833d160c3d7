#include "engine/fields.h"

#include <charconv>
#include <iterator>
#include <limits>

namespace plumb {

void FieldWriter::number(std::size_t value) {
  char written[std::numeric_limits<std::size_t>::digits10 + 2];
  const auto [end, error] = std::to_chars(std::begin(written), std::end(written) - 1, value);
  *end = ' ';
  text_.append(written, static_cast<std::size_t>(end + 1 - written));
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
