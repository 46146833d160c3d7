#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/lock_waits.h"
#include "engine/plan.h"
#include "engine/postgres/database.h"

namespace plumb {

/// Neighbouring statements that run together: in one transaction, or one statement outside any.
struct Batch {
  struct Item {
    std::size_t step;            ///< index among the steps
    const Statement* statement;  ///< points into the steps
  };
  bool in_transaction = true;
  std::vector<Item> items;
};

/// How steps are cut into transactions: as few as `Statement::transaction` allows.
std::vector<Batch> batches(std::span<const Step> steps);

/// Throws `PlanError` when the role that is connected may not do what the steps do (`KindRules::right`).
void expect_rights(Database& live, std::span<const Step> steps, const Symbols& symbols);

/// Runs a statement, and where it lacks nothing but rows, of a server that cannot be reached or of what has none
/// itself, once more so that it computes none (`KindRules::without_rows`). Throws what was wrong with it as it stands.
void run_on_scratch(Database& database, const std::string& sql, bool in_transaction);

/// Whether a statement is about what acts upon other servers (`KindRules::outreach`).
bool acts_elsewhere(std::string_view sql);

/// Runs such a statement on a scratch database so that no other server is reached. Throws `DatabaseError` with what to
/// write instead.
void run_in_silence(Database& scratch, const std::string& sql);

/// What keeps a scratch database from acting upon other servers once its transaction is committed.
void silence(Database& scratch);

/// Runs steps in their batches; `before_step` hears each step's index first. A batch that fails is rolled back, and
/// the `DatabaseError` says which step and statement it was and what of the earlier ones stays. On a live database
/// (`live`), secrets take the place of their tokens (schema/secrets.h), and batches wait for locks with patience; on
/// a scratch database, tokens stay as they are, and what lacks rows alone is made without (`run_on_scratch`).
void execute(Database& database, std::span<const Step> steps, std::string_view search_path,
             const std::function<void(std::size_t)>& before_step, const Symbols& symbols, LockWaits* live = nullptr);

}  // namespace plumb
