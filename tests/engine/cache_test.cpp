#include "engine/cache.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/postgres/database.h"
#include "schema/fingerprint.h"
#include "tests/schema/file/written.h"
#include "tests/support/session.h"

using namespace plumb;
using namespace plumb::tests;

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_in(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    const bool is_stamp = entry.path().filename() == "cleaned";
    if (entry.is_regular_file() && !is_stamp) files.push_back(entry.path());
  }
  return files;
}

std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream{file, std::ios::binary}.rdbuf();
  return text.str();
}

void write(const fs::path& file, const std::string& text) { std::ofstream{file, std::ios::binary} << text; }

const Fingerprint key = Hasher{}.add("a key").finish();

}  // namespace

TEST_CASE("cache: what was stored is loaded, under its section and key alone") {
  const PrivateCache folder;
  const Cache cache;
  const std::string text{"one\ntwo\0three", 13};
  CHECK(!cache.load("section", key));
  cache.store("section", key, text);
  CHECK(cache.load("section", key) == text);
  CHECK(!cache.load("other", key));
  CHECK(!cache.load("section", Hasher{}.add("another key").finish()));
  cache.store("section", key, "");
  CHECK(cache.load("section", key) == "");
}

TEST_CASE("cache: nobody else may read what is kept") {
  const PrivateCache folder;
  Cache{}.store("section", key, "text");
  const auto files = files_in(folder.path());
  REQUIRE(files.size() == 1);
  CHECK(fs::status(files.front()).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("cache: what another build of plumb stored is not taken for one's own") {
  const PrivateCache folder;
  Cache{"an older build"}.store("section", key, "text");
  CHECK(!Cache{}.load("section", key));
  CHECK(Cache{"an older build"}.load("section", key) == "text");
}

TEST_CASE("cache: a file that was cut, changed or replaced is taken for missing") {
  const PrivateCache folder;
  const Cache cache;
  const std::string text = "what matters";
  cache.store("section", key, text);
  const auto files = files_in(folder.path());
  REQUIRE(files.size() == 1);
  const std::string whole = read(files.front());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write(files.front(), whole.substr(0, size));
    CHECK_MESSAGE(!cache.load("section", key), "cut to " << size << " bytes");
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    write(files.front(), changed);
    // The end of a line of the header may be any character.
    const auto loaded = cache.load("section", key);
    CHECK_MESSAGE((!loaded || *loaded == text), "changed at byte " << i);
  }
  write(files.front(), whole);
  CHECK(cache.load("section", key) == text);
}

TEST_CASE("cache: what was written a month ago goes once a day when something new is stored") {
  const PrivateCache folder;
  const Cache cache;
  cache.store("section", key, "old");
  const fs::path old = files_in(folder.path()).front();
  const auto now = fs::file_time_type::clock::now();
  fs::last_write_time(old, now - std::chrono::days{31});
  const Fingerprint other = Hasher{}.add("another key").finish();
  cache.store("section", other, "new");
  CHECK_MESSAGE(fs::exists(old), "it was looked for today");
  fs::last_write_time(old.parent_path() / "cleaned", now - std::chrono::hours{25});
  cache.store("section", other, "new");
  CHECK(!fs::exists(old));
  CHECK(cache.load("section", other) == "new");
}

TEST_CASE("cache: a folder in the place of an entry is taken for none") {
  const PrivateCache folder;
  const Cache cache;
  cache.store("section", key, "text");
  const fs::path entry = files_in(folder.path()).front();
  fs::remove(entry);
  fs::create_directory(entry);
  CHECK(!cache.load("section", key));
}

TEST_CASE("cache: a folder that cannot be written costs nothing but time") {
  const PrivateCache folder;
  write(fs::path{folder.path()} / "section", "a file where the folder should be");
  const Cache cache;
  cache.store("section", key, "text");
  CHECK(!cache.load("section", key));
}

TEST_SUITE("live") {
  TEST_CASE("cache: plans are equal with it, without it, and with all of it damaged") {
    const TestDatabase scratch;
    const PrivateCache folder;
    const Folder written;
    Database{scratch.url()}.run(R"(
        create table public.borrowed (id bigint primary key);
        create table public.t (status varchar(20), other integer);
        alter table public.t add constraint known check (status in ('a', 'b'));
        create view public.v as select status from public.t where status in ('x', 'y'))");
    const std::string file = written.write("schema.yaml", R"yaml(
tables:
  t:
    columns:
      status: varchar(20)
      other: {type: bigint, references: borrowed}
    checks: {known: "(status = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))"}
views: {v: "select status from t where status in ('x', 'y')"}
)yaml");
    const auto plan = [&] {
      Session session = make_session(scratch.url(), {file});
      return text_of(session.plan(session.compare()), session.symbols());
    };
    const std::string first = plan();
    CHECK(first.find("CHECK") == std::string::npos);
    const auto files = files_in(folder.path());
    REQUIRE(files.size() >= 2);
    CHECK(plan() == first);

    std::mt19937 random{7};
    const std::vector<std::function<std::string(std::string)>> damages{
        [](std::string text) { return text.substr(0, text.size() / 2); }, [](std::string) { return std::string{}; },
        [&](std::string text) {
          text[random() % text.size()] ^= 0x55;
          return text;
        },
        [](std::string text) { return text + text; }};
    for (const auto& damage : damages) {
      for (const fs::path& each : files_in(folder.path())) write(each, damage(read(each)));
      CHECK(plan() == first);
    }
    fs::remove_all(folder.path());
    CHECK(plan() == first);
  }

  TEST_CASE("cache: what is kept is not used when what it borrowed has changed") {
    const TestDatabase scratch;
    const PrivateCache folder;
    const Folder written;
    Database database{scratch.url()};
    database.run("create table public.borrowed (id bigint primary key, n integer)");
    const std::string file = written.write("schema.yaml", "views: {v: select n from borrowed}\n");
    bring_about(make_session(scratch.url(), {file}));
    CHECK(differences(make_session(scratch.url(), {file})) == "");
    database.run("drop view public.v");
    database.run("alter table public.borrowed alter column n type text");
    bring_about(make_session(scratch.url(), {file}));
    CHECK(database.value("select data_type from information_schema.columns where table_name = 'v'") == "text");
  }

  TEST_CASE("cache: what is kept is not used when what is around it has changed") {
    const TestDatabase scratch;
    const PrivateCache folder;
    const Folder written;
    Database database{scratch.url()};
    database.run(R"(
        create schema a;
        create table public.whole (i integer);
        create table public.found (i integer))");
    const std::string file = written.write("schema.sql", R"(
set search_path to a, public;
create view a.v as select * from whole;
create table a.l (like whole including all);
create view a.w as select i from found;
)");
    bring_about(make_session(scratch.url(), {file}));
    CHECK(differences(make_session(scratch.url(), {file})) == "");
    database.run("alter table public.whole add j integer");
    const std::string more = differences(make_session(scratch.url(), {file}));
    CHECK(more.find("column a.l.j is missing") != std::string::npos);
    CHECK(more.find("view a.v") != std::string::npos);
    bring_about(make_session(scratch.url(), {file}));
    database.run("create table a.found (i integer)");
    CHECK(differences(make_session(scratch.url(), {file})).find("view a.w") != std::string::npos);
  }

  TEST_CASE("cache: which statements stand in one file is part of what they mean") {
    const TestDatabase scratch;
    const PrivateCache folder;
    const Folder written;
    const std::string first = written.write("a.sql", "create schema x; set search_path to x;");
    const std::string second = written.write("b.sql", "create table t (i integer);");
    CHECK(differences(make_session(scratch.url(), {first, second})).find("public.t") != std::string::npos);
    const std::string both =
        written.write("a.sql", "create schema x; set search_path to x; create table t (i integer);");
    CHECK(differences(make_session(scratch.url(), {both})).find("x.t") != std::string::npos);
  }
}
