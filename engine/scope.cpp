#include "engine/scope.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include <fmt/format.h>

#include "engine/carried.h"
#include "engine/claims.h"
#include "engine/diff.h"
#include "engine/gifts.h"
#include "engine/name_key.h"
#include "engine/slice.h"
#include "engine/words.h"
#include "schema/describe.h"
#include "schema/error.h"
#include "schema/file/faults.h"
#include "schema/file/statement_subject.h"
#include "schema/rules.h"

namespace plumb {

namespace {

/// Whether the attribute `key` is to be what it is; true of no attribute.
bool stays_with(std::string_view key, const std::vector<Property>& properties, const Object& actual,
                const Symbols& symbols) {
  if (key.empty()) return true;
  const auto has_key = [&](const auto& attribute) { return symbols.text(attribute.key) == key; };
  const auto wanted = std::ranges::find_if(properties, has_key);
  const auto found = std::ranges::find_if(actual.attributes, has_key);
  const bool is_wanted = wanted != properties.end();
  const bool is_there = found != actual.attributes.end();
  return is_wanted == is_there && (!is_there || std::ranges::equal(wanted->values, found->values));
}

/// Whether an SQL file says the attribute where it creates the object.
bool is_in_statement(const AttributeRule& rule, const Object& object, const std::vector<WrittenStatement>& statements,
                     const Symbols& symbols) {
  if (rule.clause.empty()) return false;
  return std::ranges::any_of(statements, [&](const WrittenStatement& statement) {
    if (!creates(statement.sql, rules_for(object.identity.kind).noun)) return false;
    Words words;
    collect_words(statement.sql, words);
    return words.contains(rule.clause) && words.contains(symbols.text(object.identity.name));
  });
}

/// An object of the schema files with the author's own words, and with what they leave open as it is.
std::vector<Property> completed(const Object& object, const Object* draft, const Object* actual,
                                const std::vector<WrittenStatement>& statements, const Symbols& symbols) {
  std::vector<Property> properties = properties_of(object, false);
  for (const AttributeRule& rule : rules_for(object.identity.kind).attributes) {
    const auto has_key = [&](const auto& attribute) { return symbols.text(attribute.key) == rule.key; };
    const Attribute* written = nullptr;
    if (draft != nullptr) {
      const auto found = std::ranges::find_if(draft->attributes, has_key);
      if (found != draft->attributes.end()) written = &*found;
    }
    // What goes with another attribute has a value only where somebody said it: of what no draft tells, a statement.
    // Of what is not there yet, a statement decides all but what is a matter of the server.
    const bool is_decided = !rule.goes_with.empty() || (actual == nullptr && !rule.of_server);
    const bool may_be_said = draft == nullptr && std::ranges::any_of(properties, has_key);
    const bool is_said = may_be_said && (is_decided || is_in_statement(rule, object, statements, symbols));
    if (rule.only_if_declared && written == nullptr && !is_said) {
      std::erase_if(properties, has_key);
      if (actual == nullptr || !stays_with(rule.goes_with, properties, *actual, symbols)) continue;
      const auto found = std::ranges::find_if(actual->attributes, has_key);
      if (found != actual->attributes.end())
        properties.push_back({found->key, found->values, Symbol::none, found->order});
    }
    if (rule.value == Value::expression && written != nullptr && !written->values.empty()) {
      const auto place = std::ranges::find_if(properties, has_key);
      if (place != properties.end() && place->values.front() != written->values.front()) {
        place->words = written->words != Symbol::none ? written->words : written->values.front();
      }
    }
  }
  return properties;
}

/// What a copy that is no business of the files becomes when they change its original.
std::vector<Property> following(const Object& copy, const Object& original, const Object& now, const Symbols& symbols) {
  std::vector<Property> properties = properties_of(copy, true);
  for (const AttributeChange& change : changed_attributes(original, now, symbols)) {
    const auto found = std::ranges::find(properties, change.key, &Property::key);
    const auto values = found != properties.end() ? found->values : std::span<const Symbol>{};
    const bool is_own = find_attribute(rules_for(copy.identity.kind), symbols.text(change.key))->own;
    if (is_own || !std::ranges::equal(values, change.before)) continue;
    if (found != properties.end()) properties.erase(found);
    if (!change.after.empty()) properties.push_back({change.key, change.after});
  }
  return properties;
}

/// The catalog with what PostgreSQL will add to new objects that the files accept as it comes.
Catalog with_gifts(Catalog desired, const Claims& claims, const Catalog& actual) {
  std::vector<ObjectId> created;
  std::vector<ObjectId> altered;
  for (const Object& object : desired.objects()) {
    const Object* before = actual.find(object.identity);
    if (before == nullptr) created.push_back(desired.id(object));
    if (before != nullptr && before->fingerprint != object.fingerprint) altered.push_back(desired.id(object));
  }
  const Gifts gifts = find_gifts(actual, actual.user(), desired, created, altered);
  if (gifts.added.empty()) return desired;
  Merger merger{actual.symbols()};
  for (const Object& object : desired.objects()) merger.add(desired, desired.id(object));
  bool has_more = false;
  for (const auto& [to, added] : gifts.added) {
    const ObjectId owner = desired.id(*desired.find(to));
    for (ObjectId id : added) {
      const Kind kind = gifts.catalog.object(id).identity.kind;
      if (!rules_for(kind).only_if_declared || claims.declare(kind, desired, owner)) continue;
      merger.add(gifts.catalog, id);
      has_more = true;
    }
  }
  return has_more ? merger.finish() : std::move(desired);
}

/// The catalog without what comes to an end by what else becomes of it.
Catalog without_absorbed(Catalog desired, const Catalog& actual) {
  const auto is_absorbed = [&](const Object& object) {
    const auto rule = rules_for(object.identity.kind).is_absorbed;
    const Object* before = rule != nullptr ? actual.find(object.identity) : nullptr;
    return before != nullptr && before->fingerprint == object.fingerprint && rule({actual, *before}, desired);
  };
  std::set<ObjectId> absorbed;
  for (const Object& object : desired.objects()) {
    if (is_absorbed(object)) absorbed.insert(desired.id(object));
  }
  return absorbed.empty() ? std::move(desired) : without(std::move(desired), absorbed);
}

std::vector<Accepted> accepted_as_they_come(const Catalog& desired, const Claims& claims) {
  std::vector<Accepted> accepted;
  for (const Object& object : desired.objects()) {
    if (!rules_for(object.identity.kind).from_server) continue;
    for (Kind kind : all_kinds()) {
      if (!rules_for(kind).only_if_declared || claims.declare(kind, desired, desired.id(object))) continue;
      accepted.push_back({object.identity, kind});
    }
  }
  return accepted;
}

/// Whether something has the name of what goes.
bool is_succeeded(const Identity& going, const Catalog& desired) {
  return std::ranges::any_of(desired.objects(), [&](const Object& object) {
    return object.parent == ObjectId::none && object.identity.schema == going.schema &&
           object.identity.name == going.name;
  });
}

/// Throws `PlanError` for what is not the files' business, but uses a whole thing or a column that they drop. What is
/// carried goes with its original, and a foreign key may find another key.
template <typename Stays>
void expect_no_use_by_others(const Catalog& actual, const Catalog& desired, Stays stays) {
  for (const Object& object : actual.objects()) {
    const ObjectId root = root_of(actual, actual.id(object));
    if (!stays(root) || !desired.contains(object.identity) || carrier_of(actual, object) != nullptr) continue;
    for (ObjectId needed : actual.needs(actual.id(object))) {
      const Object& going = actual.object(needed);
      const Identity& whole = actual.object(root_of(actual, needed)).identity;
      if (going.parent != ObjectId::none && !rules_for(going.identity.kind).ordered) continue;
      if (desired.contains(going.identity) || (!desired.contains(whole) && is_succeeded(whole, desired))) continue;
      throw PlanError{fmt::format(
          "the {} is no business of the schema files, but uses the {}, which they drop: write it into a file as well, "
          "or drop it first",
          describe(actual.object(root).identity, actual.symbols()), describe(going.identity, actual.symbols()))};
    }
  }
}

/// Throws `PlanError` for what is to get a name that something else bears and keeps, which is not the files' business.
void expect_free_names(const Catalog& actual, const Catalog& desired) {
  std::map<NameKey, const Object*> kept;
  for (const Object& object : desired.objects()) {
    if (!actual.contains(object.identity)) continue;
    if (const auto key = name_key(object.identity)) kept.emplace(*key, &object);
  }
  const auto in_full = [&](const Object& object) {
    const std::string own = describe(object.identity, desired.symbols());
    if (object.parent == ObjectId::none) return own;
    const Object& whole = desired.object(root_of(desired, desired.id(object)));
    return fmt::format("{} of the {}", own, describe(whole.identity, desired.symbols()));
  };
  for (const Object& object : desired.objects()) {
    const auto key = actual.contains(object.identity) ? std::nullopt : name_key(object.identity);
    const auto other = key ? kept.find(*key) : kept.end();
    if (other == kept.end()) continue;
    throw PlanError{fmt::format(
        "the {} cannot have its name, because the {} has it, which is no business of the schema files: give it another "
        "name, or write that into a file as well; a new name for the same thing is told by `renamed_from`",
        in_full(object), in_full(*other->second))};
  }
}

/// Throws `DeclarationError` for what the files use without declaring it although they manage it: it would be dropped,
/// and cannot be.
void expect_declared(const Realised& realised, const Catalog& actual, const Claims& claims,
                     const std::unordered_set<Identity, IdentityHash>& written, const Declaration& declaration) {
  const Catalog& catalog = realised.catalog;
  std::vector<std::string> faults;
  for (const Object& object : catalog.objects()) {
    if (!written.contains(object.identity)) continue;
    const ObjectId user = root_of(catalog, catalog.id(object));
    for (ObjectId needed : catalog.needs(catalog.id(object))) {
      const Object& whole = catalog.object(root_of(catalog, needed));
      const Object* own = actual.find(whole.identity);
      const bool is_said = written.contains(whole.identity) || rules_for(whole.identity.kind).container;
      if (is_said || own == nullptr || !claims.hold(actual, actual.id(*own))) continue;
      const Object* draft = declaration.drafts.find(object.identity);
      if (draft == nullptr) draft = declaration.drafts.find(catalog.object(user).identity);
      const std::string place =
          draft == nullptr ? std::string{} : to_string(declaration.places.at(declaration.drafts.id(*draft))) + ": ";
      faults.push_back(fmt::format(
          "{}the {} uses the {}, which the files manage but do not declare: declare it, or let `ignore:` name it",
          place, describe(object.identity, actual.symbols()), describe(whole.identity, actual.symbols())));
    }
  }
  if (!faults.empty()) throw DeclarationError{fmt::format("{}", fmt::join(faults, "\n"))};
}

}  // namespace

void expect_new_names(const Declaration& declaration, const Realised& realised) {
  const Catalog& catalog = realised.catalog;
  for (const WrittenRename& rename : declaration.renames) {
    const Identity& identity = rename.identity;
    const Object* object = catalog.find(identity);
    if (rename.attribute != nullptr && object != nullptr) {
      const auto names = names_of_values(*rename.attribute, {catalog, *object});
      if (std::ranges::find(names, rename.name) != names.end()) continue;
      const std::vector<std::string_view> known{names.begin(), names.end()};
      throw DeclarationError{fmt::format("{}: `{}` is none of the {} of {}, and so it cannot be a new name: {}",
                                         to_string(rename.place), rename.name, rename.attribute->key,
                                         describe(identity, catalog.symbols()), suggestion(rename.name, known))};
    }
    const bool may_be_spelled_otherwise = !rules_for(identity.kind).signature.empty();
    if (may_be_spelled_otherwise || object != nullptr || declaration.drafts.contains(identity)) continue;
    throw DeclarationError{
        fmt::format("{}: {} stands in no schema file, and so it cannot be a new name: declare it, or "
                    "take this line out",
                    to_string(rename.place), describe(identity, catalog.symbols()))};
  }
}

std::vector<std::string_view> missing_schemas(const Scope& scope, const Catalog& actual, const Catalog& desired) {
  std::vector<std::string_view> missing;
  for (const std::string& name : scope.schemas) {
    const auto is_it = [&](const Object& object) {
      return rules_for(object.identity.kind).holds_names && actual.text(object.identity.name) == name;
    };
    if (std::ranges::any_of(actual.objects(), is_it) || std::ranges::any_of(desired.objects(), is_it)) continue;
    missing.push_back(name);
  }
  return missing;
}

namespace {

/// The schema public where the files count on it without saying so, and the database lacks it.
void add_missing_schemas(const Realised& realised, const Catalog& actual, Merger& merger) {
  for (const Object& object : realised.catalog.objects()) {
    if (!rules_for(object.identity.kind).holds_names || actual.contains(object.identity)) continue;
    const auto stands_there = [&](const Identity& written) { return written.schema == object.identity.name; };
    if (std::ranges::find(realised.claims, object.identity) == realised.claims.end() &&
        std::ranges::any_of(realised.claims, stands_there)) {
      merger.add(realised.catalog, realised.catalog.id(object));
    }
  }
}

}  // namespace

Desired desired_catalog(const Declaration& declaration, const Realised& realised, const Catalog& actual) {
  const Claims claims{declaration, realised};
  const std::unordered_set<Identity, IdentityHash> written{realised.claims.begin(), realised.claims.end()};
  expect_declared(realised, actual, claims, written, declaration);
  Merger merger{actual.symbols()};
  for (const Object& object : realised.catalog.objects()) {
    const ObjectId id = realised.catalog.id(object);
    if (!written.contains(object.identity) || !claims.hold(realised.catalog, id)) continue;
    const auto goes_without_saying = rules_for(object.identity.kind).goes_without_saying;
    if (goes_without_saying != nullptr && goes_without_saying({realised.catalog, object}, actual)) continue;
    const Object* draft = declaration.drafts.find(object.identity);
    merger.add(realised.catalog, id,
               completed(object, draft, actual.find(object.identity), declaration.statements, actual.symbols()));
  }
  add_missing_schemas(realised, actual, merger);
  // What the files rely on without saying it stays, as the schema public does.
  const auto is_borrowed = [&](const Identity& identity) {
    return realised.catalog.contains(identity) && !written.contains(identity);
  };
  const auto stays = [&](ObjectId id) {
    return is_borrowed(actual.object(root_of(actual, id)).identity) || !claims.hold(actual, id);
  };
  // A table that is to go leaves publications that the files say nothing about.
  const auto goes_with_needed = [&](ObjectId id) {
    if (!rules_for(actual.object(id).identity.kind).goes_with_needed) return false;
    return std::ranges::any_of(actual.needs(id), [&](ObjectId needed) {
      const Object& whole = actual.object(needed);
      return whole.parent == ObjectId::none && !stays(needed) && !realised.catalog.contains(whole.identity);
    });
  };
  // What an heir has by itself, but as its parent has it.
  const auto original_in_files = [&](const Object& object) {
    const Object* original = carrier_of(actual, object) == nullptr ? original_of(actual, object) : nullptr;
    while (original != nullptr && stays(actual.id(*original))) original = original_of(actual, *original);
    return original;
  };
  const auto fits_still = [&](const Object& object) {
    const auto fits = rules_for(object.identity.kind).fits;
    if (fits == nullptr) return true;
    const Object* parent = realised.catalog.find(actual.object(object.parent).identity);
    return parent == nullptr || fits({actual, object}, {realised.catalog, *parent});
  };
  for (const Object& object : actual.objects()) {
    const ObjectId id = actual.id(object);
    if (!stays(id) || goes_with_needed(id) || !fits_still(object)) continue;
    const Object* original = original_in_files(object);
    const Object* now = original != nullptr ? realised.catalog.find(original->identity) : nullptr;
    const auto comes_along = rules_for(object.identity.kind).comes_along;
    if (now != nullptr) {
      merger.add(actual, id, following(object, *original, *now, actual.symbols()));
    } else if (original == nullptr || comes_along == nullptr || !comes_along({actual, object})) {
      merger.add(actual, id);
    }
  }
  Catalog desired = without_absorbed(merger.finish(), actual);
  expect_no_use_by_others(actual, desired, stays);
  expect_free_names(actual, desired);
  desired = with_gifts(std::move(desired), claims, actual);
  std::vector<Accepted> accepted = accepted_as_they_come(desired, claims);
  return {std::move(desired), std::move(accepted)};
}

}  // namespace plumb
