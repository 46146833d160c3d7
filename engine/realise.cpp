#include "engine/realise.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "engine/execute.h"
#include "engine/slice.h"
#include "engine/words.h"
#include "schema/describe.h"
#include "schema/error.h"
#include "schema/file/text.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

constexpr const char* syntax_error = "42601";

struct Attempt {
  std::string sql;
  Place place;                         ///< of the statement, or of the object it creates
  const Object* draft = nullptr;       ///< null for a statement of an SQL file
  std::optional<DatabaseError> error;  ///< why it was refused the last time
};

class Realiser {
 public:
  Realiser(const Declaration& declaration, const Catalog& actual, Workbench& workbench)
      : declaration_{declaration},
        actual_{actual},
        workbench_{workbench},
        scratch_{workbench.make()},
        borrowed_{slice(workbench.base(), all_of(workbench.base()))} {}

  Realised run() {
    collect_attempts(Folding::folded);
    if (!succeed()) {
      // Part by part, so that each fault is found and has its own place.
      scratch_ = workbench_.make();
      borrowed_ = slice(workbench_.base(), all_of(workbench_.base()));
      attempts_.clear();
      broken_code_.clear();
      collect_attempts(Folding::apart);
      if (!succeed()) throw DeclarationError{faults(attempts_)};
    }
    scratch_.database().run("set search_path to ''");
    Catalog catalog = workbench_.read(scratch_.database());
    if (!broken_code_.empty() && changes_code(catalog)) throw DeclarationError{faults(broken_code_)};
    const std::set<ObjectId> brought = workbench_.brought(catalog);
    std::vector<Identity> claims;
    for (const Object& object : catalog.objects()) {
      const Object* same = borrowed_.find(object.identity);
      const bool is_given =
          (same != nullptr && same->fingerprint == object.fingerprint) || brought.contains(catalog.id(object));
      if (!is_given || declaration_.drafts.contains(object.identity)) claims.push_back(object.identity);
    }
    return {std::move(catalog), std::move(claims), borrowed()};
  }

 private:
  static std::set<ObjectId> all_of(const Catalog& catalog) {
    std::set<ObjectId> ids;
    for (const Object& object : catalog.objects()) ids.insert(catalog.id(object));
    return ids;
  }

  void collect_attempts(Folding folding) {
    const Catalog nothing{workbench_.symbols()};
    const Plan plan = make_plan(diff(nothing, declaration_.drafts), nothing, declaration_.drafts, folding);
    for (const Step& step : parts_behind_wholes(plan.steps)) {
      const Object* draft = declaration_.drafts.find(step.subject);
      const Place& place = declaration_.places.at(declaration_.drafts.id(*draft));
      if (is_left_out(draft)) continue;
      const Object* base = borrowed_.find(step.subject);
      if (base != nullptr && base->fingerprint == draft->fingerprint) continue;  // the schema public
      announce(*draft, step, place);
      auto& attempts = waits_for_the_rest(draft->identity.kind) ? last_ : attempts_;
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
  static bool waits_for_the_rest(Kind kind) {
    const KindRules& rules = rules_for(kind);
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

  void set_search_path() {
    std::vector<std::string_view> path{declaration_.search_path.begin(), declaration_.search_path.end()};
    scratch_.database().run("set search_path to " + join_names(path));
  }

  /// Runs everything, and borrows what is missing; false when something is refused all the same.
  bool succeed() {
    Words words;
    for (const auto* attempts : {&attempts_, &last_}) {
      for (const Attempt& attempt : *attempts) collect_words(attempt.sql, words);
    }
    workbench_.provide_shared(words);
    const bool all_there = run_all();
    std::ranges::move(last_, std::back_inserter(attempts_));
    last_.clear();
    return run_all() && all_there;
  }

  /// False when something is refused all the same, which is left in `attempts_`.
  bool run_all() {
    set_search_path();
    while (!attempts_.empty()) {
      if (!try_all() && !borrow()) return false;
    }
    return true;
  }

  /// Runs what has not succeeded yet; false when not even one did.
  bool try_all() {
    std::vector<Attempt> refused;
    for (Attempt& attempt : attempts_) {
      try {
        run(attempt);
      } catch (const DatabaseError& error) {
        if (error.state.empty()) throw;
        attempt.error = error;
        refused.push_back(std::move(attempt));
      }
    }
    const bool progress = refused.size() < attempts_.size();
    attempts_ = std::move(refused);
    return progress;
  }

  /// What a routine calls may be missing yet, so PostgreSQL does not look into its body, except for errors that no
  /// order of statements mends.
  void run(Attempt& attempt) {
    Database& database = scratch_.database();
    if (!may_hold_code(attempt)) return run_on_scratch(database, attempt.sql, false);
    std::optional<DatabaseError> broken;
    try {
      database.run("set check_function_bodies to on");
      run_on_scratch(database, attempt.sql, false);
      database.run("set check_function_bodies to off");
      return;
    } catch (const DatabaseError& error) {
      if (error.state == syntax_error) broken = error;
    }
    database.run("set check_function_bodies to off");
    run_on_scratch(database, attempt.sql, false);
    if (!broken) return;
    attempt.error = broken;
    broken_code_.push_back(attempt);
  }

  /// Files that turn the check off themselves, as those of pg_dump do, are taken as they are.
  bool may_hold_code(const Attempt& attempt) {
    Words words;
    collect_words(attempt.sql, words);
    if (words.contains("check_function_bodies")) checks_code_ = false;
    if (!checks_code_) return false;
    if (attempt.draft != nullptr) return !rules_for(attempt.draft->identity.kind).hides_needs.empty();
    return words.contains("function") || words.contains("procedure");
  }

  /// Whether any code is other than that of the live database.
  bool changes_code(const Catalog& catalog) const {
    return std::ranges::any_of(catalog.objects(), [&](const Object& object) {
      const Object* live = actual_.find(object.identity);
      const bool is_same = live != nullptr && live->fingerprint == object.fingerprint;
      return !rules_for(object.identity.kind).hides_needs.empty() && !is_same;
    });
  }

  bool is_mentioned(const Identity& identity, const Words& words) const {
    const std::string_view name = actual_.text(identity.name);
    if (rules_for(identity.kind).signature.empty()) return words.contains(name);
    Words own;
    collect_words(name.substr(0, name.find('(')), own);
    return std::ranges::any_of(own, [&](const std::string& word) { return words.contains(word); });
  }

  /// Copies into scratch what the refused statements may be missing; false when there is nothing more to copy.
  bool borrow() {
    Words words;
    for (const Attempt& attempt : attempts_) {
      if (attempt.error->state != syntax_error) collect_words(attempt.sql, words);
    }
    if (words.empty()) return false;
    scratch_.database().run("set search_path to ''");
    const Catalog there = workbench_.read(scratch_.database());
    std::vector<ObjectId> seeds;
    std::vector<ObjectId> schemas;
    for (const Object& object : actual_.objects()) {
      if (object.parent != ObjectId::none || there.contains(object.identity)) continue;
      if (declaration_.drafts.contains(object.identity)) continue;
      const KindRules& rules = rules_for(object.identity.kind);
      if (!rules.from_server && !is_mentioned(object.identity, words)) continue;
      (rules.holds_names ? schemas : seeds).push_back(actual_.id(object));
    }
    // What else is missing may be in what the statements make, once they have the schemas for it.
    if (!schemas.empty()) seeds = std::move(schemas);
    std::set<ObjectId> ids = closure(actual_, seeds, Extent::interface);
    for (const Object& object : there.objects()) {
      if (const Object* known = actual_.find(object.identity)) ids.insert(actual_.id(*known));
    }
    Catalog wanted = workbench_.as_offered(slice(actual_, ids));
    Changes changes = diff(there, wanted);
    std::erase_if(changes, [](const Change& change) { return change.before != nullptr; });
    if (changes.empty()) return false;
    const Plan plan = make_plan(changes, there, wanted);
    workbench_.provide_shared(plan.steps);
    execute(
        scratch_.database(), plan.steps, {}, [](std::size_t) {}, workbench_.symbols());
    remember(changes, wanted);
    set_search_path();
    return true;
  }

  void remember(const Changes& changes, const Catalog& wanted) {
    Merger merger{workbench_.symbols()};
    for (const Object& object : borrowed_.objects()) merger.add(borrowed_, borrowed_.id(object));
    for (const Change& change : changes) merger.add(wanted, wanted.id(*change.after));
    borrowed_ = merger.finish();
  }

  std::vector<Borrowed> borrowed() const {
    std::vector<Borrowed> all;
    for (const Object& object : borrowed_.objects()) {
      const Object* source = actual_.find(object.identity);
      if (source != nullptr && !workbench_.base().contains(object.identity)) {
        all.push_back({object.identity, source->fingerprint});
      }
    }
    return all;
  }

  // ---- faults

  std::string faults(const std::vector<Attempt>& attempts) const {
    const bool is_circle =
        std::ranges::all_of(attempts, [this](const Attempt& attempt) { return follows_from_another(attempt); });
    std::string text;
    for (const Attempt& attempt : attempts) {
      if (!is_circle && follows_from_another(attempt)) continue;
      std::string message = attempt.error->what();
      message = message.substr(0, message.find("\nLINE "));
      std::ranges::replace(message, '\n', ' ');
      if (attempt.draft != nullptr) {
        for (const Advice& advice : rules_for(attempt.draft->identity.kind).advice) {
          if (message.starts_with(advice.message)) message.append(": ").append(advice.text);
        }
      }
      text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", to_string(place_of(attempt)), message);
      if (attempt.draft != nullptr) text += fmt::format(" ({})", describe(attempt.draft->identity, symbols()));
    }
    return text;
  }

  /// Whether PostgreSQL misses only what is refused itself: the fault lies there.
  bool follows_from_another(const Attempt& attempt) const {
    const std::string_view message = attempt.error->what();
    const auto first_line = message.substr(0, message.find('\n'));
    return first_line.ends_with("does not exist") && std::ranges::any_of(attempts_, [&](const Attempt& other) {
             if (other.draft == nullptr || other.draft == attempt.draft) return false;
             const std::string_view name = symbols().text(other.draft->identity.name);
             return first_line.find(fmt::format("\"{}\"", name)) != std::string_view::npos ||
                    first_line.find(fmt::format(".{}\"", name)) != std::string_view::npos;
           });
  }

  /// Where PostgreSQL points: in an SQL file that very place, in YAML the value that it stands in.
  Place place_of(const Attempt& attempt) const {
    Place place = attempt.place;
    const int line = attempt.error->line;
    if (line == 0) return place;
    if (attempt.draft != nullptr) return value_place(attempt).value_or(place);
    place.column = line == 1 ? place.column + attempt.error->column - 1 : attempt.error->column;
    place.line += line - 1;
    return place;
  }

  std::optional<Place> value_place(const Attempt& attempt) const {
    const Spot pointed{attempt.error->line, attempt.error->column};
    const ObjectId draft = declaration_.drafts.id(*attempt.draft);
    for (const Attribute& attribute : attempt.draft->attributes) {
      const auto written = declaration_.attribute_places.find({draft, std::string{symbols().text(attribute.key)}});
      if (written == declaration_.attribute_places.end()) continue;
      for (Symbol value : attribute.values) {
        const std::size_t begin = attempt.sql.find(symbols().text(value));
        if (begin == std::string::npos) continue;
        Locator locator{attempt.sql};
        const Spot first = locator.at(begin);
        if (first <= pointed && pointed <= locator.at(begin + symbols().text(value).size())) return written->second;
      }
    }
    return std::nullopt;
  }

  const Symbols& symbols() const { return workbench_.symbols(); }

  const Declaration& declaration_;
  const Catalog& actual_;
  Workbench& workbench_;
  ScratchDatabase scratch_;
  Catalog borrowed_;
  std::vector<Attempt> attempts_;
  std::vector<Attempt> last_;         ///< what is tried when those are through
  std::vector<Attempt> broken_code_;  ///< routines whose bodies have syntax errors
  bool checks_code_ = true;
};

}  // namespace

Realised realise(const Declaration& declaration, const Catalog& actual, Workbench& workbench) {
  return Realiser{declaration, actual, workbench}.run();
}

}  // namespace plumb
