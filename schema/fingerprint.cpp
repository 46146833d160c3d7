#include "schema/fingerprint.h"

#include <cstdint>

#include <fmt/core.h>
#include <xxhash.h>

namespace plumb {

Hasher& Hasher::add(std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  buffer_.append(reinterpret_cast<const char*>(&size), sizeof size);
  buffer_.append(text);
  return *this;
}

Fingerprint Hasher::finish() const {
  const XXH128_hash_t hash = XXH3_128bits(buffer_.data(), buffer_.size());
  return {hash.low64, hash.high64};
}

std::string to_hex(const Fingerprint& fingerprint) {
  return fmt::format("{:016x}{:016x}", fingerprint.high, fingerprint.low);
}

}  // namespace plumb
