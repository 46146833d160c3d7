#include "engine/revision/alembic_sql.h"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/postgres/process.h"
#include "engine/report/wording.h"
#include "engine/revision/ancestry.h"
#include "schema/error.h"
#include "schema/file/faults.h"
#include "schema/file/sql_text.h"

namespace plumb {

namespace {

constexpr int not_found = 127;  // what a shell says of a program that is not there

/// Runs Alembic here; `streams` is where the shell sends what it says.
Outcome run_alembic(const std::vector<std::string>& arguments, std::string_view streams) {
  const std::string script = fmt::format("cd \"$0\" && exec alembic \"$@\" {}", streams);
  std::vector<std::string> command{"/bin/sh", "-c", script, std::filesystem::current_path().string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_program(command, nullptr);
}

/// The last line that Python or Alembic says when it fails.
std::string complaint_of(const std::vector<std::string>& arguments, const std::string& output) {
  std::string complaint;
  const std::string errors = run_alembic(arguments, "2>&1 >/dev/null").output;
  for (const std::string* text : {&output, &errors}) {
    for (std::string_view line : lines_of(*text)) {
      const bool counts = text == &errors ? !line.empty() && !line.starts_with("INFO") : line.starts_with("FAILED");
      if (counts) complaint = line;
    }
  }
  return complaint;
}

/// "-- Running upgrade a, b -> c, message" and "-- Running downgrade c -> a, b, message": the id of the one revision.
std::string id_in(std::string_view comment, std::string_view prefix, Way way) {
  const std::string_view rest = comment.substr(prefix.size());
  const auto arrow = rest.find(" -> ");
  const std::string_view side = way == Way::upgrade ? rest.substr(arrow + 4) : rest.substr(0, arrow);
  return std::string{side.substr(0, side.find(','))};
}

/// The table of a statement in the form in which Alembic keeps its ledger (alembic.runtime.migration), or nothing.
std::string ledger_table_of(std::string_view sql) {
  static const std::regex forms{
      R"((?:CREATE TABLE (\S+) \(\s*version_num VARCHAR\(32\) NOT NULL(?:,\s*CONSTRAINT \S+ PRIMARY KEY \(version_num\))?\s*\)))"
      R"(|(?:INSERT INTO (\S+) \(version_num\) VALUES \('[^']+'\)(?: RETURNING \S+)?))"
      R"(|(?:UPDATE (\S+) SET version_num='[^']+' WHERE \S+\.version_num = '[^']+'))"
      R"(|(?:DELETE FROM (\S+) WHERE \S+\.version_num = '[^']+'(?: RETURNING \S+)?))"};
  std::cmatch found;
  if (!std::regex_match(sql.data(), sql.data() + sql.size(), found, forms)) return {};
  const auto table = std::find_if(found.begin() + 1, found.end(), [](const auto& each) { return each.matched; });
  return table->str();
}

/// Alembic's output, cut into the sections of its revisions.
class Output {
 public:
  Output(const std::string& text, Way way) {
    Faults faults;
    const std::vector<WrittenStatement> statements = split_sql(text, "what Alembic wrote", faults);
    faults.raise();
    const std::string prefix = way == Way::upgrade ? "-- Running upgrade " : "-- Running downgrade ";
    auto statement = statements.begin();
    for (const WrittenStatement& comment : sql_comments(text, "what Alembic wrote")) {
      if (!comment.sql.starts_with(prefix)) continue;
      for (; statement != statements.end() && statement->place.line < comment.place.line; ++statement) add(*statement);
      sections_.emplace_back(id_in(comment.sql, prefix, way), Section{});
    }
    for (; statement != statements.end(); ++statement) add(*statement);
  }

  std::vector<std::pair<std::string, Section>> take_sections() { return std::move(sections_); }
  const std::string& version_table() const { return version_table_; }

 private:
  void add(const WrittenStatement& statement) {
    if (statement.sql == "BEGIN" || statement.sql == "COMMIT") {
      in_transaction_ = statement.sql == "BEGIN";
      return;
    }
    if (std::string table = ledger_table_of(statement.sql); !table.empty()) {
      version_table_ = std::move(table);
      return;
    }
    if (sections_.empty()) return;
    sections_.back().second.push_back({statement.sql, statement.place.line, !in_transaction_});
  }

  std::vector<std::pair<std::string, Section>> sections_;
  std::string version_table_;
  bool in_transaction_ = false;
};

/// Asks for one way of revisions, a range at a time.
class Asking {
 public:
  Asking(Way way, std::map<std::string, Section>& sections, std::map<std::string, std::string>& faults,
         std::string& version_table)
      : way_{way}, sections_{sections}, faults_{faults}, version_table_{version_table} {}

  /// Whether Alembic wrote a revision, or failed at it.
  bool knows(const std::string& id) const { return sections_.contains(id) || faults_.contains(id); }

  /// False when there is no Alembic.
  bool ask(std::string_view from, std::string_view to) {
    const std::vector<std::string> arguments{way_ == Way::upgrade ? "upgrade" : "downgrade",
                                             fmt::format("{}:{}", from, to), "--sql"};
    const Outcome outcome = run_alembic(arguments, "2>/dev/null");
    if (outcome.status == not_found) return false;
    const std::string failed = take(outcome);
    if (outcome.status == 0) return true;
    const std::string complaint = complaint_of(arguments, outcome.output);
    if (!failed.empty()) faults_.emplace(failed, complaint);
    if (!sections_.empty() || !faults_.empty()) return true;
    throw RevisionError{
        fmt::format("alembic {} comes to no revision: {}\nrun it here by itself, and mend what it complains of",
                    fmt::join(arguments, " "), complaint)};
  }

 private:
  /// The id of the revision that it stopped at; what was written of that one is left out.
  std::string take(const Outcome& outcome) {
    std::string text = outcome.output;
    const std::size_t end = outcome.status == 0 ? std::string::npos : text.rfind("FAILED: ");
    if (end != std::string::npos) text.resize(end);
    Output output{text, way_};
    if (!output.version_table().empty()) version_table_ = output.version_table();
    std::vector<std::pair<std::string, Section>> sections = output.take_sections();
    std::string failed;
    if (outcome.status != 0 && !sections.empty()) {
      failed = sections.back().first;
      sections.pop_back();
    }
    for (auto& [id, section] : sections) {
      if (!faults_.contains(id)) sections_.emplace(id, std::move(section));
    }
    return failed;
  }

  Way way_;
  std::map<std::string, Section>& sections_;
  std::map<std::string, std::string>& faults_;
  std::string& version_table_;
};

}  // namespace

std::optional<AlembicSql> ask_alembic(const RevisionGraph& graph) {
  AlembicSql sql;
  Asking up{Way::upgrade, sql.upgrades, sql.upgrade_faults, sql.version_table};
  if (!up.ask("base", "heads")) return std::nullopt;
  const std::vector<RevisionNumber> order =
      newest_first(graph, ancestors(graph, graph.real_heads(), Along::needs), graph.heads());
  for (auto revision = order.rbegin(); revision != order.rend(); ++revision) {
    const std::string& id = graph.id(*revision);
    if (up.knows(id)) continue;
    const std::string from = graph.down(*revision).empty() ? "base" : graph.id(graph.down(*revision).front());
    up.ask(from, "heads");
    if (!up.knows(id)) up.ask(from, id);  // it stopped on another branch again
  }
  // Alembic goes down from one revision only.
  Asking down{Way::downgrade, sql.downgrades, sql.downgrade_faults, sql.version_table};
  for (RevisionNumber revision : order) {
    if (!down.knows(graph.id(revision))) down.ask(graph.id(revision), "base");
  }
  return sql;
}

}  // namespace plumb
