#include "engine/realised_cache.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/cache.h"
#include "engine/catalog_text.h"
#include "engine/fields.h"
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

std::string write_realised(const Realised& realised) {
  const Symbols& symbols = realised.catalog.symbols();
  Writer writer;
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

/// What was stored, if what it borrowed is still the same.
std::optional<Realised> read_realised(std::string_view text, const Catalog& actual) {
  TextReader reader{text, actual.symbols()};
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
  for (const std::string& schema : declaration.search_path) writer.field(schema);
  writer.field(write_catalog(declaration.drafts));
  for (const WrittenStatement& statement : declaration.statements) writer.field(statement.sql);
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
    if (auto realised = read_realised(*text, actual)) return std::move(*realised);
  }
  Realised realised = realise(declaration, actual, workbench);
  cache.store("realised", key, write_realised(realised));
  return realised;
}

}  // namespace plumb
