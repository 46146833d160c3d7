#include "schema/file/json_schema.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "schema/file/vocabulary.h"

namespace plumb {

namespace {

using Json = nlohmann::ordered_json;

/// What is kept as a text may be written as a number or as true and false too.
Json scalar() { return {{"type", {"string", "number", "boolean"}}}; }

Json one_or_many() { return {{"oneOf", Json::array({scalar(), {{"type", "array"}, {"items", scalar()}}})}}; }

Json value_schema(const AttributeRule& rule) {
  switch (rule.value) {
    case Value::boolean:
      return {{"type", "boolean"}};
    case Value::integer:
      return {{"type", "integer"}};
    case Value::text:
    case Value::expression:
      return rule.choices.empty() ? scalar() : Json{{"enum", rule.choices}};
    case Value::names:
    case Value::fragments:
      return one_or_many();
    case Value::options:
      return {{"type", "object"}, {"additionalProperties", one_or_many()}};
  }
  return {};
}

Json reference(std::string_view definition) { return {{"$ref", "#/$defs/" + std::string{definition}}}; }

/// "index", or "references" for a kind's second form: the name of a definition.
std::string definition_name(Kind kind, const FileForm& form) {
  const KindRules& rules = rules_for(kind);
  return std::string{&form == &rules.forms.front() ? rules.key : form.section};
}

Json section_schema(const Word& word) {
  const Json names{{"type", {"array", "null"}}, {"items", {{"type", "string"}}}};
  if (word.form->list_of_names) return names;
  const Json entry = reference(definition_name(word.kind, *word.form));
  if (!word.form->named) return entry;
  Json map{{"type", {"object", "null"}}, {"additionalProperties", entry}};
  if (word.form->grouped) map = {{"type", {"object", "null"}}, {"additionalProperties", map}};
  if (word.form->listable) return {{"anyOf", Json::array({map, names})}};
  if (word.form->default_name.empty()) return map;
  return {{"oneOf", Json::array({map, {{"type", "array"}, {"items", entry}}})}};
}

Json word_schema(const Word& word) {
  if (word.form != nullptr) return section_schema(word);
  if (word.former_values != nullptr)
    return {{"type", "object"},
            {"additionalProperties", {{"type", "string"}}},
            {"description", "for each of its values that had another name, that name"}};
  if (word.is_former) return {{"type", "string"}, {"description", "the name that it had before"}};
  if (word.is_former_schema) return {{"type", "string"}, {"description", "the schema that it stood in before"}};
  if (word.attribute == nullptr)
    return {{"type", "string"}, {"description", "its name, when PostgreSQL's choice will not do"}};
  Json schema = value_schema(*word.attribute);
  std::string help{word.attribute->help};
  if (!word.attribute->fallback.empty()) help += " (default: " + std::string{word.attribute->fallback} + ')';
  if (!help.empty()) schema["description"] = help;
  return schema;
}

Json entry_schema(Kind kind, const FileForm& form) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Word& word : words_in(form)) {
    properties[std::string{word.text}] = word_schema(word);
    if (word.attribute != nullptr && word.attribute->required && word.attribute->unless.empty())
      required.push_back(word.text);
  }
  Json map{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) map["required"] = required;
  Json choices = Json::array({map});
  if (const AttributeRule* brief = find_attribute(rules_for(kind), form.short_form))
    choices.push_back(value_schema(*brief));
  if (required.empty()) choices.push_back({{"type", "null"}});
  return choices.size() == 1 ? map : Json{{"anyOf", choices}};
}

}  // namespace

std::string json_schema() {
  const auto map_of = [](const char* key) {
    return Json{{"type", "object"},
                {"properties", {{key, one_or_many()}}},
                {"required", {key}},
                {"additionalProperties", false}};
  };
  const Json manages{
      {"anyOf", Json::array({{{"enum", {"named", "schemas", "database"}}}, map_of("schemas"), map_of("roles")})}};
  Json properties{
      {"schema",
       {{"type", "string"}, {"description", "schema that the objects of this file stand in (default: public)"}}},
      {"manages",
       {{"description", "what is claimed beyond what is named"},
        {"oneOf", Json::array({manages, {{"type", "array"}, {"items", manages}}})}}},
      {"ignore", one_or_many()},
  };
  properties["ignore"]["description"] = "patterns of what is left alone, as in [\"table public.tmp_*\"]";
  for (const Word& word : words_on_top()) properties[std::string{word.text}] = section_schema(word);
  Json definitions = Json::object();
  for (Kind kind : all_kinds()) {
    for (const FileForm& form : rules_for(kind).forms) {
      if (!form.list_of_names) definitions[definition_name(kind, form)] = entry_schema(kind, form);
    }
  }
  const Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                    {"title", "plumb schema file"},
                    {"type", "object"},
                    {"properties", properties},
                    {"patternProperties", {{"^x-", true}}},
                    {"additionalProperties", false},
                    {"$defs", definitions}};
  return schema.dump(2) + '\n';
}

}  // namespace plumb
