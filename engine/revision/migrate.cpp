#include "engine/revision/migrate.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/apply_lock.h"
#include "engine/inspect.h"
#include "engine/postgres/sqlstate.h"
#include "engine/postgres/transaction.h"
#include "engine/report/wording.h"
#include "engine/revision/files.h"
#include "engine/revision/run.h"
#include "schema/error.h"
#include "schema/fingerprint.h"
#include "schema/rules.h"

namespace plumb {

namespace {

using Clock = std::chrono::steady_clock;

/// What PostgreSQL answers when a statement that was run before is run again: what it makes is there, or what it drops
/// is gone (appendix A: undefined_object, invalid_catalog_name).
bool says_it_was_done(const DatabaseError& error) {
  return is_duplicate(error) || error.state == "42704" || error.state == "3D000";
}

/// What interrupted statements have left half made.
class HalfMade {
 public:
  explicit HalfMade(Database& database) {
    for (Kind kind : all_kinds()) {
      const std::string_view query = rules_for(kind).half_made;
      if (query.empty()) continue;
      database.each_row(query, [&](Row row) { found_.emplace_back(*row[0], *row[1]); });
    }
  }

  std::vector<std::string> oids() const {
    std::vector<std::string> all;
    for (const auto& [oid, statement] : found_) all.push_back(oid);
    return all;
  }

  /// Clears away what is not among `known`; false when there was nothing.
  bool clear_except(std::span<const std::string> known, Database& database) const {
    bool any = false;
    for (const auto& [oid, statement] : found_) {
      if (std::ranges::find(known, oid) != known.end()) continue;
      database.run(statement);
      any = true;
    }
    return any;
  }

 private:
  std::vector<std::pair<std::string, std::string>> found_;  ///< oid, and what clears it away
};

/// Runs one step of a journey, from where it was left.
class StepRunner {
 public:
  StepRunner(Database& database, Ledger& ledger, LockWaits& waits, const TravelStep& step, const Revision& revision,
             const Secrets& secrets)
      : database_{database}, ledger_{ledger}, waits_{waits}, step_{step}, revision_{revision}, secrets_{secrets} {}

  void run(const RevisionFile& file, const Section& section, const std::optional<Unfinished>& unfinished) {
    hash_ = file.hash;
    section_ = section;
    std::size_t next = unfinished ? unfinished->next : 0;
    committed_ = next > 0;
    prepare(next);
    if (unfinished && unfinished->is_uncertain) settle(next++, unfinished->before);
    for (const Part& part : parts_of(section_, next)) {
      part.outside_transaction() ? run_alone(part) : run_together(part);
    }
    if (!is_done_) run_together({section_.size(), {}});
    database_.use_own_settings();
  }

 private:
  JournalEntry entry_for(const Part& part, JournalEntry::State state) const {
    JournalEntry entry{
        .way = step_.way, .revision = revision_.id, .file_hash = hash_, .state = state, .first = part.first};
    for (const RevisionStatement& statement : part.statements) entry.statements.push_back(statement.sql);
    entry.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start_).count();
    return entry;
  }

  /// Gives the session the settings that it has before a statement: the server's, and those of statements before.
  void prepare(std::size_t next) {
    database_.use_server_settings();
    waits_.limit();
    for (const RevisionStatement& statement : section_.first(next)) {
      if (makes_setting(statement)) run_one(statement);
    }
  }

  /// RESET ALL is about what the revision has set, and not about plumb's patience.
  void run_one(const RevisionStatement& statement) {
    run_statement(database_, statement, revision_.path, secrets_);
    if (resets_all(statement)) waits_.limit();
  }

  std::string catalog_fingerprint() {
    database_.use_own_settings();
    Symbols symbols;
    return to_hex(inspect(database_, symbols).fingerprint());
  }

  /// The ledger is written as the user that connected; what comes next goes on as whom the revision has chosen.
  void conclude(const JournalEntry& entry) {
    std::string go_on;
    database_.each_row(R"(
  select pg_catalog.format('set session authorization %L; set role %s', session_user,
                           case r.role when 'none' then r.role else pg_catalog.quote_literal(r.role) end)
    from (select pg_catalog.current_setting('role') as role) r)",
                       [&](Row row) { go_on = *row[0]; });
    database_.run("reset session authorization");
    if (entry.state == JournalEntry::State::done) ledger_.change(step_.rows);
    ledger_.add(entry);
    if (entry.state != JournalEntry::State::done) database_.run(go_on);
  }

  /// Notes down, in the open transaction, that a part is committed; with the last one, the revision is done.
  void conclude(const Part& part) {
    is_done_ = part.first + part.statements.size() == section_.size();
    conclude(entry_for(part, is_done_ ? JournalEntry::State::done : JournalEntry::State::part));
  }

  void commit_together(const Part& part) {
    waits_.run([&] {
      OpenTransaction transaction{database_};
      for (const RevisionStatement& statement : part.statements) run_one(statement);
      conclude(part);
      commit(transaction);
    });
    committed_ = true;
  }

  void run_together(const Part& part) {
    start_ = Clock::now();
    try {
      commit_together(part);
    } catch (const DatabaseError& error) {
      fail(error);
    }
  }

  /// PostgreSQL decides whether the statement can be committed together with its row after all: then nothing is ever
  /// uncertain about it.
  void run_alone(const Part& part) {
    start_ = Clock::now();
    const RevisionStatement& statement = part.statements.front();
    try {
      return commit_together(part);
    } catch (const DatabaseError& error) {
      if (!refuses_transaction(error)) fail(error);
    }
    JournalEntry started = entry_for(part, JournalEntry::State::started);
    started.before = {catalog_fingerprint(), HalfMade{database_}.oids()};
    ledger_.add(started);
    prepare(part.first);
    try {
      waits_.run_without_limit([&] { run_one(statement); });
    } catch (const DatabaseError& error) {
      give_up(part, started.before);
      fail(error);
    }
    note_down(part);
  }

  void note_down(const Part& part) {
    OpenTransaction transaction{database_};
    conclude(part);
    commit(transaction);
    committed_ = true;
  }

  void commit(OpenTransaction& transaction) {
    is_committing_ = true;
    transaction.commit();
    is_committing_ = false;
  }

  /// A statement outside any transaction was interrupted, and may have come to its end. It is run again: when the
  /// catalog changed and PostgreSQL says that its work is there, it was done. What it left half made is cleared away.
  void settle(std::size_t index, const Surroundings& before) {
    start_ = Clock::now();
    const Part part{index, section_.subspan(index, 1)};
    const bool has_changed = catalog_fingerprint() != before.catalog;
    prepare(index);
    try {
      waits_.run_without_limit([&] {
        run_again(part.statements.front(), has_changed);
        if (HalfMade{database_}.clear_except(before.half_made, database_))
          run_again(part.statements.front(), has_changed);
      });
    } catch (const DatabaseError& error) {
      give_up(part, before);
      fail(error);
    }
    note_down(part);
  }

  void run_again(const RevisionStatement& statement, bool has_changed) {
    try {
      run_one(statement);
    } catch (const DatabaseError& error) {
      if (!has_changed || !says_it_was_done(error)) throw;
    }
  }

  /// Clears away what a refused statement left half made; when the connection is gone, the next run does it.
  void give_up(const Part& part, const Surroundings& before) {
    try {
      HalfMade{database_}.clear_except(before.half_made, database_);
      ledger_.add(entry_for(part, JournalEntry::State::failed));
    } catch (const DatabaseError&) {
      return;
    }
  }

  [[noreturn]] void fail(const DatabaseError& error) const {
    std::string message = error.what();
    if (message.find("statement timeout") != std::string::npos) {
      message +=
          "\nThe server's statement_timeout holds for revisions, too: let this one begin with SET statement_timeout = "
          "0;";
    }
    const bool is_unknown = is_committing_ && !database_.is_connected();
    message += '\n' + (is_unknown ? "Whether it was committed is not known: see `plumb current`." : what_stays());
    throw DatabaseError{message, error.state, error.line, error.column};
  }

  /// What became of the database when the revision failed, and how to go on.
  std::string what_stays() const {
    const bool upgrades = step_.way == Way::upgrade;
    if (committed_) {
      return fmt::format(
          "What of this revision was committed before stays; the rest was rolled back. Mend the cause, then go on "
          "with: plumb {}",
          upgrades ? "upgrade " + revision_.id : "downgrade -1");
    }
    if (upgrades) return fmt::format("Revision {} was rolled back; those before it are applied.", revision_.id);
    return fmt::format("The downgrade of revision {} was rolled back, so the database is still at it.", revision_.id);
  }

  Database& database_;
  Ledger& ledger_;
  LockWaits& waits_;
  const TravelStep& step_;
  const Revision& revision_;
  const Secrets& secrets_;
  std::string hash_;
  std::span<const RevisionStatement> section_;
  bool committed_ = false;  ///< something of this revision is
  bool is_committing_ = false;
  bool is_done_ = false;
  Clock::time_point start_ = Clock::now();
};

std::string_view word_of(Way way) { return way == Way::downgrade ? "downgrade" : "upgrade"; }

/// An unfinished revision must be finished first, with the statements that it began with.
void check_unfinished(const Unfinished& unfinished, const Journey& journey, const RevisionGraph& graph,
                      const RevisionFiles& files) {
  const auto fail = [&](std::string_view what, std::string_view advice) {
    throw RevisionError{fmt::format("the {} of revision {} was interrupted after {}{}\n{}", word_of(unfinished.way),
                                    unfinished.revision, counted(unfinished.next, "statement"), what, advice)};
  };
  if (journey.steps.empty()) return;
  const TravelStep& first = journey.steps.front();
  if (first.way != unfinished.way || graph.id(first.revision) != unfinished.revision) {
    fail(
        ", and has to be finished first",
        fmt::format("finish it with: plumb {} {}; or put it right by hand, and then say where the database is with: "
                    "plumb stamp REVISION",
                    word_of(unfinished.way), unfinished.way == Way::upgrade ? unfinished.revision : std::string{"-1"}));
  }
  const Section& section = files.section(first);
  const bool is_same = unfinished.next <= section.size() &&
                       !(unfinished.is_uncertain && unfinished.next == section.size()) &&
                       std::ranges::equal(unfinished.statements, std::span{section}.first(unfinished.statements.size()),
                                          {}, {}, &RevisionStatement::sql);
  if (!is_same) {
    fail(fmt::format(", and these are not in {} any more as they were run", graph[first.revision].path),
         "put them back, then go on; statements after them may be mended");
  }
}

void refuse_standby(Database& database, std::string_view shown) {
  if (database.value("select pg_catalog.pg_is_in_recovery()::text") != "true") return;
  throw DatabaseError{fmt::format("{} is a standby, which can only be read: name the primary server", shown)};
}

Secrets learn_secrets(const RevisionFiles& files, const Journey& journey, const MigrationEvents& events) {
  std::string text;
  for (const TravelStep& step : journey.steps) {
    for (const RevisionStatement& statement : files.section(step)) text.append(statement.sql).append("\n");
  }
  if (tokens_in(text).empty()) return {};
  Secrets secrets = events.secrets_in(text);
  for (const TravelStep& step : journey.steps) {
    for (const RevisionStatement& statement : files.section(step)) {
      const std::string_view unknown = secrets.find_unknown(statement.sql);
      if (unknown.empty()) continue;
      throw RevisionError{
          fmt::format("{}:{}: this statement sets a secret that nobody tells, {}, and nothing was done\n"
                      "set the environment variable {} to it; or write it into the schema file as a variable, "
                      "${{NAME}}, and set that one",
                      files.of(step).revision.path, statement.line, unknown, unknown)};
    }
  }
  return secrets;
}

}  // namespace

std::vector<TravelStep> migrate(Database& database, std::string_view shown, const RevisionGraph& graph,
                                const LedgerOptions& options, const JourneyPlanner& plan, const MigrationEvents& events,
                                Patience patience) {
  refuse_standby(database, shown);
  const ApplyLock lock{database, shown, events.progress};
  Ledger ledger{database, options};
  ledger.ensure();
  Journey journey = plan(ledger.heads());
  for (const std::string& warning : journey.warnings) events.warning(warning);
  const RevisionFiles files{graph, journey};
  std::optional<Unfinished> unfinished = ledger.unfinished();
  if (unfinished) check_unfinished(*unfinished, journey, graph, files);
  const Secrets secrets = learn_secrets(files, journey, events);
  LockWaits waits{database, patience, events.warning};
  for (const TravelStep& step : journey.steps) {
    events.before_step(step);
    StepRunner{database, ledger, waits, step, graph[step.revision], secrets}.run(
        files.of(step), files.section(step), std::exchange(unfinished, std::nullopt));
  }
  return std::move(journey.steps);
}

std::vector<TravelStep> stamp(Database& database, std::string_view shown, const RevisionGraph& graph,
                              const LedgerOptions& options, std::span<const std::string> targets, bool purge,
                              const MigrationEvents& events) {
  refuse_standby(database, shown);
  const ApplyLock lock{database, shown, events.progress};
  Ledger ledger{database, options};
  ledger.ensure();
  const std::vector<std::string> rows = ledger.heads();
  Journey journey = plan_stamp(graph, purge ? std::vector<std::string>{} : rows, targets);
  for (const std::string& warning : journey.warnings) events.warning(warning);
  OpenTransaction transaction{database};
  if (purge) {
    for (const std::string& row : rows) ledger.change(std::array{RowChange{row, ""}});
  }
  for (const TravelStep& step : journey.steps) {
    events.before_step(step);
    ledger.change(step.rows);
  }
  ledger.add({.way = Way::stamp, .revision = fmt::format("{}", fmt::join(ledger.heads(), ", "))});
  transaction.commit();
  return std::move(journey.steps);
}

}  // namespace plumb
