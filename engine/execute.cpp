#include "engine/execute.h"

#include <optional>
#include <string>

#include <fmt/core.h>

#include "engine/postgres/sqlstate.h"
#include "engine/postgres/transaction.h"
#include "schema/describe.h"
#include "schema/error.h"
#include "schema/file/statement_subject.h"
#include "schema/rules.h"

namespace plumb {

namespace {

std::string failure_message(const DatabaseError& error, const Step& step, const Statement& statement,
                            const Symbols& symbols) {
  const std::string_view advice = lacks_right(error)
                                      ? "The role that plumb runs as may not do this: use the one that owns it, or let "
                                        "that one grant the right.\n"
                                      : "";
  return fmt::format("{}\nin the step for {}, statement:\n{};\n{}", error.what(), describe(step.subject, symbols),
                     statement.sql, advice);
}

/// What the transactions that are committed have done of a plan.
struct Committed {
  std::span<const Step> steps = {};
  bool is_last_whole = true;
};

/// What is left of a plan that failed then.
std::string aftermath(const Committed& committed, const Symbols& symbols) {
  if (committed.steps.empty()) return "Nothing was changed.";
  return fmt::format("What ran before this transaction stays done, up to {}step {} for {}; the rest was rolled back.",
                     committed.is_last_whole ? "" : "a part of ", committed.steps.size(),
                     describe(committed.steps.back().subject, symbols));
}

/// Sets the search path for as long as it lives.
class SearchPath {
 public:
  SearchPath(Database& database, std::string_view path) : database_{database}, is_set_{!path.empty()} {
    if (is_set_) database_.run(fmt::format("set search_path to {}", path));
  }
  ~SearchPath() {
    try {
      if (is_set_) database_.run("set search_path to ''");
    } catch (const DatabaseError&) {
      // The connection is gone, and its settings with it.
    }
  }
  SearchPath(const SearchPath&) = delete;
  SearchPath& operator=(const SearchPath&) = delete;

 private:
  Database& database_;
  bool is_set_;
};

/// What makes the same but computes no rows; empty: the statement computes none.
std::string without_rows(const std::string& sql) {
  for (Kind kind : all_kinds()) {
    const KindRules& rules = rules_for(kind);
    if (!rules.without_rows.empty() && creates(sql, rules.noun)) return fmt::format("{}\n{}", sql, rules.without_rows);
  }
  return {};
}

/// The rules of the kind whose objects act upon other servers, and that a statement is about; or null.
const KindRules* rules_of_outreach(std::string_view sql) {
  for (Kind kind : all_kinds()) {
    const KindRules& rules = rules_for(kind);
    if (!rules.outreach.silence.empty() && is_about(sql, rules.noun)) return &rules;
  }
  return nullptr;
}

/// Tells of each step once, also when it is tried again.
class Announced {
 public:
  explicit Announced(const std::function<void(std::size_t)>& before_step) : before_step_{before_step} {}

  void reach(std::size_t step) {
    if (step < next_) return;
    before_step_(step);
    next_ = step + 1;
  }

 private:
  const std::function<void(std::size_t)>& before_step_;
  std::size_t next_ = 0;
};

/// PostgreSQL only warns where a role may not grant or take away a right (manual, GRANT, "Notes").
void run_live(Database& database, const std::string& sql) {
  if (!is_statement("GRANT", sql) && !is_statement("REVOKE", sql)) return database.run(sql);
  try {
    database.run_to_effect(sql);
  } catch (const DatabaseError& error) {
    if (error.state != "01000") throw;
    throw DatabaseError{
        fmt::format("{}: the role that plumb runs as needs the right with grant option, or to own it", error.what()),
        error.state};
  }
}

void run_batch(Database& database, const Batch& batch, std::span<const Step> steps, Announced& announced,
               const Symbols& symbols, bool is_live, const Committed& committed) {
  std::optional<OpenTransaction> transaction;
  if (batch.in_transaction) transaction.emplace(database);
  for (const Batch::Item& item : batch.items) {
    announced.reach(item.step);
    const std::string& sql = item.statement->sql;
    try {
      is_live ? run_live(database, symbols.secrets().reveal(sql)) : run_on_scratch(database, sql, batch.in_transaction);
    } catch (const DatabaseError& error) {
      transaction.reset();
      const std::string message =
          failure_message(error, steps[item.step], *item.statement, symbols) + aftermath(committed, symbols);
      throw DatabaseError{symbols.secrets().conceal(message), error.state, error.line, error.column};
    }
  }
  if (!transaction) return;
  try {
    transaction->commit();
  } catch (const DatabaseError& error) {  // what is checked only then, as a deferred constraint
    const std::string left = database.is_connected() ? aftermath(committed, symbols)
                                                     : "Whether it was committed is not known: see `plumb check`.";
    throw DatabaseError{
        symbols.secrets().conceal(fmt::format("{}\nat the end of the transaction\n{}", error.what(), left)),
        error.state};
  }
}

}  // namespace

void expect_rights(Database& live, std::span<const Step> steps, const Symbols& symbols) {
  for (const Step& step : steps) {
    const KindRules& rules = rules_for(step.subject.kind);
    if (rules.right.empty() || live.value(rules.right) == "true") continue;
    throw PlanError{fmt::format("{} may not change the {}, and nothing was done: {}", live.value("select current_user"),
                                describe(step.subject, symbols), rules.right_advice)};
  }
}

bool acts_elsewhere(std::string_view sql) { return rules_of_outreach(sql) != nullptr; }

void silence(Database& scratch) {
  for (Kind kind : all_kinds()) {
    const Outreach& outreach = rules_for(kind).outreach;
    if (!outreach.silence.empty()) scratch.run(outreach.silence);
  }
}

void run_in_silence(Database& scratch, const std::string& sql) {
  try {
    OpenTransaction transaction{scratch};
    scratch.run(sql);
    silence(scratch);
    transaction.commit();
  } catch (const DatabaseError& error) {
    const KindRules* rules = rules_of_outreach(sql);
    if (rules == nullptr || !refuses_transaction(error)) throw;
    throw DatabaseError{std::string{rules->outreach.advice}, error.state, error.line, error.column};
  }
}

void run_on_scratch(Database& database, const std::string& sql, bool in_transaction) {
  if (!in_transaction && acts_elsewhere(sql)) return run_in_silence(database, sql);
  const std::string instead = without_rows(sql);
  if (instead.empty()) return database.run(sql);
  if (in_transaction) database.run("savepoint plumb_rows");
  try {
    database.run(sql);
  } catch (const DatabaseError& error) {
    if (!lacks_rows(error)) throw;
    if (in_transaction) database.run("rollback to savepoint plumb_rows");
    try {
      database.run(instead);
    } catch (const DatabaseError&) {
      throw error;  // that is about what the author wrote
    }
  }
}

std::vector<Batch> batches(std::span<const Step> steps) {
  std::vector<Batch> all;
  Transaction last = Transaction::outside;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const Statement& statement : steps[i].forward) {
      const bool outside = statement.transaction == Transaction::outside;
      const bool waits_for_commit = last == Transaction::commit_after && statement.transaction == Transaction::any;
      if (outside || last == Transaction::outside || waits_for_commit) all.push_back({!outside, {}});
      all.back().items.push_back({i, &statement});
      last = statement.transaction;
    }
  }
  return all;
}

void execute(Database& database, std::span<const Step> steps, std::string_view search_path,
             const std::function<void(std::size_t)>& before_step, const Symbols& symbols, LockWaits* live) {
  const SearchPath path{database, search_path};
  Announced announced{before_step};
  Committed committed;
  for (const Batch& batch : batches(steps)) {
    const auto run = [&] { run_batch(database, batch, steps, announced, symbols, live != nullptr, committed); };
    if (live == nullptr) {
      run();
    } else if (batch.in_transaction) {
      live->run(run);
    } else {
      live->run_without_limit(run);
    }
    const Batch::Item& last = batch.items.back();
    committed = {steps.first(last.step + 1), last.statement == &steps[last.step].forward.back()};
  }
}

}  // namespace plumb
