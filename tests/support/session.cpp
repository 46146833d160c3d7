#include "tests/support/session.h"

#include <cstdlib>
#include <filesystem>

#include "engine/postgres/database.h"
#include "schema/describe.h"

namespace plumb::tests {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : value;
}

std::string made_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "plumb-cache-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

ConnectionTarget target_of(const std::string& url) {
  ConnectionTarget target;
  target.location = url;
  target.shown = "the database";
  return target;
}

SessionOptions options_for(const std::string& url, const std::vector<std::string>& schema_files) {
  SessionOptions options;
  options.database = target_of(url);
  options.schema_files = schema_files;
  options.scratch = "target";
  options.strict = true;  // what a test makes is of kinds that plumb knows
  return options;
}

void add_statements(std::string& text, const std::vector<Step>& steps, const Symbols& symbols) {
  for (const Step& step : steps) {
    text += "-- " + describe(step.subject, symbols) + ": " + step.reason;
    for (const std::string& consent : step.consents) text += " [" + consent + ']';
    text += '\n';
    for (const Statement& statement : step.forward) text += statement.sql + ";\n";
    for (const Statement& statement : step.back) text += "-- undone by " + statement.sql + ";\n";
  }
}

}  // namespace

Environment::Environment(const char* name, const std::string& value) : name_{name}, before_{environment(name)} {
  ::setenv(name_, value.c_str(), 1);
}

Environment::~Environment() {
  if (before_.empty()) {
    ::unsetenv(name_);
  } else {
    ::setenv(name_, before_.c_str(), 1);
  }
}

namespace {

/// A folder for a cache. The servers that tests use stand in the usual one, so they are looked for first.
std::string made_cache() {
  find_test_servers();
  return made_folder();
}

}  // namespace

PrivateCache::PrivateCache() : path_{made_cache()}, variable_{"PLUMB_CACHE", path_} {}

PrivateCache::~PrivateCache() { std::filesystem::remove_all(path_); }

Session make_session(const std::string& url, const std::vector<std::string>& schema_files) {
  return Session{options_for(url, schema_files)};
}

Session make_session_with_roles(const std::string& url, const std::vector<std::string>& schema_files) {
  SessionOptions options = options_for(url, schema_files);
  options.scratch = "embedded";
  options.cluster = Cluster::always;
  return Session{std::move(options)};
}

Session session_like(const std::string& url, const std::string& desired_url) {
  SessionOptions options;
  options.database = target_of(url);
  options.desired = target_of(desired_url);
  options.scratch = "target";
  return Session{std::move(options)};
}

std::string text_of(const Plan& plan, const Symbols& symbols) {
  std::string text;
  add_statements(text, plan.steps, symbols);
  text += "-- the way back\n";
  add_statements(text, plan.way_back, symbols);
  return text;
}

std::string bring_about(Session& session) {
  const Comparison comparison = session.compare();
  const Plan plan = session.plan(comparison);
  session.apply(plan, [](std::size_t) {});
  return text_of(plan, session.symbols());
}

std::string differences(Session& session) {
  const Comparison comparison = session.compare();
  std::string text;
  for (const Rename& rename : comparison.renames()) {
    text += describe(rename.before, session.symbols()) + " has another name\n";
  }
  for (const Change& change : comparison.changes) {
    text += describe(change.identity(), session.symbols());
    if (change.before == nullptr) text += " is missing";
    if (change.after == nullptr) text += " is too much";
    for (const AttributeChange& attribute : change.attributes) {
      text.append("; ").append(session.symbols().text(attribute.key)).append(":");
      for (Symbol value : attribute.before) text.append(" `").append(session.symbols().text(value)).append("`");
      text += " ->";
      for (Symbol value : attribute.after) text.append(" `").append(session.symbols().text(value)).append("`");
    }
    text += '\n';
  }
  return text;
}

}  // namespace plumb::tests
