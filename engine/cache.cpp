#include "engine/cache.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>
#include <vector>

#include <fmt/core.h>

#include "engine/fields.h"
#include "engine/postgres/installation.h"
#include "engine/version.h"
#include "schema/rules.h"

namespace plumb {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view format = "plumb cache 2";

std::string checksum(std::string_view text) { return to_hex(Hasher{}.add(text).finish()); }

// ---- a catalog as text

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

void write_catalog(const Catalog& catalog, Writer& writer) {
  writer.number(catalog.objects().size());
  for (const Object& object : catalog.objects()) {
    writer.identity(object.identity, catalog.symbols());
    writer.number(object.parent == ObjectId::none ? 0 : static_cast<std::size_t>(object.parent) + 1);
    writer.number(object.attributes.size());
    for (const Attribute& attribute : object.attributes) {
      writer.field(catalog.text(attribute.key));
      writer.number(attribute.values.size());
      for (Symbol value : attribute.values) writer.field(catalog.text(value));
    }
  }
  for (const Object& object : catalog.objects()) {
    const auto needs = catalog.needs(catalog.id(object));
    writer.number(needs.size());
    for (ObjectId needed : needs) writer.number(static_cast<std::size_t>(needed));
  }
}

void read_object(TextReader& reader, Catalog& catalog) {
  const Identity identity = reader.identity();
  const std::size_t parent = reader.number();
  const std::size_t count = reader.number();
  std::vector<std::pair<Symbol, std::vector<Symbol>>> attributes;
  for (std::size_t i = 0; i < count && !reader.failed(); ++i) {
    auto& [key, values] = attributes.emplace_back(reader.symbol(), std::vector<Symbol>{});
    const std::size_t size = reader.number();
    for (std::size_t j = 0; j < size && !reader.failed(); ++j) values.push_back(reader.symbol());
  }
  if (reader.failed() || parent > catalog.objects().size() || catalog.contains(identity)) return;
  std::vector<Property> properties;
  for (const auto& [key, values] : attributes) properties.push_back({key, values, Symbol::none});
  catalog.add(identity, parent == 0 ? ObjectId::none : static_cast<ObjectId>(parent - 1), properties);
}

std::optional<Catalog> read_catalog(TextReader& reader, Symbols& symbols) {
  Catalog catalog{symbols};
  const std::size_t count = reader.number();
  for (std::size_t i = 0; i < count && !reader.failed(); ++i) read_object(reader, catalog);
  if (catalog.objects().size() != count) return std::nullopt;
  for (std::size_t i = 0; i < count && !reader.failed(); ++i) {
    const std::size_t needs = reader.number();
    for (std::size_t j = 0; j < needs && !reader.failed(); ++j) {
      const std::size_t needed = reader.number();
      if (needed >= count) return std::nullopt;
      catalog.add_need(static_cast<ObjectId>(i), static_cast<ObjectId>(needed));
    }
  }
  if (reader.failed()) return std::nullopt;
  return catalog;
}

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
  write_catalog(realised.catalog, writer);
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
  std::vector<Identity> claims;
  for (std::size_t count = reader.number(); claims.size() < count && !reader.failed();) {
    claims.push_back(reader.identity());
  }
  auto catalog = read_catalog(reader, actual.symbols());
  if (!catalog || !reader.finished()) return std::nullopt;
  return Realised{std::move(*catalog), std::move(claims), std::move(borrowed)};
}

}  // namespace

std::string write_catalog(const Catalog& catalog) {
  Writer writer;
  writer.field(catalog.text(catalog.user()));
  write_catalog(catalog, writer);
  return writer.text();
}

std::optional<Catalog> read_catalog(std::string_view text, Symbols& symbols) {
  TextReader reader{text, symbols};
  const Symbol user = reader.symbol();
  std::optional<Catalog> catalog = read_catalog(reader, symbols);
  if (!catalog || !reader.finished()) return std::nullopt;
  catalog->set_user(user);
  return catalog;
}

std::string Cache::this_program() {
  std::error_code ignored;
  const fs::path file = fs::read_symlink("/proc/self/exe", ignored);
  const auto written = fs::last_write_time(file, ignored).time_since_epoch().count();
  return fmt::format("{} {} {}", version, fs::file_size(file, ignored), written);
}

fs::path Cache::path_of(std::string_view section, const Fingerprint& key) const {
  return fs::path{cache_folder()} / section / to_hex(Hasher{}.add(writer_).add(to_hex(key)).finish());
}

std::optional<std::string> Cache::load(std::string_view section, const Fingerprint& key) const {
  constexpr std::size_t header = format.size() + 1 + 32 + 1;
  std::ifstream file{path_of(section, key), std::ios::binary | std::ios::ate};
  const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : -1;
  if (size < static_cast<std::streamoff>(header)) return std::nullopt;
  std::string beginning(header, '\0');
  std::string body(static_cast<std::size_t>(size) - header, '\0');
  file.seekg(0);
  file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  file.read(body.data(), static_cast<std::streamsize>(body.size()));
  if (!file || beginning != fmt::format("{}\n{}\n", format, checksum(body))) return std::nullopt;
  return body;
}

void Cache::store(std::string_view section, const Fingerprint& key, std::string_view text) const {
  std::error_code ignored;
  const fs::path path = path_of(section, key);
  fs::create_directories(path.parent_path(), ignored);
  const fs::path draft = path.string() + '.' + std::to_string(getpid());
  {
    std::ofstream file{draft, std::ios::binary};
    file << format << '\n' << checksum(text) << '\n' << text;
    if (!file.flush()) return;
  }
  fs::rename(draft, path, ignored);
}

Fingerprint realisation_key(const Declaration& declaration, const Catalog& actual, int server_version,
                            const Workbench& workbench) {
  const Symbols& symbols = actual.symbols();
  Writer writer;
  writer.number(static_cast<std::size_t>(server_version));
  writer.field(symbols.text(actual.user()));
  writer.number(workbench.cluster() ? 1 : 0);
  for (const std::string& name : workbench.untouched()) writer.field(name);
  for (const std::string& schema : declaration.search_path) writer.field(schema);
  write_catalog(declaration.drafts, writer);
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
    if (auto realised = read_realised(*text, actual)) {
      realised->catalog.set_version(server_version);
      return std::move(*realised);
    }
  }
  Realised realised = realise(declaration, actual, workbench);
  cache.store("realised", key, write_realised(realised));
  return realised;
}

}  // namespace plumb
