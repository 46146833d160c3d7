#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/postgres/database.h"
#include "engine/revision/ledger_sql.h"

namespace plumb {

/// A revision that some, but not all statements were run of.
struct Unfinished {
  Way way = Way::upgrade;
  std::string revision;
  std::vector<std::string> statements;  ///< that are committed
  std::size_t next = 0;                 ///< index of the statement to go on with
  bool is_uncertain = false;            ///< that one was started, and may have come to its end
  Surroundings before;                  ///< what there was before that
};

/// A revision file that was run.
struct AppliedFile {
  std::string hash;
  bool is_settled = false;  ///< a stamp said later where the database is
};

/// What plumb knows in a database about its revisions: the table of heads, which says where it is, and the journal,
/// which says how it came there. All functions throw `DatabaseError`.
class Ledger {
 public:
  Ledger(Database& database, const LedgerOptions& options) : database_{database}, sql_{options} {}

  /// Makes what is missing of the ledger; false when nothing was.
  bool ensure();

  /// The ids in the table of heads, in the order of its rows; none where there is no ledger yet.
  std::vector<std::string> heads();

  /// Changes the table of heads. Throws when it is not as the changes expect it.
  void change(std::span<const RowChange> rows);

  void add(const JournalEntry& entry);
  std::optional<Unfinished> unfinished();

  /// The files that were run, by revision; without those that were undone.
  std::map<std::string, AppliedFile> applied_files();

 private:
  bool is_there(std::string_view table);

  Database& database_;
  LedgerSql sql_;
};

}  // namespace plumb
