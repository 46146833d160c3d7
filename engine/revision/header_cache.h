#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/revision/revision.h"
#include "schema/fingerprint.h"

namespace plumb {

/// The headers of many revision files, kept from one run to the next: to ask of thousands of files whether they have
/// changed costs less than to read them. A file is read again when its inode, its size or the time of its last change
/// differs, which a program cannot set; and where that time lies within the last seconds, because a change that follows
/// at once may not show in it.
class HeaderCache {
 public:
  /// For fewer files nothing is kept.
  static constexpr std::size_t worthwhile = 500;

  explicit HeaderCache(std::span<const std::string> paths,
                       std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

  /// `read_revision_header`.
  Revision read(const std::string& path);

  /// Keeps what was read, if any of it is new. `revisions` are those of all calls of `read`, in their order.
  void store(std::span<const Revision> revisions) const;

 private:
  /// What tells one content of a file from another; all zero where the file must be read.
  using Stamp = std::array<std::int64_t, 5>;

  struct Header {
    std::string_view stamp;
    std::string_view text;
  };

  Stamp stamp_of(const std::string& path) const;

  bool is_worthwhile_ = false;
  Fingerprint key_{};
  std::chrono::system_clock::time_point begin_;
  std::optional<std::string> kept_;                       ///< what the last run left
  std::unordered_map<std::string_view, Header> headers_;  ///< in it, by path
  std::vector<Stamp> stamps_;                             ///< of the files that were asked for
  bool has_news_ = false;
};

}  // namespace plumb
