#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/realise.h"
#include "schema/fingerprint.h"

namespace plumb {

/// Texts kept from one run to the next under `cache_folder()`. Disposable: what is missing, damaged or cannot be
/// written costs time and changes nothing else.
class Cache {
 public:
  std::optional<std::string> load(std::string_view section, const Fingerprint& key) const;
  void store(std::string_view section, const Fingerprint& key, std::string_view text) const;
};

/// All that decides what a declaration means, but for what it borrows: the declaration itself, and the versions of
/// the server and its extensions.
Fingerprint realisation_key(const Declaration& declaration, const Catalog& actual, int server_version);

/// `realise`, or what it returned the last time for the same key while what it borrowed is as it was.
Realised realise_cached(const Declaration& declaration, const Catalog& actual, int server_version,
                        Workbench& workbench);

}  // namespace plumb
