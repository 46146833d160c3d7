#include "schema/file/yaml.h"

#include <string>

#include <doctest/doctest.h>

#include "schema/error.h"
#include "schema/file/text.h"

using namespace plumb;

namespace {

std::string faults_in(Faults& faults) {
  try {
    faults.raise();
    return {};
  } catch (const DeclarationError& error) {
    return error.what();
  }
}

/// The first fault of a text that is checked and read as YAML.
std::string fault_of(std::string text) {
  Faults faults;
  if (const auto checked = check_text(std::move(text), "a.yaml", faults)) read_yaml(*checked, "a.yaml", faults);
  return faults_in(faults);
}

std::vector<Node> documents_of(std::string_view text) {
  Faults faults;
  auto documents = read_yaml(text, "a.yaml", faults);
  CHECK(faults_in(faults).empty());
  return documents;
}

Node read(std::string_view text) {
  auto documents = documents_of(text);
  REQUIRE(documents.size() == 1);
  return documents.front();
}

/// "{a: [b 'c'], d: ~}": the tree in one line, with quotes around what was quoted.
std::string shown(const Node& node) {
  if (node.is_null()) return "~";
  if (node.is_scalar()) return node.was_quoted ? '\'' + node.text + '\'' : node.text;
  std::string text;
  for (const Node& child : node.children) {
    if (!text.empty()) text += ' ';
    text += node.is_map() ? child.key + ':' + shown(child) : shown(child);
  }
  return node.is_map() ? '{' + text + '}' : '[' + text + ']';
}

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("yaml: a text becomes a tree that knows what was quoted") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"a: b", "{a:b}"},
      {"a: 'b'\nc: \"d\"", "{a:'b' c:'d'}"},
      {"a:\nb: ~\nc: null\nd: \"null\"", "{a:~ b:~ c:~ d:'null'}"},
      {"a: [b, 1, true]", "{a:[b 1 true]}"},
      {"- a\n- {b: c}\n-", "[a {b:c} ~]"},
      {"a: |\n  one\n   two\n", "{a:'one\n two\n'}"},
      {"a: numeric\n# a comment\nb: x # another\n", "{a:numeric b:x}"},
      {"? a\n: b", "{a:b}"},
      {"a: {}\nb: []", "{a:{} b:[]}"},
  };
  for (const auto& [text, tree] : cases) CHECK(shown(read(text)) == tree);
}

TEST_CASE("yaml: every key and value knows its line and its column in characters") {
  const Node tree = read("tables:\n  größe: {typ: x}\n");
  const Node& entry = tree.children[0].children[0];
  CHECK(entry.key_spot == Spot{2, 3});
  CHECK(entry.spot == Spot{2, 10});
  CHECK(entry.children[0].key_spot == Spot{2, 11});
  CHECK(entry.children[0].spot == Spot{2, 16});
}

TEST_CASE("yaml: aliases repeat what was anchored, and a merged map yields to the entries around it") {
  CHECK(shown(read("a: &x {b: 1}\nc: *x")) == "{a:{b:1} c:{b:1}}");
  CHECK(shown(read("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}")) == "{a:{b:1 c:2} d:{c:3 b:1}}");
  CHECK(shown(read("a: &x {b: 1}\nd: {<<: [*x, {c: 3}]}")) == "{a:{b:1} d:{b:1 c:3}}");
}

TEST_CASE("yaml: a file may hold several documents") {
  const auto documents = documents_of("a: b\n---\nc: d\n---\n");
  REQUIRE(documents.size() == 3);
  CHECK(shown(documents[1]) == "{c:d}");
  CHECK(documents[1].children[0].key_spot == Spot{3, 1});
  CHECK(documents[2].is_null());
}

TEST_CASE("yaml: every mistake is told with its place") {
  const std::pair<std::string, std::string_view> cases[] = {
      {"a: 1\nb: {c: 1, c: 2}\n",
       "a.yaml:2:11: `c` stands here for the second time, first in line 2: put both together, or rename one"},
      {"a:\n\tb: c\n", "a.yaml:2:3: YAML is indented with spaces, and here stands a tab"},
      {"a: *b\n", "a.yaml:1:4: this alias repeats an anchor (&name) that does not stand before it"},
      {"a: &b [*b]\n", "a.yaml:1:8: an alias stands inside the value that it repeats"},
      {"[a]: b\n", "a.yaml:1:1: a key must be a name, not a list"},
      {"null: b\n", "a.yaml:1:1: a key must be a name, not nothing: quote it if it is to be called \"null\""},
      {"a: {<<: b}\n", "a.yaml:1:9: `<<` merges maps: write an alias of a map behind it"},
      {"a: [b\n",
       "a.yaml:2:1: this is no YAML: end of sequence flow not found: between brackets, a value with a comma, a quote "
       "or a bracket in it stands in quotes"},
      {"a: {b: numeric(10,2), c: d}\n",
       "a.yaml:1:8: `numeric(10` ends at the comma here, because a comma ends a value between { and }: put quotes "
       "around it, \"numeric(10,2)\""},
      {"a:\n  b: 'c\nd: e\n", "a.yaml:2:6: the text that begins here has no closing quote"},
      {"a: \"b\\\"\nc: d\n", "a.yaml:1:4: the text that begins here has no closing quote"},
      {"a: \"b\\0c\"\n", "a.yaml:1:4: PostgreSQL takes no NUL (\\0) in a text"},
      {", b: c\n", "a.yaml:1:1: this is no YAML: nothing begins like this"},
      {"", "a.yaml:1:1: is empty: say what the database should hold, or leave the file out"},
      {" \n\n", "a.yaml:1:1: is empty: say what the database should hold, or leave the file out"},
      {std::string{"a: \0b", 5}, "a.yaml:1:4: a NUL byte cannot stand in a text: is this a schema file at all?"},
      {"a: b\nc: gr\xF6\xDF"
       "e\n",
       "a.yaml:2:6: byte 0xF6 is not UTF-8: save the file as UTF-8"},
      {"a: \xC0\xAF\n", "a.yaml:1:4: byte 0xC0 is not UTF-8: save the file as UTF-8"},
      {"a: \xED\xA0\x80\n", "a.yaml:1:4: byte 0xED is not UTF-8: save the file as UTF-8"},
      {std::string{"\xFF\xFE"
                   "a\0:\0",
                   6},
       "a.yaml:1:1: is written in UTF-16: save it as UTF-8"},
      {std::string{"a\0:\0 \0b\0", 8}, "a.yaml:1:1: is written in UTF-16: save it as UTF-8"},
  };
  for (const auto& [text, fault] : cases) CHECK(fault_of(text) == fault);
}

TEST_CASE("yaml: a byte order mark is no part of the text") {
  Faults faults;
  CHECK(check_text("\xEF\xBB\xBF"
                   "a: b",
                   "a.yaml", faults) == "a: b");
}

TEST_CASE("yaml: what is built to exhaust memory is refused") {
  SUBCASE("aliases of aliases") {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 30; ++i) {
      const std::string last = "*a" + std::to_string(i - 1);
      text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last + repeated(", " + last, 9) + "]\n";
    }
    CHECK(fault_of(text).find("the aliases of this file repeat more than 1000000 values") != std::string::npos);
  }
  SUBCASE("deep nesting") {
    for (const std::string_view opening : {"[", "{a: ", "- ", "? "}) {
      CHECK(fault_of(repeated(opening, 100'000)).find("stand more than 64 deep in each other") != std::string::npos);
    }
  }
  SUBCASE("a deep value that is repeated deep inside another") {
    CHECK(fault_of("a: &a " + repeated("[", 40) + repeated("]", 40) + "\nb: " + repeated("[", 40) + "*a" +
                   repeated("]", 40))
              .find("deep in each other") != std::string::npos);
  }
  SUBCASE("brackets around everything") {
    CHECK(fault_of("[" + repeated("a,", 1'000'000) + "]").find("is longer than 1 MiB") != std::string::npos);
  }
  SUBCASE("an endless value") {
    CHECK(fault_of("a: b\nc: '" + std::string(3U << 20U, 'x') + "'").starts_with("a.yaml:2:1: behind this place"));
  }
  SUBCASE("a file without end") {
    const std::string fault = fault_of(std::string(max_file_bytes + 1, '\n'));
    CHECK(fault ==
          "a.yaml: is 64.0 MiB large, and the limit for one schema file is 64 MiB: split it into several files");
  }
}
