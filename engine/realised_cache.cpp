#include "engine/realised_cache.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "engine/borrowing.h"
#include "engine/cache.h"
#include "engine/catalog_text.h"
#include "engine/fields.h"
#include "engine/search_path.h"
#include "engine/words.h"
#include "schema/rules.h"

namespace plumb {

namespace {

class Writer : public FieldWriter {
 public:
  void identity(const Identity& identity, const Symbols& symbols) {
    field(rules_for(identity.kind).key);
    field(identity.subject == Kind::none ? std::string_view{} : rules_for(identity.subject).key);
    for (Symbol symbol : {identity.schema, identity.table, identity.name, identity.role}) field(symbols.text(symbol));
  }
};

class TextReader : public FieldReader {
 public:
  TextReader(std::string_view text, Symbols& symbols) : FieldReader{text}, symbols_{symbols} {}

  Symbol symbol() { return symbols_.intern(field()); }
  Kind kind() {
    const auto key = field();
    if (key.empty()) return Kind::none;
    const KindRules* rules = find_rules(key);
    if (rules == nullptr) fail();
    return rules == nullptr ? Kind::none : find_kind(*rules);
  }
  Identity identity() {
    Identity identity;
    identity.kind = kind();
    identity.subject = kind();
    identity.schema = symbol();
    identity.table = symbol();
    identity.name = symbol();
    identity.role = symbol();
    if (identity.kind == Kind::none) fail();
    return identity;
  }

 private:
  Symbols& symbols_;
};

/// Every word of a declaration that may name something of the live database.
Words words_of(const Declaration& declaration) {
  const Symbols& symbols = declaration.drafts.symbols();
  Words words;
  for (const WrittenStatement& statement : declaration.statements) collect_words(statement.sql, words);
  for (const Object& draft : declaration.drafts.objects()) {
    for (const Attribute& attribute : draft.attributes) {
      for (Symbol value : attribute.values) collect_words(symbols.text(value), words);
      if (attribute.words != Symbol::none) collect_words(symbols.text(attribute.words), words);
    }
  }
  return words;
}

void add_tree(const Catalog& catalog, ObjectId id, Hasher& hasher) {
  hasher.add(to_hex(catalog.object(id).fingerprint));
  for (ObjectId child : catalog.children(id)) add_tree(catalog, child, hasher);
}

/// What the live database has of what a declaration mentions and does not say, or only changes: it decides what names
/// mean there, and what `select *` and LIKE take over.
Fingerprint surroundings(const Declaration& declaration, const Catalog& actual, std::span<const Identity> claims,
                         std::span<const Identity> changed) {
  const Words words = words_of(declaration);
  std::unordered_set<Identity, IdentityHash> said{claims.begin(), claims.end()};
  for (const Identity& each : changed) said.erase(each);
  Hasher hasher;
  for (const Object& object : actual.objects()) {
    if (object.parent != ObjectId::none || said.contains(object.identity)) continue;
    if (!is_mentioned(actual, object.identity, words)) continue;
    Writer writer;
    writer.identity(object.identity, actual.symbols());
    hasher.add(writer.text());
    add_tree(actual, actual.id(object), hasher);
  }
  return hasher.finish();
}

/// Where everything stands, which decides what a person is told about it.
std::string places_of(const Declaration& declaration) {
  Hasher hasher;
  for (const WrittenStatement& statement : declaration.statements) hasher.add(to_string(statement.place));
  for (const Object& draft : declaration.drafts.objects()) {
    hasher.add(to_string(declaration.places.at(declaration.drafts.id(draft))));
  }
  for (const auto& [value, place] : declaration.attribute_places) {
    hasher.add(to_string(place.begin));
    for (const Passage& passage : place.passages) {
      hasher.add(fmt::format("{} {}:{}", passage.begin, passage.spot.line, passage.spot.column));
    }
  }
  return to_hex(hasher.finish());
}

std::string write_realised(const Realised& realised, const Declaration& declaration, const Catalog& actual) {
  const Symbols& symbols = realised.catalog.symbols();
  Writer writer;
  writer.field(realised.refused_code.empty() ? "" : places_of(declaration));
  writer.field(to_hex(surroundings(declaration, actual, realised.claims, realised.changed)));
  writer.number(realised.borrowed.size());
  for (const Borrowed& borrowed : realised.borrowed) {
    writer.identity(borrowed.identity, symbols);
    writer.field(to_hex(borrowed.fingerprint));
  }
  writer.number(realised.claims.size());
  for (const Identity& claim : realised.claims) writer.identity(claim, symbols);
  writer.number(realised.changed.size());
  for (const Identity& changed : realised.changed) writer.identity(changed, symbols);
  writer.number(realised.refused_code.size());
  for (const RefusedCode& code : realised.refused_code) {
    writer.identity(code.routine, symbols);
    writer.field(code.why);
  }
  writer.field(write_catalog(realised.catalog));
  return writer.text();
}

/// What was stored, if what it borrowed is still the same, and what is around that.
std::optional<Realised> read_realised(std::string_view text, const Declaration& declaration, const Catalog& actual) {
  TextReader reader{text, actual.symbols()};
  const auto places = reader.field();
  if (!places.empty() && places != places_of(declaration)) return std::nullopt;
  const auto around = reader.field();
  std::vector<Borrowed> borrowed;
  for (std::size_t count = reader.number(); borrowed.size() < count && !reader.failed();) {
    const Identity identity = reader.identity();
    const auto fingerprint = reader.field();
    const Object* found = actual.find(identity);
    if (reader.failed() || found == nullptr || to_hex(found->fingerprint) != fingerprint) return std::nullopt;
    borrowed.push_back({identity, found->fingerprint});
  }
  const auto read_identities = [&] {
    std::vector<Identity> identities;
    for (std::size_t count = reader.number(); identities.size() < count && !reader.failed();) {
      identities.push_back(reader.identity());
    }
    return identities;
  };
  std::vector<Identity> claims = read_identities();
  std::vector<Identity> changed = read_identities();
  std::vector<RefusedCode> refused_code;
  for (std::size_t count = reader.number(); refused_code.size() < count && !reader.failed();) {
    const Identity routine = reader.identity();
    refused_code.push_back({routine, std::string{reader.field()}});
  }
  auto catalog = read_catalog(reader.field(), actual.symbols());
  if (!catalog || !reader.finished()) return std::nullopt;
  if (to_hex(surroundings(declaration, actual, claims, changed)) != around) return std::nullopt;
  return Realised{std::move(*catalog), std::move(claims), std::move(changed), std::move(borrowed),
                  std::move(refused_code)};
}

}  // namespace

Fingerprint realisation_key(const Declaration& declaration, const Catalog& actual, int server_version,
                            const Workbench& workbench) {
  const Symbols& symbols = actual.symbols();
  Writer writer;
  writer.number(static_cast<std::size_t>(server_version));
  writer.field(symbols.text(actual.user()));
  writer.number(workbench.cluster() ? 1 : 0);
  for (const std::string& name : workbench.untouched()) writer.field(name);
  writer.field(search_path_of(declaration, {&actual}));
  writer.field(write_catalog(declaration.drafts));
  std::string_view file;
  for (const WrittenStatement& statement : declaration.statements) {
    writer.number(statement.place.file != file ? 1 : 0);  // each file begins with the same search path
    file = statement.place.file;
    writer.field(statement.sql);
  }
  for (const Object& object : actual.objects()) {
    if (!rules_for(object.identity.kind).from_server) continue;
    writer.identity(object.identity, symbols);
    writer.field(to_hex(object.fingerprint));
  }
  return Hasher{}.add(writer.text()).finish();
}

Realised realise_cached(const Declaration& declaration, const Catalog& actual, int server_version,
                        Workbench& workbench) {
  const Cache cache;
  const Fingerprint key = realisation_key(declaration, actual, server_version, workbench);
  if (const auto text = cache.load("realised", key)) {
    if (auto realised = read_realised(*text, declaration, actual)) return std::move(*realised);
  }
  Realised realised = realise(declaration, actual, workbench);
  cache.store("realised", key, write_realised(realised, declaration, actual));
  return realised;
}

}  // namespace plumb
