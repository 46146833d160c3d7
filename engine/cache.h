#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "schema/fingerprint.h"

namespace plumb {

/// Texts kept from one run to the next under `cache_folder()`. Disposable: what is missing, damaged or cannot be
/// written costs time and changes nothing else.
class Cache {
 public:
  /// Another `writer` finds nothing of it: a new build of plumb may read catalogs otherwise than the last one.
  explicit Cache(std::string writer = this_program()) : writer_{std::move(writer)} {}

  std::optional<std::string> load(std::string_view section, const Fingerprint& key) const;
  void store(std::string_view section, const Fingerprint& key, std::string_view text) const;

 private:
  static std::string this_program();  ///< its version, and the size and date of its file

  std::filesystem::path path_of(std::string_view section, const Fingerprint& key) const;

  std::string writer_;
};

}  // namespace plumb
