#include "engine/realise.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/execute.h"
#include "engine/inspect.h"
#include "engine/slice.h"
#include "schema/error.h"
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

/// Every word in a text that could be a name: as it is, and as PostgreSQL folds it. A superset of the names that
/// are meant, found without understanding the SQL.
void collect_words(std::string_view sql, std::set<std::string, std::less<>>& words) {
  const auto is_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) > 127;
  };
  for (std::size_t i = 0; i < sql.size();) {
    if (sql[i] == '"') {
      std::string name;
      for (++i; i < sql.size(); ++i) {
        if (sql[i] == '"' && (i + 1 == sql.size() || sql[i + 1] != '"')) break;
        if (sql[i] == '"') ++i;
        name += sql[i];
      }
      ++i;
      words.insert(std::move(name));
    } else if (is_word(sql[i])) {
      const std::size_t start = i;
      while (i < sql.size() && is_word(sql[i])) ++i;
      std::string word{sql.substr(start, i - start)};
      std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      words.insert(std::move(word));
    } else {
      ++i;
    }
  }
}

class Realiser {
 public:
  Realiser(const Declaration& declaration, const Catalog& actual, Workbench& workbench)
      : declaration_{declaration},
        actual_{actual},
        workbench_{workbench},
        scratch_{workbench.make()},
        borrowed_{slice(workbench.base(), all_of(workbench.base()))} {}

  Realised run() {
    collect_attempts();
    set_search_path();
    while (!attempts_.empty()) {
      if (!try_all() && !borrow()) throw DeclarationError{faults()};
    }
    scratch_.database().run("set search_path to ''");
    Catalog catalog = inspect(scratch_.database(), workbench_.symbols());
    std::vector<Identity> claims;
    for (const Object& object : catalog.objects()) {
      const Object* same = borrowed_.find(object.identity);
      const bool is_borrowed = same != nullptr && same->fingerprint == object.fingerprint;
      if (!is_borrowed || declaration_.drafts.contains(object.identity)) claims.push_back(object.identity);
    }
    return {std::move(catalog), std::move(claims), borrowed()};
  }

 private:
  static std::set<ObjectId> all_of(const Catalog& catalog) {
    std::set<ObjectId> ids;
    for (const Object& object : catalog.objects()) ids.insert(catalog.id(object));
    return ids;
  }

  void collect_attempts() {
    const Catalog nothing{workbench_.symbols()};
    const Plan plan = make_plan(diff(nothing, declaration_.drafts), nothing, declaration_.drafts);
    for (const Step& step : plan.steps) {
      const Object* draft = declaration_.drafts.find(step.subject);
      const Place& place = declaration_.places.at(declaration_.drafts.id(*draft));
      const Object* base = borrowed_.find(step.subject);
      if (base != nullptr && base->fingerprint == draft->fingerprint) continue;  // the schema public
      for (const Statement& statement : step.forward) attempts_.push_back({statement.sql, place, draft, {}});
    }
    for (const WrittenStatement& statement : declaration_.statements) {
      attempts_.push_back({statement.sql, statement.place, nullptr, {}});
    }
  }

  void set_search_path() {
    std::vector<std::string_view> path{declaration_.search_path.begin(), declaration_.search_path.end()};
    scratch_.database().run("set search_path to " + join_names(path));
  }

  /// Runs what has not succeeded yet; false when not even one did.
  bool try_all() {
    std::vector<Attempt> refused;
    for (Attempt& attempt : attempts_) {
      try {
        scratch_.database().run(attempt.sql);
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

  /// Copies into scratch what the refused statements may be missing; false when there is nothing more to copy.
  bool borrow() {
    std::set<std::string, std::less<>> words;
    for (const Attempt& attempt : attempts_) {
      if (attempt.error->state != syntax_error) collect_words(attempt.sql, words);
    }
    if (words.empty()) return false;
    scratch_.database().run("set search_path to ''");
    const Catalog there = inspect(scratch_.database(), workbench_.symbols());
    std::vector<ObjectId> seeds;
    for (const Object& object : actual_.objects()) {
      if (object.parent != ObjectId::none || there.contains(object.identity)) continue;
      const std::string_view full = actual_.text(object.identity.name);
      const std::string_view name = full.substr(0, full.find('('));
      const KindRules& rules = rules_for(object.identity.kind);
      if (rules.container || words.contains(name)) seeds.push_back(actual_.id(object));
    }
    std::set<ObjectId> ids = closure(actual_, seeds, Extent::interface);
    for (const Object& object : there.objects()) {
      if (const Object* known = actual_.find(object.identity)) ids.insert(actual_.id(*known));
    }
    Catalog wanted = slice(actual_, ids);
    Changes changes = diff(there, wanted);
    std::erase_if(changes, [](const Change& change) { return change.before != nullptr; });
    if (changes.empty()) return false;
    const Plan plan = make_plan(changes, there, wanted);
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
      if (!workbench_.base().contains(object.identity)) all.push_back({object.identity, object.fingerprint});
    }
    return all;
  }

  // ---- faults

  std::string faults() const {
    std::string text;
    for (const Attempt& attempt : attempts_) {
      if (!text.empty()) text += '\n';
      std::string message = attempt.error->what();
      message = message.substr(0, message.find("\nLINE "));
      std::ranges::replace(message, '\n', ' ');
      text += to_string(place_of(attempt)) + ": " + message;
      if (attempt.draft != nullptr) {
        text += " (" + describe(attempt.draft->identity, workbench_.symbols()) + ')';
      }
    }
    return text;
  }

  /// The most exact place: the line PostgreSQL points at, in an SQL file; the part whose SQL stands on it, in YAML.
  Place place_of(const Attempt& attempt) const {
    const int line = attempt.error->line;
    if (attempt.draft == nullptr) {
      Place place = attempt.place;
      if (line > 1) place.column = attempt.error->column;
      if (line == 1) place.column += attempt.error->column - 1;
      if (line > 0) place.line += line - 1;
      return place;
    }
    std::string_view text = attempt.sql;
    for (int i = 1; i < line && text.find('\n') != std::string_view::npos; ++i) text.remove_prefix(text.find('\n') + 1);
    text = text.substr(0, text.find('\n'));
    const Catalog& drafts = declaration_.drafts;
    for (ObjectId child : drafts.children(drafts.id(*attempt.draft))) {
      const std::string name = quote_identifier(drafts.text(drafts.object(child).identity.name));
      if (line > 1 && text.find(name + ' ') != std::string_view::npos) return declaration_.places.at(child);
    }
    return attempt.place;
  }

  const Declaration& declaration_;
  const Catalog& actual_;
  Workbench& workbench_;
  ScratchDatabase scratch_;
  Catalog borrowed_;
  std::vector<Attempt> attempts_;
};

}  // namespace

Realised realise(const Declaration& declaration, const Catalog& actual, Workbench& workbench) {
  return Realiser{declaration, actual, workbench}.run();
}

}  // namespace plumb
