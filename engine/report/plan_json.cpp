#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include <fmt/core.h>

#include "engine/report/entry_head.h"
#include "engine/report/plan_report.h"
#include "engine/report/wording.h"
#include "engine/version.h"
#include "schema/describe.h"
#include "schema/error.h"
#include "schema/fingerprint.h"

namespace plumb {

namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;

constexpr std::array<std::pair<Transaction, std::string_view>, 3> transactions{{
    {Transaction::any, "any"},
    {Transaction::commit_after, "commit_after"},
    {Transaction::outside, "outside"},
}};

constexpr std::array actions{Action::create, Action::alter, Action::drop, Action::rename};

// ---- writing --------------------------------------------------------------------------------------------------------

Json to_json(const Statements& statements) {
  Json list = Json::array();
  for (const Statement& statement : statements) {
    const auto transaction =
        std::ranges::find(transactions, statement.transaction, [](const auto& t) { return t.first; });
    Json entry{{"sql", statement.sql}, {"transaction", transaction->second}};
    if (!statement.consent.empty()) entry["consent"] = statement.consent;
    list.push_back(std::move(entry));
  }
  return list;
}

Json to_json(const std::vector<Step>& steps, const Symbols& symbols) {
  Json list = Json::array();
  for (const Step& step : steps) {
    Json entry;
    for (const auto& [key, text] : head_of(step.action, step.subject, symbols)) entry[key] = text;
    entry["reason"] = step.reason;
    entry["statements"] = to_json(step.forward);
    entry["back"] = to_json(step.back);
    entry["consents"] = step.consents;
    list.push_back(std::move(entry));
  }
  return list;
}

// ---- reading --------------------------------------------------------------------------------------------------------

[[noreturn]] void fail(const std::string& what) {
  throw PlanError{"this is no plan that plumb can apply: " + what +
                  "; make a new one with `plumb plan --format json`; a schema file is named by --schema"};
}

/// A value in the document together with where it stands, "steps[2].reason", for messages.
class Cursor {
 public:
  Cursor(const Json& json, std::string path) : json_{&json}, path_{std::move(path)} {}

  bool has(const char* key) const { return as_object().contains(key); }

  Cursor at(const char* key) const {
    const auto found = as_object().find(key);
    if (found == json_->end()) fail(inside(key) + " is missing");
    return {*found, inside(key)};
  }

  std::vector<Cursor> list() const {
    if (!json_->is_array()) fail(path_ + " is not a list");
    std::vector<Cursor> all;
    for (const Json& entry : *json_) all.emplace_back(entry, fmt::format("{}[{}]", path_, all.size()));
    return all;
  }

  const std::string& text() const {
    if (!json_->is_string()) fail(path_ + " is not a text");
    return json_->get_ref<const std::string&>();
  }

  bool truth() const {
    if (!json_->is_boolean()) fail(path_ + " is neither true nor false");
    return json_->get<bool>();
  }

  int integer() const {
    if (!json_->is_number_integer()) fail(path_ + " is not a whole number");
    return json_->get<int>();
  }

  const std::string& path() const { return path_; }

 private:
  const Json& as_object() const {
    if (!json_->is_object()) fail((path_.empty() ? "the document" : path_) + " is not an object");
    return *json_;
  }

  std::string inside(const char* key) const { return path_.empty() ? key : path_ + "." + key; }

  const Json* json_;
  std::string path_;
};

Fingerprint read_fingerprint(const Cursor& cursor) {
  const std::string& text = cursor.text();
  Fingerprint fingerprint;
  const char* middle = text.data() + text.size() / 2;
  const char* end = text.data() + text.size();
  if (text.size() != 32 || std::from_chars(text.data(), middle, fingerprint.high, 16).ptr != middle ||
      std::from_chars(middle, end, fingerprint.low, 16).ptr != end) {
    fail(cursor.path() + " is not a fingerprint of 32 hexadecimal digits");
  }
  return fingerprint;
}

Kind read_kind(const Cursor& cursor) {
  const KindRules* rules = find_rules(cursor.text());
  if (rules == nullptr) {
    fail(fmt::format("{} is \"{}\", a kind that this version does not know", cursor.path(), cursor.text()));
  }
  return find_kind(*rules);
}

Identity read_identity(const Cursor& step, Symbols& symbols) {
  const auto symbol = [&](const char* key) {
    return step.has(key) ? symbols.intern(step.at(key).text()) : Symbol::none;
  };
  Identity identity;
  identity.kind = read_kind(step.at("kind"));
  if (step.has("subject")) identity.subject = read_kind(step.at("subject"));
  identity.schema = symbol("schema");
  identity.table = symbol("table");
  identity.name = symbols.intern(step.at("name").text());
  identity.role = symbol("role");
  return identity;
}

Statements read_statements(const Cursor& list, Symbols& symbols) {
  Statements statements;
  for (const Cursor& entry : list.list()) {
    const Cursor word = entry.at("transaction");
    const auto transaction = std::ranges::find(transactions, word.text(), [](const auto& t) { return t.second; });
    if (transaction == transactions.end()) fail(word.path() + " is none of any, commit_after and outside");
    Statement statement{entry.at("sql").text(), transaction->first};
    // Interned, because a statement only points to its word.
    if (entry.has("consent")) statement.consent = symbols.text(symbols.intern(entry.at("consent").text()));
    statements.push_back(std::move(statement));
  }
  return statements;
}

Step read_step(const Cursor& entry, Symbols& symbols) {
  Step step;
  const Cursor word = entry.at("action");
  const auto action = std::ranges::find(actions, word.text(), to_word);
  if (action == actions.end()) fail(word.path() + " is none of create, alter, drop and rename");
  step.action = *action;
  step.subject = read_identity(entry, symbols);
  step.reason = entry.at("reason").text();
  step.forward = read_statements(entry.at("statements"), symbols);
  step.back = read_statements(entry.at("back"), symbols);
  const Cursor consents = entry.at("consents");
  for (const Cursor& consent : consents.list()) step.consents.push_back(consent.text());
  for (const Statement& statement : step.forward) {
    if (statement.consent.empty()) continue;
    const std::string needed = consent_for(statement, step.subject, symbols);
    if (std::ranges::find(step.consents, needed) == step.consents.end()) {
      fail(fmt::format("{} lacks {}, which a statement of the step needs", consents.path(), needed));
    }
  }
  return step;
}

std::vector<Step> read_steps(const Cursor& list, Symbols& symbols) {
  std::vector<Step> steps;
  for (const Cursor& entry : list.list()) steps.push_back(read_step(entry, symbols));
  return steps;
}

/// Of all that is said: what somebody changed is no longer what was planned and proven.
std::string digest_of(Json document) {
  document.erase("digest");
  return to_hex(Hasher{}.add(document.dump()).finish());
}

}  // namespace

std::string write_plan_json(const Plan& plan, const Symbols& symbols) {
  Json document{{"format", format_version},
                {"plumb", version},
                {"from", to_hex(plan.from)},
                {"to", to_hex(plan.to)},
                {"proven", plan.proven},
                {"role", plan.role},
                {"cluster", plan.cluster},
                {"search_path", plan.search_path},
                {"steps", to_json(plan.steps, symbols)},
                {"way_back", to_json(plan.way_back, symbols)}};
  try {
    document["digest"] = digest_of(document);
    return document.dump(2) + '\n';
  } catch (const Json::type_error&) {
    throw PlanError{"the plan holds text that is not UTF-8, which JSON cannot hold: use --format sql"};
  }
}

Plan read_plan_json(std::string_view json, Symbols& symbols) {
  Json document;
  try {
    document = Json::parse(json);
  } catch (const Json::parse_error& error) {
    fail(fmt::format("it is not JSON at byte {}", error.byte));
  }
  const Cursor root{document, ""};
  const Cursor format = root.at("format");
  if (format.integer() != format_version) {
    fail(fmt::format("it has the format {}, and this version of plumb reads {}", format.integer(), format_version));
  }
  Plan plan;
  plan.from = read_fingerprint(root.at("from"));
  plan.to = read_fingerprint(root.at("to"));
  plan.proven = root.at("proven").truth();
  plan.role = root.at("role").text();
  plan.cluster = root.at("cluster").truth();
  plan.search_path = root.at("search_path").text();
  plan.steps = read_steps(root.at("steps"), symbols);
  plan.way_back = read_steps(root.at("way_back"), symbols);
  if (root.at("digest").text() != digest_of(document)) {
    fail("somebody has changed it since plumb wrote it, so that it is not what was proven");
  }
  return plan;
}

}  // namespace plumb
