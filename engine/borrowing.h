#pragma once

#include <set>
#include <span>
#include <unordered_set>
#include <vector>

#include "engine/realise.h"
#include "engine/refusals.h"
#include "engine/words.h"
#include "engine/workbench.h"
#include "schema/catalog.h"

namespace plumb {

/// Whether words of SQL name an object of the catalog; a routine by its name without the signature.
bool is_mentioned(const Catalog& catalog, const Identity& identity, const Words& words);

/// What a scratch database is lent from the live one, because schema files refer to it without declaring it.
class Borrowing {
 public:
  Borrowing(const Catalog& actual, const Catalog& drafts, Workbench& workbench);

  /// Lends a new scratch database all that was lent before, where that `stands_alone`.
  void start_over(ScratchDatabase& scratch);

  /// Whether nothing that was lent needs what the files make.
  bool stands_alone() const { return stands_alone_; }

  /// Copies into a scratch database what the refused statements may be missing: what PostgreSQL says is not there, and
  /// where that is nothing new, whatever they mention. False when there is nothing more to copy.
  bool lend(Database& scratch, std::span<const Attempt> refused);

  /// The same of what PostgreSQL says is not there alone.
  bool lend_missing(Database& scratch, std::span<const Attempt> refused);

  /// Copies schemas of these names, where a scratch database lacks them: PostgreSQL says nothing of those that a search
  /// path names in vain.
  void lend_schemas(Database& scratch, const Words& names);

  /// Whether something was lent that an SQL file makes itself, which shows where PostgreSQL has it already. It is not
  /// lent again, and a new scratch database is needed.
  bool take_back(std::span<const Attempt> refused);

  /// All that a scratch database holds and no file says.
  const Catalog& lent() const { return lent_; }
  std::vector<Borrowed> sources() const;

 private:
  bool lend(Database& scratch, const Words& words);
  /// Runs the steps, but for extensions that nothing mentions and the role may not make. Returns those.
  std::unordered_set<Identity, IdentityHash> run_where_allowed(Database& scratch, std::span<const Step> steps,
                                                               const Words& words);
  /// What they have not made yet (it is not `there`) is theirs to make, and what needs it cannot be lent.
  void leave_out_what_files_make(std::set<ObjectId>& ids, const Catalog& there) const;
  void remember(const Changes& changes, const Catalog& wanted);

  const Catalog& actual_;
  const Catalog& drafts_;
  Workbench& workbench_;
  Catalog lent_;
  bool stands_alone_ = true;
  std::unordered_set<Identity, IdentityHash> made_by_files_;
};

}  // namespace plumb
