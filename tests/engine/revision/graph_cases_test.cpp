#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "engine/report/revision_report.h"
#include "engine/revision/graph.h"
#include "engine/revision/identifiers.h"
#include "engine/revision/journey.h"
#include "engine/revision/new_revision.h"
#include "engine/revision/range.h"
#include "engine/revision/wording.h"
#include "tests/support/server.h"

using namespace plumb;

namespace {

namespace fs = std::filesystem;

using Texts = std::vector<std::string>;

const fs::path cases_file = fs::path{PLUMB_SOURCE_DIR} / ".." / "shared" / "alembic" / "graph_cases.yaml";
const fs::path expectations_file = fs::path{PLUMB_SOURCE_DIR} / "tests/engine/revision/graph_cases_expected.txt";

/// A text, a list of texts, or nothing.
Texts texts(const YAML::Node& node) {
  Texts all;
  if (!node || node.IsNull()) return all;
  if (node.IsScalar()) return {node.as<std::string>()};
  for (const YAML::Node& element : node) all.push_back(element.as<std::string>());
  return all;
}

Texts sorted(Texts list) {
  std::ranges::sort(list);
  return list;
}

std::string shown(const Texts& list) { return fmt::format("[{}]", fmt::join(list, " | ")); }

Texts ids_of(const RevisionGraph& graph, std::span<const RevisionNumber> revisions) {
  Texts ids;
  for (RevisionNumber revision : revisions) ids.push_back(graph.id(revision));
  return ids;
}

/// Alembic's words, without Python's way of writing a list of ids: we write "a, b", and "base" for none.
std::string without_python(std::string text) {
  const auto replace = [&](const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from)) {
      text.replace(at, from.size(), to);
    }
  };
  replace(":() ", ":base ");
  replace(":None ", ":base ");
  replace("('", "");
  replace("',)", "");
  return text;
}

std::vector<Revision> revisions_of(const YAML::Node& graph) {
  std::vector<Revision> revisions;
  for (const YAML::Node& node : graph["revisions"]) {
    Revision revision;
    revision.id = node["rev"].as<std::string>();
    revision.down = texts(node["down"]);
    revision.depends_on = texts(node["deps"]);
    revision.labels = texts(node["labels"]);
    revision.path = fmt::format("{:03}_{}.sql", revisions.size(), revision.id);
    revisions.push_back(std::move(revision));
  }
  return revisions;
}

std::string written(const RowChange& change) {
  if (change.before.empty()) return "INSERT " + change.after;
  if (change.after.empty()) return "DELETE " + change.before;
  return fmt::format("UPDATE {} -> {}", change.before, change.after);
}

/// The rows after a step. An update or delete must hit exactly one row, or the ledger would have refused it.
bool change_rows(Texts& rows, const TravelStep& step) {
  for (const RowChange& change : step.rows) {
    const auto row = std::ranges::find(rows, change.before);
    if (!change.before.empty() && row == rows.end()) return false;
    if (change.before.empty()) {
      rows.push_back(change.after);
    } else if (change.after.empty()) {
      rows.erase(row);
    } else {
      *row = change.after;
    }
  }
  return true;
}

/// What we answer to one case, in the words that `expect` uses.
class Answer {
 public:
  explicit Answer(const YAML::Node& question) : case_{question}, expect_{question["expect"]} {}

  /// Why our answer is not the expected one; empty when it is.
  std::string judge(const std::vector<Revision>& revisions) {
    std::string error;
    try {
      answer(RevisionGraph{revisions});
    } catch (const RevisionError& thrown) {
      error = thrown.what();
    }
    if (expect_["alembic_crash"]) return error.empty() ? "no error where Alembic crashes" : "";
    if (!expect_["error"] && !expect_["error_any_of"]) {
      if (!error.empty()) complaints_.push_back("error: " + error);
    } else {
      judge_error(error);
    }
    return fmt::format("{}", fmt::join(complaints_, "; "));
  }

 private:
  void judge_error(const std::string& error) {
    const Texts wanted = texts(expect_["error"] ? expect_["error"] : expect_["error_any_of"]);
    const bool is_said = std::ranges::any_of(
        wanted, [&](const std::string& text) { return error.starts_with(without_python(text) + "\n"); });
    if (!is_said) complaints_.push_back(fmt::format("wanted error {}, got \"{}\"", shown(wanted), error));
  }

  void compare(const char* key, const Texts& got) {
    if (!expect_[key]) return;
    const Texts wanted = texts(expect_[key]);
    if (wanted != got) complaints_.push_back(fmt::format("{}: wanted {}, got {}", key, shown(wanted), shown(got)));
  }

  std::string op() const { return case_["op"].as<std::string>(); }
  std::string text(const char* key) const { return case_[key].as<std::string>(); }

  void answer(const RevisionGraph& graph) {
    static const std::map<std::string, void (Answer::*)(const RevisionGraph&)> answers{
        {"upgrade", &Answer::upgrade},
        {"downgrade", &Answer::downgrade},
        {"stamp", &Answer::stamp},
        {"iterate", &Answer::iterate},
        {"history", &Answer::history},
        {"resolve_one", &Answer::resolve_one},
        {"new_revision", &Answer::place},
        {"show", &Answer::show},
        {"load", &Answer::load},
        {"current", &Answer::current},
        {"heads", &Answer::heads},
        {"branches", &Answer::branches},
        {"version_table", &Answer::version_table}};
    (this->*answers.at(op()))(graph);
  }

  void travel(const RevisionGraph& graph, const Journey& journey, Texts rows) {
    Texts steps;
    Texts log;
    Texts operations;
    std::vector<Texts> sequence;
    for (const TravelStep& step : journey.steps) {
      steps.push_back(graph.id(step.revision));
      log.push_back(describe(step));
      for (const RowChange& change : step.rows) operations.push_back(written(change));
      if (!change_rows(rows, step)) complaints_.push_back("a row that is not there: " + operations.back());
      sequence.push_back(sorted(rows));
    }
    compare("steps", steps);
    compare("log", log);
    compare("table_ops", operations);
    compare("warnings", journey.warnings);
    if (expect_["heads_after"] && texts(expect_["heads_after"]) != sorted(rows)) {
      complaints_.push_back(
          fmt::format("heads_after: wanted {}, got {}", shown(texts(expect_["heads_after"])), shown(sorted(rows))));
    }
    std::size_t at = 0;
    for (const YAML::Node& wanted : expect_["heads_seq"]) {
      if (at >= sequence.size() || texts(wanted) != sequence[at]) {
        complaints_.push_back(fmt::format("heads_seq {}: wanted {}", at, shown(texts(wanted))));
      }
      ++at;
    }
  }

  void upgrade(const RevisionGraph& graph) {
    const Texts rows = texts(case_["current"]);
    travel(graph, plan_upgrade(graph, rows, texts(case_["target"])), rows);
  }

  void downgrade(const RevisionGraph& graph) {
    const Texts rows = texts(case_["current"]);
    travel(graph, plan_downgrade(graph, rows, text("target")), rows);
  }

  void stamp(const RevisionGraph& graph) {
    const Texts rows = texts(case_["current"]);
    travel(graph, plan_stamp(graph, rows, texts(case_["target"])), rows);
  }

  void version_table(const RevisionGraph& graph) {
    Texts rows = texts(case_["start"]);
    Journey journey;
    Texts now = rows;
    for (const std::string& move : texts(case_["apply"])) {
      const Way way = move.front() == '+' ? Way::upgrade : Way::downgrade;
      journey.steps.push_back(single_step(graph, now, *graph.find(move.substr(1)), way));
      change_rows(now, journey.steps.back());
    }
    travel(graph, journey, rows);
  }

  void iterate(const RevisionGraph& graph) {
    const auto flag = [&](const char* name) { return case_["flags"][name] && case_["flags"][name].as<bool>(); };
    const Range range{.lower = texts(case_["lower"]),
                      .upper = texts(case_["upper"]),
                      .inclusive = flag("inclusive"),
                      .implicit_base = flag("implicit_base")};
    compare("revs", ids_of(graph, in_words_of({}, [&] {
                             return flag("select_for_downgrade") ? revisions_to_downgrade(graph, range).revisions
                                                                 : revisions_to_upgrade(graph, range);
                           })));
  }

  void history(const RevisionGraph& graph) {
    const std::string range = case_["range"] ? text("range") : ":";
    Texts lines;
    const std::vector<RevisionNumber> revisions = history_range(graph, range, texts(case_["current"]));
    for (RevisionNumber revision : revisions) {
      lines.push_back(revision_line(graph, revision, {.parents = true, .labels = true}));
    }
    compare("lines", lines);
    compare("revs", ids_of(graph, revisions));
  }

  void resolve_one(const RevisionGraph& graph) {
    const auto found = in_words_of({}, [&] { return find_revision(graph, text("arg_id")); });
    const YAML::Node wanted = expect_["rev"];
    if (!wanted) return;
    compare("rev", found ? Texts{graph.id(*found)} : Texts{});
  }

  void show(const RevisionGraph& graph) {
    compare("revs", ids_of(graph, in_words_of({}, [&] { return find_revisions(graph, text("arg_id")); })));
  }

  void place(const RevisionGraph& graph) {
    NewRevision wanted;
    wanted.heads = texts(case_["head"]);
    wanted.splice = case_["splice"].as<bool>();
    wanted.depends_on = texts(case_["depends_on"]);
    const Revision revision = place_new_revision(graph, wanted);
    compare("down_revision", revision.down);
    compare("depends_on", revision.depends_on);
  }

  void load(const RevisionGraph& graph) {
    compare("heads", sorted(ids_of(graph, graph.heads())));
    compare("bases", sorted(ids_of(graph, graph.bases())));
    compare("real_heads", sorted(ids_of(graph, graph.real_heads())));
  }

  void heads(const RevisionGraph& graph) {
    Texts lines;
    for (RevisionNumber head : graph.heads()) {
      lines.push_back(revision_line(graph, head, {.labels = true, .tree = false}));
    }
    compare("lines", lines);
    compare("resolved", ids_of(graph, graph.real_heads()));
  }

  void current(const RevisionGraph& graph) {
    Texts lines;
    for (RevisionNumber revision : current_revisions(graph, texts(case_["current"]))) {
      lines.push_back(revision_line(graph, revision, {}));
    }
    compare("lines", sorted(lines));
  }

  void branches(const RevisionGraph& graph) {
    std::size_t at = 0;
    const YAML::Node wanted = expect_["branches"];
    for (RevisionNumber revision : history_range(graph, ":", {})) {
      if (!graph.is_branch_point(revision)) continue;
      const std::string point = revision_line(graph, revision, {.labels = true});
      const Texts into = ids_of(graph, graph.up(revision));
      if (at >= wanted.size() || wanted[at]["point"].as<std::string>() != point || texts(wanted[at]["into"]) != into) {
        complaints_.push_back(fmt::format("branch point {} into {}", point, shown(into)));
      }
      ++at;
    }
    if (at != wanted.size()) complaints_.push_back(fmt::format("{} branch points", at));
  }

  YAML::Node case_;
  YAML::Node expect_;
  Texts complaints_;
};

/// The cases that are answered otherwise on purpose; a line is the case's number and the reason.
std::map<std::string, std::string> expected_differences() {
  std::map<std::string, std::string> differences;
  std::ifstream file{expectations_file};
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.front() != '#') differences.emplace(line.substr(0, 5), line.substr(6));
  }
  return differences;
}

}  // namespace

TEST_CASE("revisions: every question about a graph is answered as Alembic answers it") {
  if (!fs::exists(cases_file)) {
    tests::say_skipped("the cases with Alembic's answers are not beside this checkout");
    return;
  }
  const YAML::Node document = YAML::LoadFile(cases_file.string());
  std::map<std::string, std::vector<Revision>> graphs;
  for (const auto& graph : document["graphs"]) graphs[graph.first.as<std::string>()] = revisions_of(graph.second);
  std::map<std::string, std::string> differences = expected_differences();
  std::size_t answered = 0;
  for (const YAML::Node& question : document["cases"]) {
    const std::string id = question["id"].as<std::string>();
    CAPTURE(id);
    const std::string complaint = Answer{question}.judge(graphs.at(question["graph"].as<std::string>()));
    ++answered;
    if (differences.erase(id) > 0) {
      CHECK_MESSAGE(!complaint.empty(), id << " is answered as expected now: take it out of the list");
    } else {
      CHECK_MESSAGE(complaint.empty(), complaint);
    }
  }
  CHECK(answered == 936);
  CHECK_MESSAGE(differences.empty(), "the list names cases that there are not");
}
