#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "schema/file/vocabulary.h"
#include "schema/rules.h"

namespace plumb {

namespace {

constexpr const char* reference_file = PLUMB_SOURCE_DIR "/docs/reference.md";

constexpr std::string_view introduction = R"(# Reference of the schema file

Every section, every word in it, and what it means. This page is written from the rules of the kinds
(`schema/kinds/`), and a test fails when it is stale; `PLUMB_REWRITE=1 build/dev/plumb_tests -tc='reference*'` writes it
anew. [schema-file.md](schema-file.md) explains the format with examples.

The value of a word is one of these:

| value | is written as |
|---|---|
| text | a word or a text |
| boolean | `true` or `false` |
| integer | a whole number |
| expression | SQL, as a text |
| names | a list of names, unquoted; one name may stand alone |
| fragments | a list of pieces of SQL; one may stand alone |
| options | a map of option and value |

"When silent" is PostgreSQL's own default, which is meant when a file says nothing. "A change" says what plumb does
when the value differs: `in place` is an ALTER, where PostgreSQL has one for the two values; `replace` drops the object
and creates it again.

)";

std::string_view value_name(Value value) {
  switch (value) {
    case Value::text:
      return "text";
    case Value::boolean:
      return "boolean";
    case Value::integer:
      return "integer";
    case Value::expression:
      return "expression";
    case Value::names:
      return "names";
    case Value::fragments:
      return "fragments";
    case Value::options:
      return "options";
  }
  return {};
}

/// A text inside a table of Markdown.
std::string cell(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string code(std::string_view text) { return fmt::format("`{}`", text); }

std::string enumerate(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all.append(all.empty() ? "" : ", ").append(text);
  return all;
}

bool holds(const std::vector<Word>& words, const FileForm& form) {
  return std::ranges::find(words, &form, &Word::form) != words.end();
}

/// "on top of a file; in an entry of `tables`, `views`"
std::string place_of(const FileForm& form) {
  std::vector<std::string> owners;
  for (Kind kind : all_kinds()) {
    for (const FileForm& owner : rules_for(kind).forms) {
      if (holds(words_in(owner), form)) owners.push_back(code(owner.section));
    }
  }
  std::string place = holds(words_on_top(), form) ? "on top of a file" : "";
  if (!owners.empty()) place += fmt::format("{}in an entry of {}", place.empty() ? "" : "; ", enumerate(owners));
  return place;
}

std::string shape_of(const KindRules& rules, const FileForm& form) {
  if (form.list_of_names) return "a list of names";
  const std::string_view key = form.role_key.empty() ? "name" : form.role_key;
  std::string shape = form.grouped ? fmt::format("a map from name to a map from {} to ", key)
                      : form.named ? fmt::format("a map from {} to ", key)
                                   : "one ";
  shape += rules.key;
  if (form.listable) shape += "; or a list of names";
  if (form.named && !form.default_name.empty()) {
    shape += fmt::format("; or a list, and the names are then `{}`", form.default_name);
  } else if (!form.default_name.empty()) {
    shape += fmt::format("; its name is `{}` unless `name` says another", form.default_name);
  }
  if (!form.short_form.empty()) shape += fmt::format("; in short, just its `{}`", form.short_form);
  return shape;
}

std::string row(const Word& word) {
  const AttributeRule& rule = *word.attribute;
  std::string meaning = cell(rule.help);
  if (rule.since > 0) meaning += fmt::format(" (PostgreSQL {} and later)", rule.since / 10000);
  std::string silent = rule.required ? "must be said" : rule.fallback.empty() ? "" : code(cell(rule.fallback));
  if (rule.only_if_declared) silent = "whatever is there";
  return fmt::format("| `{}` | {} | {} | {} | {} |\n", word.text, value_name(rule.value), silent,
                     rule.alter != nullptr ? "in place" : "replace", meaning);
}

/// "`checks`"; a section of the same name in another place says which place that is.
std::string heading_of(const FileForm& form) {
  for (Kind kind : all_kinds()) {
    for (const FileForm& each : rules_for(kind).forms) {
      if (&each == &form) return code(form.section);
      if (each.section == form.section) return fmt::format("{} {}", code(form.section), place_of(form));
    }
  }
  return {};
}

/// The heading as GitHub links to it.
std::string link_to(const FileForm& form) {
  std::string anchor;
  for (char c : heading_of(form)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-') anchor += c;
    if (c == ' ') anchor += '-';
  }
  return fmt::format("[`{}`](#{})", form.section, anchor);
}

std::string describe_form(Kind kind, const FileForm& form) {
  std::string text =
      fmt::format("## {}\n\nStands {}. Holds {}.\n", heading_of(form), place_of(form), shape_of(rules_for(kind), form));
  std::string rows;
  std::vector<std::string> sections;
  for (const Word& word : words_in(form)) {
    if (word.attribute != nullptr) rows += row(word);
    if (word.former_values != nullptr) {
      rows += fmt::format("| `{}` | options | | in place | for each of `{}` that had another name, that name |\n",
                          word.text, word.former_values->key);
    } else if (word.is_former) {
      rows += fmt::format("| `{}` | text | | in place | the name that it had before |\n", word.text);
    }
    if (word.is_former_schema) {
      rows += fmt::format("| `{}` | text | | in place | the schema that it stood in before |\n", word.text);
    }
    if (word.form != nullptr) sections.push_back(link_to(*word.form));
  }
  if (!rows.empty()) text += "\n| word | value | when silent | a change | meaning |\n|---|---|---|---|---|\n" + rows;
  if (!sections.empty()) text += fmt::format("\nSections inside: {}.\n", enumerate(sections));
  return text + '\n';
}

std::string write_reference() {
  std::string text{introduction};
  for (Kind kind : all_kinds()) {
    for (const FileForm& form : rules_for(kind).forms) text += describe_form(kind, form);
  }
  text.pop_back();
  return text;
}

}  // namespace

TEST_CASE("reference: docs/reference.md says what the rules of the kinds say") {
  const std::string wanted = write_reference();
  if (std::getenv("PLUMB_REWRITE") != nullptr) std::ofstream{reference_file, std::ios::binary} << wanted;
  std::ifstream file{reference_file, std::ios::binary};
  const std::string found{std::istreambuf_iterator<char>{file}, {}};
  const auto [there, here] = std::ranges::mismatch(found, wanted);
  INFO("it begins to differ at: ", std::string(here, here + std::min<std::ptrdiff_t>(wanted.end() - here, 80)));
  CHECK_MESSAGE(found == wanted, "stale; write it anew with PLUMB_REWRITE=1 build/dev/plumb_tests -tc='reference*'");
}

TEST_CASE("reference: every attribute that a schema file may hold says what it is for") {
  for (Kind kind : all_kinds()) {
    for (const AttributeRule& rule : rules_for(kind).attributes) {
      if (rule.derived) continue;
      CHECK_MESSAGE(!rule.help.empty(), rules_for(kind).key, ".", rule.key);
    }
  }
}

}  // namespace plumb
