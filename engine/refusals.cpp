#include "engine/refusals.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "engine/postgres/sqlstate.h"
#include "engine/slice.h"
#include "engine/words.h"
#include "schema/describe.h"
#include "schema/file/faults.h"
#include "schema/file/statement_subject.h"
#include "schema/file/text.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

std::string_view first_line(const Attempt& attempt) {
  const std::string_view message = attempt.error->what();
  return message.substr(0, message.find('\n'));
}

/// "posts" of: relation "app.posts" does not exist.
std::string missing_in(std::string_view message) {
  message = message.substr(0, message.rfind(" does not exist"));
  message = message.substr(0, message.find('('));
  if (message.ends_with('"')) message.remove_suffix(1);
  return std::string{message.substr(message.find_last_of(" .\"") + 1)};
}

class Explainer {
 public:
  Explainer(std::span<const Attempt> refused, const Declaration& declaration, const Catalog& actual)
      : refused_{refused}, declaration_{declaration}, actual_{actual} {
    for (const Attempt& attempt : refused) {
      const bool is_at_fault = is_statement("CREATE", attempt.sql) && !is_missing(*attempt.error);
      if (attempt.draft == nullptr && is_at_fault) collect_words(attempt.sql.substr(0, attempt.sql.find('(')), made_);
      if (attempt.draft == nullptr) continue;
      makers_[std::string{symbols().text(attempt.draft->identity.name)}].insert(attempt.draft);
    }
  }

  std::string explain() const {
    const bool is_circle =
        std::ranges::all_of(refused_, [this](const Attempt& attempt) { return follows_from_another(attempt); });
    std::set<std::string> missing_schemas;
    Faults faults;
    for (const Attempt& attempt : refused_) {
      if (is_left_out(attempt) || follows_from_creation(attempt)) continue;
      if (!is_circle && follows_from_another(attempt)) continue;
      std::string message = message_of(attempt) + (is_circle ? ", because it needs this in turn" : hint(attempt));
      if (message.starts_with("schema ") && !missing_schemas.insert(message).second) continue;
      if (attempt.draft != nullptr) message += fmt::format(" ({})", describe(attempt.draft->identity, symbols()));
      faults.add(place_of(attempt), std::move(message));
    }
    return faults.text();
  }

 private:
  static std::string message_of(const Attempt& attempt) {
    std::string message = attempt.error->what();
    message = message.substr(0, message.find("\nLINE "));
    // No file declares code that runs at once: that is the one by which plumb makes what is declared.
    if (attempt.draft != nullptr) message = message.substr(0, message.find("\nCONTEXT:  PL/pgSQL function inline_"));
    for (std::string_view heading : {"\nDETAIL:  ", "\nHINT:  "}) {
      if (const auto at = message.find(heading); at != std::string::npos) message.replace(at, heading.size(), "; ");
    }
    std::ranges::replace(message, '\n', ' ');
    return message;
  }

  /// What may have been meant; empty: nobody knows.
  std::string hint(const Attempt& attempt) const {
    const std::string_view message = first_line(attempt);
    if (attempt.draft != nullptr) {
      for (const Advice& advice : rules_for(attempt.draft->identity.kind).advice) {
        if (message.starts_with(advice.message)) return fmt::format(": {}", advice.text);
      }
    }
    const auto begin = message.find('"');
    if (begin == std::string_view::npos || !message.ends_with("\" does not exist")) return {};
    const std::string_view missing = message.substr(begin + 1, message.rfind('"') - begin - 1);
    if (message.starts_with("schema ")) {
      return attempt.draft == nullptr ? std::string{}
                                      : fmt::format(": declare it, as in `schemas: {{{}: {{}}}}`", missing);
    }
    const std::string meant = name_like(missing);
    return meant.empty() ? name_near(missing, message.starts_with("column "))
                         : fmt::format(": did you mean {}?", meant);
  }

  /// A name that was mistyped, of a column or of what stands in a schema.
  std::string name_near(std::string_view missing, bool is_column) const {
    missing = missing.substr(0, missing.find('"'));
    missing = missing.substr(missing.rfind('.') + 1);
    std::vector<std::string_view> names;
    for (const Catalog* catalog : {&declaration_.drafts, &actual_}) {
      for (const Object& object : catalog->objects()) {
        const KindRules& rules = rules_for(object.identity.kind);
        const bool may_be_meant =
            is_column ? rules.ordered : rules.address == Address::schema && rules.signature.empty();
        if (may_be_meant) names.push_back(catalog->text(object.identity.name));
      }
    }
    const std::string near = suggestion(missing, names);
    return near.starts_with("did you mean") ? ": " + near : std::string{};
  }

  /// Something of that name in another schema, or one that is written in another case, as SQL says its name.
  std::string name_like(std::string_view missing) const {
    const auto dot = missing.find('.');
    const bool has_schema = dot != std::string_view::npos;
    const std::string_view schema = has_schema ? missing.substr(0, dot) : "public";
    const std::string_view name = has_schema ? missing.substr(dot + 1) : missing;
    for (const Catalog* catalog : {&declaration_.drafts, &actual_}) {
      for (const Object& object : catalog->objects()) {
        const KindRules& rules = rules_for(object.identity.kind);
        const std::string_view own_schema = catalog->text(object.identity.schema);
        const std::string_view own_name = catalog->text(object.identity.name);
        if (rules.address != Address::schema || !rules.signature.empty() || lower(own_name) != lower(name)) continue;
        const bool is_there = own_schema == schema;
        if (is_there ? own_name == name : has_schema) continue;
        return is_there && !has_schema ? quote_identifier(own_name) : qualify(own_schema, own_name);
      }
    }
    return {};
  }

  /// Whether PostgreSQL misses only what is refused itself: the fault lies there.
  bool follows_from_another(const Attempt& attempt) const {
    const std::string_view message = first_line(attempt);
    if (!message.ends_with("does not exist")) return false;
    if (attempt.draft == nullptr && made_.contains(missing_in(message))) return true;
    Words missing;
    collect_quoted(message, missing);
    return std::ranges::any_of(missing, [&](const std::string& name) {
      const auto found = makers_.find(name);
      if (found == makers_.end()) return false;
      return std::ranges::any_of(found->second, [&](const Object* draft) { return draft != attempt.draft; });
    });
  }

  /// Whether a later statement of an object misses it, because the one that was to create it is refused.
  bool follows_from_creation(const Attempt& attempt) const {
    return misses_itself(attempt) && std::ranges::any_of(refused_, [&](const Attempt& other) {
             return other.draft == attempt.draft && !misses_itself(other);
           });
  }

  bool misses_itself(const Attempt& attempt) const {
    if (attempt.draft == nullptr || !first_line(attempt).ends_with("does not exist")) return false;
    Words missing;
    collect_quoted(first_line(attempt), missing);
    return missing.contains(std::string{symbols().text(attempt.draft->identity.name)});
  }

  /// Whether PostgreSQL may miss only what the declaration lacks of what its author wrote.
  bool is_left_out(const Attempt& attempt) const {
    if (relies_on_lacking(attempt)) return true;
    if (!is_missing(*attempt.error)) return false;
    Words missing{missing_in(first_line(attempt))};
    collect_quoted(first_line(attempt), missing);
    return declaration_.lacks_whole_files || std::ranges::any_of(missing, [this](const std::string& name) {
             return declaration_.left_out.contains(name);
           });
  }

  /// Whether it speaks of a whole that lacks some of its parts, and is none of its other parts.
  bool relies_on_lacking(const Attempt& attempt) const {
    if (declaration_.incomplete.empty()) return false;
    const bool says_what_is_missing = first_line(attempt).ends_with("does not exist");
    if (lacks_key(*attempt.error) || (is_missing(*attempt.error) && !says_what_is_missing)) return true;
    const Catalog& drafts = declaration_.drafts;
    Words words;
    collect_words(attempt.sql, words);
    if (attempt.draft != nullptr) {
      words.erase(std::string{drafts.text(drafts.object(root_of(drafts, drafts.id(*attempt.draft))).identity.name)});
    }
    return std::ranges::any_of(words,
                               [this](const std::string& word) { return declaration_.incomplete.contains(word); });
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
    const std::size_t pointed = offset_of(attempt.sql, {attempt.error->line, attempt.error->column});
    const ObjectId draft = declaration_.drafts.id(*attempt.draft);
    for (const Attribute& attribute : attempt.draft->attributes) {
      const auto written = declaration_.attribute_places.find({draft, std::string{symbols().text(attribute.key)}});
      if (written == declaration_.attribute_places.end()) continue;
      for (Symbol value : attribute.values) {
        const std::string_view text = symbols().text(value);
        const std::size_t begin = attempt.sql.find(text);
        if (begin == std::string::npos || pointed < begin || pointed > begin + text.size()) continue;
        const ValuePlace& place = written->second;
        if (place.passages.empty()) return place.begin;
        const Spot spot = spot_in(place.passages, text, pointed - begin);
        return Place{place.begin.file, spot.line, spot.column};
      }
    }
    return std::nullopt;
  }

  const Symbols& symbols() const { return declaration_.drafts.symbols(); }

  std::span<const Attempt> refused_;
  const Declaration& declaration_;
  const Catalog& actual_;
  Words made_;  ///< what refused statements of SQL files would make, were it not for their own faults
  std::map<std::string, std::set<const Object*>> makers_;  ///< which refused objects have a name
};

}  // namespace

std::string explain_refusals(std::span<const Attempt> refused, const Declaration& declaration, const Catalog& actual) {
  return Explainer{refused, declaration, actual}.explain();
}

std::string explain_removals(const Catalog& lent, const Catalog& left, const Declaration& declaration) {
  std::string text;
  std::set<const WrittenStatement*> told;
  for (const Object& object : lent.objects()) {
    const bool goes_with_whole = object.parent != ObjectId::none && !left.contains(lent.object(object.parent).identity);
    if (left.contains(object.identity) || goes_with_whole) continue;
    const auto removes = [&](const WrittenStatement& statement) {
      Words words;
      collect_words(statement.sql, words);
      return is_statement("ALTER", statement.sql) && words.contains(lent.text(object.identity.name));
    };
    const auto found = std::ranges::find_if(declaration.statements, removes);
    if (found == declaration.statements.end() || !told.insert(&*found).second) continue;
    text += fmt::format(
        "{}{}: this takes away {}, which no file declares: a schema file says what is to be there, so declare that, "
        "and a new name by a comment as in `-- plumb: renamed table public.people from users`",
        text.empty() ? "" : "\n", to_string(found->place), describe(object.identity, lent.symbols()));
  }
  return text;
}

}  // namespace plumb
