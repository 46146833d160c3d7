#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/postgres/database.h"
#include "schema/catalog.h"
#include "schema/fingerprint.h"

namespace plumb {

/// What `inspect` found.
struct Inspected {
  Catalog catalog;
  std::vector<std::string> unknown;  ///< what users made and no kind reads
};

/// The system catalogs whose changes do not count, because nothing is read from them: they hold data, or the
/// dependencies of other databases.
std::span<const std::string_view> uncounted_catalogs();

/// What was read from a database the last time, kept in the cache for as long as nothing changes there.
///
/// PostgreSQL itself tells whether something has. Each change of a catalog's row makes another row, which carries the
/// number of its transaction (`xmin`, manual section 5.5), and no row that was there before can carry the same: so the
/// numbers of all the rows that two snapshots see are equal when the rows are. That holds within one run of a server;
/// a start, or what its recovery may have lost, begins anew. What rows alone do not decide is part of the question:
/// who asks, what such a role cannot see but through views, and the files of extensions. Rows that are changed in
/// place (by VACUUM and ANALYZE) hold statistics there, which plumb does not read.
class KeptReading {
 public:
  /// Inside a snapshot, which the whole life of the object belongs to. `settings` is what besides the database decides
  /// what is read.
  KeptReading(Database& database, std::string_view settings);

  /// What was stored, if it would be read the same way now.
  std::optional<Inspected> load(Symbols& symbols) const;

  /// Passwords are not kept, and so neither is a catalog with tokens for them, whose texts would be missed.
  void store(const Inspected& inspected) const;

 private:
  Fingerprint state() const;

  Database& database_;
  Fingerprint place_;
};

}  // namespace plumb
