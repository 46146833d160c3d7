#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/secrets.h"

namespace plumb {

/// A name or value interned in a `Symbols` table: equal text, equal symbol.
enum class Symbol : std::uint32_t { none = 0 };

/// Owns the text of every symbol. One table serves both catalogs of a diff, so their names
/// compare as integers. Views returned by `text` live as long as the table.
class Symbols {
 public:
  Symbols();
  Symbols(const Symbols&) = delete;
  Symbols& operator=(const Symbols&) = delete;

  Symbol intern(std::string_view text);
  std::string_view text(Symbol symbol) const { return texts_[static_cast<std::size_t>(symbol)]; }

  /// What stands behind the tokens among the texts.
  Secrets& secrets() { return secrets_; }
  const Secrets& secrets() const { return secrets_; }

 private:
  std::pmr::monotonic_buffer_resource arena_{1 << 16};
  std::vector<std::string_view> texts_;
  std::unordered_map<std::string_view, Symbol> symbols_;
  Secrets secrets_;
};

}  // namespace plumb
