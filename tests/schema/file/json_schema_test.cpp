#include "schema/file/json_schema.h"

#include <string>

#include <doctest/doctest.h>

#include "schema/file/vocabulary.h"

using namespace plumb;

namespace {

bool contains(std::string_view text, const std::string& part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_CASE("json_schema: every word of schema files is in it") {
  const std::string schema = json_schema();
  for (const Word& section : words_on_top()) CHECK(contains(schema, '"' + std::string{section.text} + "\": {"));
  for (Kind kind : all_kinds()) {
    for (const FileForm& form : rules_for(kind).forms) {
      for (const Word& word : words_in(form)) CHECK(contains(schema, '"' + std::string{word.text} + "\": {"));
    }
  }
}

TEST_CASE("json_schema: every reference leads to a definition") {
  constexpr std::string_view start = "\"#/$defs/";
  const std::string schema = json_schema();
  std::size_t references = 0;
  for (auto at = schema.find(start); at != std::string::npos; at = schema.find(start, at + 1)) {
    const auto begin = at + start.size();
    const std::string name = schema.substr(begin, schema.find('"', begin) - begin);
    CHECK(contains(schema, "\n    \"" + name + "\": {"));
    ++references;
  }
  CHECK(references > all_kinds().size());
}
