#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "schema/file/declaration.h"
#include "schema/file/yaml.h"
#include "schema/file/yaml_text.h"
#include "tests/schema/file/written.h"

using namespace plumb;

namespace {

/// Every object with its attributes, so that catalogs with different tables of symbols compare.
std::vector<std::string> lines_of(const Catalog& catalog) {
  std::vector<std::string> lines;
  for (const Object& object : catalog.objects()) {
    const Identity& identity = object.identity;
    std::string line =
        std::to_string(static_cast<int>(identity.kind)) + ' ' + std::to_string(static_cast<int>(identity.subject));
    for (Symbol part : {identity.schema, identity.table, identity.name}) line.append("\x1F").append(catalog.text(part));
    for (const Attribute& attribute : object.attributes) {
      line.append("\x1E").append(catalog.text(attribute.key));
      for (Symbol value : attribute.values) line.append("\x1F").append(catalog.text(value));
    }
    lines.push_back(line);
  }
  std::ranges::sort(lines);
  return lines;
}

std::string rewritten(std::string_view yaml) {
  const Folder folder;
  Symbols symbols;
  return write_yaml(read_declaration(std::vector{folder.write("a.yaml", yaml)}, {}, symbols).drafts);
}

void check_round_trip(const Catalog& catalog) {
  const Folder folder;
  Symbols symbols;
  const std::string yaml = write_yaml(catalog);
  CAPTURE(yaml);
  const Declaration read = read_declaration(std::vector{folder.write("a.yaml", yaml)}, {}, symbols);
  CHECK(lines_of(read.drafts) == lines_of(catalog));
  CHECK(write_yaml(read.drafts) == yaml);
}

/// Texts made of what is special to YAML, to variables and to PostgreSQL.
class Texts {
 public:
  explicit Texts(unsigned seed) : random_{seed} {}

  std::string text() {
    static const std::vector<std::string> pieces{
        "a",    "Z",   "1",   "-",  "- ",   ":",    ": ",   " #",     "#",      "\n",     "\n\n", " ",   "  ",
        "\t",   "'",   "\"",  "\\", ",",    "[",    "]",    "{",      "}",      "?",      "? ",   "!",   "&",
        "*",    "|",   ">",   "%",  "@",    "`",    "~",    "null",   "true",   "yes",    "1.5",  "0x1", "=",
        "<<",   "---", "...", "ü",  "\r",   "\x01", "\x7F", "\u0085", "\u2028", "\uFEFF", "😀",    "$",   "${",
        "${x}", "$$",  "$${", "()", "\r\n", "\\n",  "e",    "E5",     "\uFFFE"};
    std::string result;
    const std::size_t length = number(8);
    for (std::size_t i = 0; i < length; ++i) result += pieces[number(pieces.size())];
    return result;
  }

  std::string name() {
    std::string result = text();
    while (result.empty() || result.size() > 63) result = "n" + text();
    return result;
  }

  std::size_t number(std::size_t below) { return std::uniform_int_distribution<std::size_t>{0, below - 1}(random_); }

 private:
  std::mt19937 random_;
};

/// A catalog of tables with hostile names and texts.
void fill(Catalog& catalog, Texts& texts) {
  Symbols& symbols = catalog.symbols();
  const auto intern = [&](std::string_view text) { return symbols.intern(text); };
  const auto add = [&](const Identity& identity, ObjectId parent, std::string_view key,
                       std::vector<std::string> values) {
    std::vector<Symbol> interned;
    for (const std::string& value : values) interned.push_back(intern(value));
    const Property property{intern(key), interned};
    const bool is_kept = !key.empty() && !values.empty() && values != std::vector<std::string>{""};
    return catalog.add(identity, parent, is_kept ? std::span{&property, 1} : std::span<const Property>{});
  };
  const Symbol schema = intern(texts.number(2) == 0 ? std::string{"public"} : texts.name());
  if (texts.number(2) == 0) add({.kind = Kind::schema, .name = schema}, ObjectId::none, {}, {});
  const Symbol table = intern(texts.name());
  const ObjectId owner = add({.kind = Kind::table, .schema = schema, .name = table}, ObjectId::none, "with",
                             {"a=" + texts.text(), "b=" + texts.text()});
  if (const std::string text = texts.text(); !text.empty()) {
    add({.kind = Kind::comment, .subject = Kind::table, .schema = schema, .name = table}, owner, "text", {text});
  }
  for (int i = 0; i < 3; ++i) {
    const Identity column{.kind = Kind::column, .schema = schema, .table = table, .name = intern(texts.name())};
    if (catalog.contains(column)) continue;
    const ObjectId id = add(column, owner, "type", {"t" + texts.text()});
    Identity value = column;
    value.kind = Kind::default_value;
    add(value, id, "expression", {"e" + texts.text()});
  }
  const Symbol key = intern("key");
  add({.kind = Kind::primary_key, .schema = schema, .table = table, .name = key}, owner, "columns",
      {texts.name(), texts.name()});
  const std::string label = texts.name();
  add({.kind = Kind::enumeration, .schema = schema, .name = intern("label")}, ObjectId::none, "values",
      {label, label + "x"});
}

}  // namespace

TEST_CASE("write_yaml: a catalog is written in the style of the house") {
  constexpr std::string_view given = R"yaml(
tables:
  zebra: {}
  users:
    indexes: {b: [x], a: {columns: [y], unique: true}}
    columns: {zip: int, id: {type: bigint, not_null: true, default: 0}}
    primary_key: [id]
    comment: people
extensions: {vector: {}}
schemas: {app: {tables: {t: {columns: {a: "numeric(4,1)"}}}}, empty: {}}
functions: {'f()': {returns: trigger, language: plpgsql, body: "BEGIN\n  RETURN NEW;\nEND;\n"}}
)yaml";
  constexpr std::string_view written = R"(schema: public

extensions:
  vector: {}

tables:
  users:
    comment: people
    columns:
      zip: int
      id: {type: bigint, not_null: true, default: 0}
    primary_key: [id]
    indexes:
      a: {columns: [y], unique: true}
      b: [x]
  zebra: {}

functions:
  f():
    returns: trigger
    language: plpgsql
    body: |
      BEGIN
        RETURN NEW;
      END;

schemas:
  app:
    tables:
      t:
        columns:
          a: numeric(4,1)
  empty: {}
)";
  CHECK(rewritten(given) == written);
}

TEST_CASE("write_yaml: a name is written where PostgreSQL would choose another") {
  CHECK(rewritten("tables: {t: {primary_key: {columns: [a], name: t_pkey}}}").find("primary_key: [a]") !=
        std::string::npos);
  CHECK(rewritten("tables: {t: {primary_key: {columns: [a], name: k}}}").find("{columns: [a], name: k}") !=
        std::string::npos);
}

TEST_CASE("write_yaml: objects of a schema that is not declared keep its name in their key") {
  CHECK(rewritten("tables: {app.t: {}, 'app.\"a.b\"': {}}\nenums: {app.e: [x]}") ==
        "schema: public\n\nenums:\n  app.e: [x]\n\ntables:\n  app.\"a.b\": {}\n  app.t: {}\n");
}

TEST_CASE("write_yaml: what is written is read back as the same objects") {
  const char* given = std::getenv("PLUMB_TEST_SEED");
  const unsigned first = given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
  for (unsigned seed = first; seed < first + 500; ++seed) {
    CAPTURE(seed);
    Symbols symbols;
    Catalog catalog{symbols};
    Texts texts{seed};
    fill(catalog, texts);
    check_round_trip(catalog);
  }
}

TEST_CASE("write_yaml: TruthGraph's schema file is read back as the same objects") {
  Symbols symbols;
  const std::vector<std::string> paths{std::string{PLUMB_SOURCE_DIR} + "/fixtures/truthgraph/schema.yaml"};
  check_round_trip(read_declaration(paths, {}, symbols).drafts);
}

TEST_CASE("write_yaml: scalars are quoted where YAML might read them as something else") {
  const std::tuple<std::string_view, bool, bool, std::string_view> cases[] = {
      {"plain", true, true, "plain"},
      {"two words", true, true, "two words"},
      {"", true, false, "\"\""},
      {"null", false, false, "\"null\""},
      {"~", false, false, "\"~\""},
      {"true", true, false, "\"true\""},
      {"true", false, false, "true"},
      {"yes", true, false, "\"yes\""},
      {"12", true, false, "\"12\""},
      {"12", false, false, "12"},
      {"-1.5", false, true, "-1.5"},
      {"1e3", true, false, "\"1e3\""},
      {"12:30", true, false, "\"12:30\""},
      {"2024-01-01", true, false, "\"2024-01-01\""},
      {"1st", true, false, "1st"},
      {"a: b", true, false, "\"a: b\""},
      {"a #b", true, false, "\"a #b\""},
      {"a#b:c", true, false, "a#b:c"},
      {"a:", true, false, "\"a:\""},
      {" a", true, false, "\" a\""},
      {"a ", true, false, "\"a \""},
      {"- a", true, false, "\"- a\""},
      {"'a'::text", false, false, "\"'a'::text\""},
      {"numeric(4,1)", true, false, "numeric(4,1)"},
      {"numeric(4,1)", true, true, "\"numeric(4,1)\""},
      {"uuid[]", true, true, "\"uuid[]\""},
      {"a\"b", true, false, "a\"b"},
      {"\"a\"", true, false, "'\"a\"'"},
      {"\"a'", true, false, "'\"a'''"},
      {"a\tb", true, false, "\"a\\tb\""},
      {"a\x01\u2028", true, false, "\"a\\x01\\u2028\""},
  };
  for (const auto& [text, is_text, in_brackets, written] : cases) {
    CHECK(to_yaml_scalar(text, is_text, in_brackets) == written);
  }
}
