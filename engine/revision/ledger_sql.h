#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/revision/journey.h"

namespace plumb {

/// The schema that plumb keeps its own tables in. It is no part of what plumb reads, compares and changes.
inline constexpr std::string_view ledger_schema = "plumb";

/// What a database was like before a statement outside a transaction, to tell later whether it came to its end.
struct Surroundings {
  std::string catalog;                 ///< fingerprint of all that plumb reads
  std::vector<std::string> half_made;  ///< oids of what others had left half made
};

/// What was done to a database, as the journal holds it: a row that is only ever added.
///
/// A revision whose statements share one transaction has one row, `done`, which is committed together with them. Where
/// statements run outside a transaction, each part that is committed has a row, so that what was interrupted goes on
/// behind it.
struct JournalEntry {
  enum class State {
    started,  ///< a statement outside a transaction begins; whether it came to its end, nobody knows yet
    failed,   ///< it was refused, and what it left half made is cleared away
    part,     ///< these statements are committed
    done      ///< with these, the revision is
  };
  Way way = Way::upgrade;
  std::string revision = {};
  std::string file_hash = {};  ///< `RevisionFile::hash`
  State state = State::done;
  std::size_t first = 0;  ///< index of the first of `statements` in its section
  std::vector<std::string> statements = {};
  std::optional<long> milliseconds = {};  ///< unknown for a script
  Surroundings before = {};               ///< of a statement that is started
};

/// Where a database's heads are written down.
struct LedgerOptions {
  /// Alembic's table with its schema, "public.alembic_version"; empty: `plumb.heads`.
  std::string alembic_table;
};

/// The statements that keep a ledger, for a connection and for scripts.
class LedgerSql {
 public:
  explicit LedgerSql(const LedgerOptions& options);

  const std::string& table() const { return table_; }    ///< of heads, as SQL
  const std::string& column() const { return column_; }  ///< its only one

  std::string ensure() const;  ///< makes what is missing; several statements
  std::string change(const RowChange& row) const;
  static std::string add(const JournalEntry& entry);

 private:
  bool is_alembic_;
  std::string name_;  ///< of Alembic's table, without its schema
  std::string table_;
  std::string column_;
};

}  // namespace plumb
