#pragma once

#include <string>
#include <string_view>

#include "schema/object.h"

namespace plumb {

/// Collects texts and hashes them as one. Texts are length-prefixed, so ("ab", "c") and ("a", "bc") differ.
class Hasher {
 public:
  Hasher& add(std::string_view text);
  Fingerprint finish() const;  ///< XXH3-128 of everything added so far

 private:
  std::string buffer_;
};

std::string to_hex(const Fingerprint& fingerprint);  ///< 32 lower-case hexadecimal digits

}  // namespace plumb
