#include "engine/realise.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "engine/borrowing.h"
#include "engine/idle_drop.h"
#include "engine/postgres/sqlstate.h"
#include "engine/refusals.h"
#include "engine/search_path.h"
#include "engine/slice.h"
#include "engine/statement_runner.h"
#include "engine/words.h"
#include "schema/describe.h"
#include "schema/error.h"
#include "schema/file/session_statement.h"
#include "schema/file/statement_subject.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

class Realiser {
 public:
  Realiser(const Declaration& declaration, const Catalog& actual, Workbench& workbench)
      : declaration_{declaration},
        actual_{actual},
        workbench_{workbench},
        declared_path_{search_path_of(declaration, {&actual})},
        borrowing_{actual, declaration.drafts, workbench} {}

  Realised run() {
    // Part by part, each fault is found and has its own place.
    if (!succeed(Folding::folded) && !succeed(Folding::apart)) {
      std::ranges::copy_if(runner_->broken_code(), std::back_inserter(attempts_),
                           [this](const Attempt& attempt) { return !is_live_code(attempt); });
      throw DeclarationError{explain_refusals(attempts_, declaration_, actual_)};
    }
    const std::vector<UncheckedCode::Refused> refused =
        runner_->unchecked_code().look_again(scratch_->database(), borrowing_);
    use_own_settings();
    Catalog catalog = workbench_.read(scratch_->database());
    const std::string removed = explain_removals(borrowing_.lent(), catalog, declaration_);
    if (!removed.empty()) throw DeclarationError{removed};
    expect_signatures(catalog);
    if (!runner_->broken_code().empty() && changes_code(catalog))
      throw DeclarationError{explain_refusals(runner_->broken_code(), declaration_, actual_)};
    const std::set<ObjectId> brought = workbench_.brought(catalog);
    std::vector<Identity> claims;
    std::vector<Identity> changed;
    for (const Object& object : catalog.objects()) {
      const Object* same = borrowing_.lent().find(object.identity);
      const bool is_given =
          (same != nullptr && same->fingerprint == object.fingerprint) || brought.contains(catalog.id(object));
      const bool is_declared = declaration_.drafts.contains(object.identity);
      if (!is_given || is_declared) claims.push_back(object.identity);
      if (same != nullptr && !is_given && !is_declared && !workbench_.base().contains(object.identity)) {
        changed.push_back(object.identity);
      }
    }
    std::vector<RefusedCode> refused_code = refused_in(catalog, refused);
    return {std::move(catalog), std::move(claims), std::move(changed), borrowing_.sources(), std::move(refused_code)};
  }

 private:
  std::vector<RefusedCode> refused_in(const Catalog& catalog, std::span<const UncheckedCode::Refused> refused) const {
    std::vector<RefusedCode> found;
    for (const UncheckedCode::Refused& each : refused) {
      const std::string why = explain_refusals(std::span{&each.made, 1}, declaration_, actual_);
      for (const Object& object : catalog.objects()) {
        const Identity& identity = object.identity;
        if (rules_for(identity.kind).name_space != NameSpace::routine) continue;
        if (catalog.text(identity.schema) != each.schema || catalog.text(identity.name) != each.name) continue;
        const bool is_named = each.made.draft != nullptr;
        found.push_back({identity, is_named ? why : fmt::format("{} ({})", why, describe(identity, symbols()))});
      }
    }
    return found;
  }

  void collect_attempts(Folding folding) {
    const Catalog nothing{workbench_.symbols()};
    const Plan plan = make_plan(diff(nothing, declaration_.drafts), nothing, declaration_.drafts, folding);
    for (const Step& step : parts_behind_wholes(plan.steps)) {
      const Object* draft = declaration_.drafts.find(step.subject);
      const Place& place = declaration_.places.at(declaration_.drafts.id(*draft));
      if (is_left_out(draft)) continue;
      const Object* base = workbench_.base().find(step.subject);
      if (base != nullptr && base->fingerprint == draft->fingerprint) continue;  // the schema public
      announce(*draft, step, place);
      auto& attempts = waits_for_the_rest(*draft) ? last_ : attempts_;
      for (const Statement& statement : step.forward) attempts.push_back({statement.sql, place, draft, {}});
    }
    for (const WrittenStatement& statement : declaration_.statements) {
      attempts_.push_back({statement.sql, statement.place, nullptr, {}});
    }
  }

  /// What could stand in the CREATE of what it is a part of comes right behind it: heirs that are made later take over
  /// what it is by then, and not what it becomes.
  std::vector<Step> parts_behind_wholes(const std::vector<Step>& steps) const {
    const Catalog& drafts = declaration_.drafts;
    std::map<ObjectId, std::size_t> wholes;
    std::vector<std::pair<std::size_t, const Step*>> ranked;
    for (const Step& step : steps) {
      const ObjectId id = drafts.id(*drafts.find(step.subject));
      wholes.emplace(id, ranked.size());
      const auto whole = wholes.find(root_of(drafts, id));
      const bool is_part = rules_for(step.subject.kind).part_of_create != nullptr && whole != wholes.end();
      ranked.emplace_back(is_part ? whole->second : ranked.size(), &step);
    }
    std::ranges::stable_sort(ranked, {}, &std::pair<std::size_t, const Step*>::first);
    std::vector<Step> ordered;
    for (const auto& [rank, step] : ranked) ordered.push_back(*step);
    return ordered;
  }

  /// What defines it may have to say its name, which no draft tells.
  void announce(const Object& draft, const Step& step, const Place& place) {
    const auto announce = rules_for(draft.identity.kind).announce;
    if (announce == nullptr) return;
    for (const Statement& statement : announce({declaration_.drafts, draft})) {
      const bool is_all = statement.sql == step.forward.front().sql;
      if (!is_all) attempts_.push_back({statement.sql, place, &draft, {}});
    }
  }

  /// Owners and privileges take rights away that others need to be made, and settings change what is made after them.
  bool waits_for_the_rest(const Object& draft) const {
    const KindRules& rules = rules_for(draft.identity.kind);
    if (rules.comes_last != nullptr && rules.comes_last({declaration_.drafts, draft})) return true;
    const bool is_link = rules.bond || rules.carries != Carries::nothing;
    return rules.gives != nullptr || (rules.about_parent && !is_link);
  }

  /// Whether it belongs to the whole cluster, and that was not asked for, or is left as it is.
  bool is_left_out(const Object* draft) const {
    const Catalog& drafts = declaration_.drafts;
    const Identity& root = drafts.object(root_of(drafts, drafts.id(*draft))).identity;
    if (!rules_for(root.kind).of_cluster) return false;
    return !workbench_.cluster() || workbench_.untouched().contains(symbols().text(root.name));
  }

  /// Runs everything in a new scratch database; false when something is refused all the same, which is left in
  /// `attempts_`. What an SQL file turns out to make itself is not borrowed the next time.
  bool succeed(Folding folding) {
    do {
      start_over(folding);
      if (run_all()) return true;
    } while (has_to_start_over_ || borrowing_.take_back(attempts_));
    return false;
  }

  void start_over(Folding folding) {
    scratch_.emplace(workbench_.make());
    runner_.emplace(scratch_->database());
    has_to_start_over_ = false;
    borrowing_.start_over(*scratch_);
    attempts_.clear();
    last_.clear();
    collect_attempts(folding);
    Words words;
    for (const auto* attempts : {&attempts_, &last_}) {
      for (const Attempt& attempt : *attempts) collect_words(attempt.sql, words);
    }
    workbench_.provide_shared(words);
    written_path_ = declared_path_;
    file_.clear();
    path_.reset();
    written_settings_.clear();
    settings_ = "";
  }

  bool run_all() {
    run_attempts();
    if (has_to_start_over_) return false;
    std::vector<Attempt> refused = std::exchange(attempts_, std::move(last_));
    run_attempts();
    attempts_.insert(attempts_.begin(), std::make_move_iterator(refused.begin()),
                     std::make_move_iterator(refused.end()));
    return attempts_.empty();
  }

  /// Runs what is in `attempts_`, and borrows what is missing, until nothing more succeeds. Statements of files mean
  /// what they say where they stand: they all run again, in their order, once what they lacked is there.
  void run_attempts() {
    while (!attempts_.empty()) {
      if (try_all()) continue;
      use_own_settings();
      if (!borrowing_.lend(scratch_->database(), attempts_)) return;
      has_to_start_over_ = !declaration_.statements.empty() && borrowing_.stands_alone();
      if (has_to_start_over_) return;
    }
  }

  /// Runs what has not succeeded yet; false when not even one did.
  bool try_all() {
    std::vector<Attempt> refused;
    Words waiting;  // what those mention that are to be tried again
    const std::size_t count = attempts_.size();
    for (Attempt& attempt : attempts_) {
      try {
        if (is_in_another_file(attempt)) std::ranges::move(runner_->end_transaction(), std::back_inserter(refused));
        take_session(attempt);
        runner_->run(attempt);
        if (may_set_session(attempt)) {
          scratch_->database().be_patient();
          keep_path();
        }
        keep_settings(attempt);
      } catch (const DatabaseError& error) {
        if (error.state.empty()) throw;
        if (drops_nothing(attempt, error, waiting, declaration_) || is_everywhere(attempt, error)) continue;
        attempt.error = error;
        collect_words(attempt.sql, waiting);
        refused.push_back(std::move(attempt));
      }
    }
    std::ranges::move(runner_->end_transaction(), std::back_inserter(refused));
    attempts_ = std::move(refused);
    return attempts_.size() < count;
  }

  /// Whether every database has the object, as the extension plpgsql, so that no catalog tells of it.
  static bool is_everywhere(const Attempt& attempt, const DatabaseError& error) {
    return attempt.draft != nullptr && rules_for(attempt.draft->identity.kind).from_server && is_duplicate(error);
  }

  bool is_in_another_file(const Attempt& attempt) const {
    return attempt.draft == nullptr && file_ != attempt.place.file;
  }

  /// Every file begins with the search path of the declaration and the settings of plumb, and a statement that is tried
  /// again has those of its place.
  void take_session(Attempt& attempt) {
    if (is_in_another_file(attempt)) {
      file_ = attempt.place.file;
      written_path_ = declared_path_;
      written_settings_.clear();
    }
    if (!attempt.path && attempt.draft == nullptr) attempt.settings = written_settings_;
    if (!attempt.path) attempt.path = attempt.draft != nullptr ? declared_path_ : written_path_;
    if (settings_ != attempt.settings) {
      use_own_settings();
      if (!attempt.settings.empty()) scratch_->database().run(attempt.settings);
      scratch_->database().be_patient();
      settings_ = attempt.settings;
    }
    if (path_ != attempt.path) set_path(*attempt.path);
  }

  /// What a statement of a file has set lasts to the end of the file, as far as no transaction takes it back.
  void keep_settings(const Attempt& attempt) {
    if (attempt.draft != nullptr) return;
    if (begins_transaction(attempt.sql)) settings_before_ = written_settings_;
    const bool takes_back = is_statement("ROLLBACK", attempt.sql) || is_statement("ABORT", attempt.sql);
    if (resets_session(attempt.sql)) {
      written_settings_.clear();
      settings_.reset();
    } else if (takes_back && ends_transaction(attempt.sql)) {
      written_settings_ = settings_before_;
      settings_ = written_settings_;
    } else if (sets_session(attempt.sql)) {
      written_settings_ += attempt.sql + ";\n";
      settings_ = written_settings_;
    }
  }

  void use_own_settings() {
    scratch_->database().use_own_settings();
    settings_ = "";
    path_.reset();
  }

  void set_path(const std::string& path) {
    scratch_->database().set_search_path(path);
    path_ = path;
  }

  /// Also the end of a transaction takes back what was set in it, or for it.
  static bool may_set_session(const Attempt& attempt) {
    if (attempt.draft != nullptr) return false;
    if (ends_transaction(attempt.sql)) return true;
    Words words;
    collect_words(attempt.sql, words);
    return words.contains("search_path") || words.contains("set") || words.contains("reset") ||
           words.contains("discard");
  }

  void keep_path() {
    path_ = scratch_->database().value("select pg_catalog.current_setting('search_path')");
    written_path_ = *path_;
    Words named;
    collect_words(written_path_, named);
    Words there;
    collect_words(scratch_->database().value("select pg_catalog.current_schemas(false)::text"), there);
    Words missing;
    std::ranges::set_difference(named, there, std::inserter(missing, missing.end()));
    if (missing.empty()) return;
    borrowing_.lend_schemas(scratch_->database(), missing);
    path_.reset();
  }

  /// A routine is called after the types of its arguments, in the file as PostgreSQL may not spell them; what its
  /// `arguments` say may be others.
  void expect_signatures(const Catalog& catalog) {
    std::string faults;
    set_path(declared_path_);
    for (const Object& draft : declaration_.drafts.objects()) {
      const Identity& identity = draft.identity;
      const bool is_routine = rules_for(identity.kind).name_space == NameSpace::routine;
      if (!is_routine || catalog.contains(identity)) continue;
      const std::string name =
          fmt::format("{}.{}", quote_identifier(symbols().text(identity.schema)), symbols().text(identity.name));
      if (name.ends_with("(*)") || has_routine(name)) continue;
      faults +=
          fmt::format("{}{}: the arguments of {} are others than its name says: write their types there",
                      faults.empty() ? "" : "\n", to_string(declaration_.places.at(declaration_.drafts.id(draft))),
                      describe(identity, symbols()));
    }
    if (!faults.empty()) throw DeclarationError{faults};
  }

  /// Whether PostgreSQL knows a routine by this name. What it cannot read is for those to judge who know more of it.
  bool has_routine(const std::string& name) {
    try {
      return scratch_->database().value(
                 fmt::format("select pg_catalog.to_regprocedure({}) is not null", quote_literal(name))) == "t";
    } catch (const DatabaseError&) {
      return true;
    }
  }

  /// Whether a routine of the live database has the body that a statement gives.
  bool is_live_code(const Attempt& attempt) const {
    return std::ranges::any_of(actual_.objects(), [&](const Object& object) {
      const std::string_view key = rules_for(object.identity.kind).hides_needs;
      const std::string_view body = key.empty() ? key : View{actual_, object}.text(key);
      return !body.empty() && attempt.sql.find(body) != std::string::npos;
    });
  }

  /// Whether any code is other than that of the live database.
  bool changes_code(const Catalog& catalog) const {
    return std::ranges::any_of(catalog.objects(), [&](const Object& object) {
      const Object* live = actual_.find(object.identity);
      const bool is_same = live != nullptr && live->fingerprint == object.fingerprint;
      return !rules_for(object.identity.kind).hides_needs.empty() && !is_same;
    });
  }

  const Symbols& symbols() const { return workbench_.symbols(); }

  const Declaration& declaration_;
  const Catalog& actual_;
  Workbench& workbench_;
  std::optional<ScratchDatabase> scratch_;
  std::optional<StatementRunner> runner_;  ///< on that
  const std::string declared_path_;
  Borrowing borrowing_;
  std::string written_path_;                  ///< the search path as statements of files have set it so far
  std::string written_settings_;              ///< what has set the session so far in the file
  std::string settings_before_;               ///< the same before the transaction
  std::optional<std::string> settings_ = "";  ///< what has set the scratch session; nothing: no matter what it is
  std::optional<std::string> path_;           ///< that of the scratch session; nothing: no matter what it is
  std::string file_;                          ///< of the statement that was tried last
  bool has_to_start_over_ = false;            ///< something was lent that statements did without
  std::vector<Attempt> attempts_;
  std::vector<Attempt> last_;  ///< what is tried when those are through
};

}  // namespace

Realised realise(const Declaration& declaration, const Catalog& actual, Workbench& workbench) {
  return Realiser{declaration, actual, workbench}.run();
}

}  // namespace plumb
