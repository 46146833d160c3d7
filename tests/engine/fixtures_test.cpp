#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "schema/rules.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

namespace fs = std::filesystem;

/// fixtures/<kind>/<case>/{before,after}.{yaml,sql}: a database as it was and as it should be. A name that ends in
/// "-16" is for servers from that major version on.
struct Case {
  fs::path folder;
  int since = 0;

  std::string name() const { return folder.parent_path().filename().string() + '/' + folder.filename().string(); }
  std::string file(const std::string& stem) const {
    const fs::path yaml = folder / (stem + ".yaml");
    return fs::exists(yaml) ? yaml.string() : (folder / (stem + ".sql")).string();
  }
};

fs::path fixtures() { return fs::path{PLUMB_SOURCE_DIR} / "fixtures"; }

std::vector<Case> cases_of(const std::string& kind) {
  std::vector<Case> cases;
  if (!fs::exists(fixtures() / kind)) return cases;
  for (const auto& entry : fs::directory_iterator{fixtures() / kind}) {
    if (!entry.is_directory()) continue;
    const std::string name = entry.path().filename().string();
    const auto dash = name.rfind('-');
    cases.push_back({entry.path(), dash == std::string::npos ? 0 : std::atoi(name.c_str() + dash + 1)});
  }
  std::ranges::sort(cases, {}, &Case::folder);
  return cases;
}

/// One case on one server: before, after, everything written down and read back, and before again.
void run_case(const Case& each, const Server& server, bool with_roles) {
  const TestDatabase database{server};
  const PrivateCache cache;
  const PrivateServers servers{server};
  const Folder written;
  // The files of a case say all there is, so that what they leave out has to go.
  const std::string all = written.write("all.yaml", "manages: database\n");
  const auto make = with_roles ? make_session_with_roles : make_session;
  Session before = make(database.url(), {each.file("before"), all});
  Session after = make(database.url(), {each.file("after"), all});
  bring_about(before);
  const std::string plan = bring_about(after);
  INFO(plan);
  CHECK(plan != "-- the way back\n");
  CHECK(differences(after) == "");
  for (const SchemaFormat format : {SchemaFormat::yaml, SchemaFormat::sql}) {
    const std::string text = after.inspect(format);
    INFO(text);
    const std::string file = written.write(format == SchemaFormat::yaml ? "found.yaml" : "found.sql", text);
    Session found = make(database.url(), {file, all});
    CHECK(differences(found) == "");
    CHECK(bring_about(found) == "-- the way back\n");
  }
  bring_about(before);
  CHECK(differences(before) == "");
}

/// The major versions to try all cases on.
std::vector<int> majors_in_full() {
  if (const char* major = std::getenv("PLUMB_MAJOR")) return {std::atoi(major)};
  if (std::getenv("PLUMB_FULL") != nullptr) return {14, 15, 16, 17, 18};
  return {};
}

/// Every case runs on one major version, or on all that know it.
void run_cases(Kind kind, const std::string& folder) {
  constexpr int usual = 15;
  const std::vector<int> all = majors_in_full();
  const bool full = !all.empty();
  const char* only = std::getenv("PLUMB_CASE");
  if (only != nullptr) REQUIRE_MESSAGE(fs::exists(fixtures() / only), "there is no case PLUMB_CASE=" << only);
  std::string absent;
  for (const int major : full ? all : std::vector{usual, 18}) {
    if (!has_server(major)) {
      absent += " " + std::to_string(major);
      continue;
    }
    for (const Case& each : cases_of(folder)) {
      const bool is_tried_before = !full && major > usual && each.since <= usual;
      if (each.since > major || is_tried_before || (only != nullptr && each.name() != only)) continue;
      CAPTURE(each.name());
      CAPTURE(major);
      CHECK(error_of([&] { run_case(each, shared_server(major), rules_for(kind).of_cluster); }) == "");
    }
  }
  if (!absent.empty()) say_skipped("not installed here: PostgreSQL" + absent);
}

}  // namespace

TEST_CASE("fixtures: every kind has a case of its own") {
#define KIND(kind) CHECK_MESSAGE(!cases_of(#kind).empty(), "there is no folder fixtures/" #kind "/<case>");
#include "schema/kinds.def"
#undef KIND
}

TEST_SUITE("live") {
#define KIND(kind)                                                                           \
  TEST_CASE("fixtures: the cases of " #kind " go there and back and are written and read") { \
    run_cases(Kind::kind, #kind);                                                            \
  }
#include "schema/kinds.def"
#undef KIND
}
