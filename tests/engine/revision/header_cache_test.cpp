#include "engine/revision/header_cache.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

std::string header(const std::string& id, const std::string& more = "") {
  return fmt::format("-- revision: {}\n-- revises: p1, p2\n{}\n-- plumb: upgrade\n", id, more);
}

/// A folder that is large enough for its headers to be kept.
class Revisions {
 public:
  Revisions() {
    for (std::size_t i = 0; i < HeaderCache::worthwhile; ++i) {
      paths_.push_back(folder_.write(fmt::format("{:04}.sql", i), header(fmt::format("r{:04}", i))));
    }
  }

  const std::string& path(std::size_t i) const { return paths_[i]; }
  void write(std::size_t i, const std::string& text) { folder_.write(fmt::format("{:04}.sql", i), text); }

  /// As a run of plumb some seconds from now reads it.
  std::vector<Revision> load(int seconds) const {
    HeaderCache headers{paths_, std::chrono::system_clock::now() + std::chrono::seconds{seconds}};
    std::vector<Revision> revisions;
    for (const std::string& path : paths_) revisions.push_back(headers.read(path));
    headers.store(revisions);
    return revisions;
  }

 private:
  Folder folder_;
  std::vector<std::string> paths_;
};

bool is_kept(const PrivateCache& cache) { return std::filesystem::exists(cache.path() + "/revisions"); }

}  // namespace

TEST_CASE("headers of revisions: what was kept is what was read") {
  const PrivateCache cache;
  Revisions revisions;
  revisions.write(7, header("r0007",
                            "-- depends_on: d\n-- branch_labels: l, m\n-- created: 2026-11-22T18:30:00Z\n"
                            "-- message: one\n--   two\n-- from: ab\n-- to: cd\n-- parent: p1 0f\n"
                            "-- replaces: q 1e\n"));
  revisions.load(10);
  REQUIRE(is_kept(cache));
  const Revision revision = revisions.load(20)[7];
  CHECK(revision.id == "r0007");
  CHECK(revision.down == std::vector<std::string>{"p1", "p2"});
  CHECK(revision.depends_on == std::vector<std::string>{"d"});
  CHECK(revision.labels == std::vector<std::string>{"l", "m"});
  CHECK(revision.created == "2026-11-22T18:30:00Z");
  CHECK(revision.message == "one\ntwo");
  CHECK(revision.from == "ab");
  CHECK(revision.to == "cd");
  CHECK(revision.path == revisions.path(7));
  CHECK(revision.parent_hashes == std::map<std::string, std::string>{{"p1", "0f"}});
  CHECK(revision.replaced == std::map<std::string, std::string>{{"q", "1e"}});
}

TEST_CASE("headers of revisions: a file that changed is read again, also when its size and its date are the same") {
  const PrivateCache cache;
  Revisions revisions;
  revisions.load(10);
  const auto date = std::filesystem::last_write_time(revisions.path(3));
  revisions.write(3, header("s0003"));
  std::filesystem::last_write_time(revisions.path(3), date);
  CHECK(revisions.load(20)[3].id == "s0003");
}

TEST_CASE("headers of revisions: what has only just been written is not kept") {
  const PrivateCache cache;
  const Revisions revisions;
  revisions.load(0);
  CHECK_FALSE(is_kept(cache));
}

TEST_CASE("headers of revisions: a fault is told in every run") {
  const PrivateCache cache;
  Revisions revisions;
  revisions.load(10);
  revisions.write(5, "select 1;\n");
  for (int seconds : {20, 30}) CHECK_THROWS_AS(revisions.load(seconds), DeclarationError);
}

TEST_CASE("headers of revisions: a damaged cache changes nothing") {
  const PrivateCache cache;
  const Revisions revisions;
  revisions.load(10);
  for (const auto& entry : std::filesystem::directory_iterator{cache.path() + "/revisions"}) {
    std::filesystem::resize_file(entry.path(), std::filesystem::file_size(entry.path()) / 2);
  }
  CHECK(revisions.load(20)[499].id == "r0499");
}
