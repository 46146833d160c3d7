#include "engine/postgres/server.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "engine/postgres/database.h"
#include "engine/postgres/folders.h"
#include "engine/postgres/process.h"
#include "schema/error.h"
#include "tests/support/server.h"

namespace plumb {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

Installation any_installation() {
  const auto found = find_installations();
  REQUIRE_MESSAGE(!found.empty(), "no PostgreSQL server is installed here; run fixtures/setup");
  return found.back();
}

/// A folder for a lasting server, outside the home folder of root.
struct Place {
  std::string parent = [] {
    std::string pattern = "/tmp/plumb_test_XXXXXX";
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    ::chmod(pattern.c_str(), 0755);
    return pattern;
  }();
  std::string folder = parent + "/server";
  ~Place() { fs::remove_all(parent); }
};

template <typename Condition>
bool soon(Condition condition) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

/// A process that has a server open, and waits to be killed.
struct OtherProcess {
  pid_t process = 0;
  std::string url;

  template <typename Open>
  explicit OtherProcess(Open open) {
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    process = ::fork();
    if (process == 0) {
      try {
        const Server server = open();
        const std::string mine = server.url();
        if (::write(pipe[1], mine.data(), mine.size()) > 0) {
          ::close(pipe[1]);
          for (;;) ::pause();
        }
      } catch (const Error&) {
      }
      ::_exit(1);
    }
    ::close(pipe[1]);
    std::array<char, 1024> text{};
    for (ssize_t size = 0; (size = ::read(pipe[0], text.data(), text.size())) > 0;) {
      url.append(text.data(), static_cast<std::size_t>(size));
    }
    ::close(pipe[0]);
  }
  ~OtherProcess() { kill(); }

  void kill() {
    if (process <= 0) return;
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
    process = 0;
  }
  std::string folder() const { return url.substr(6, url.find('\'', 6) - 6); }
};

/// Throws away what `action` gives and returns the DatabaseError's message.
template <typename Action>
std::string fault_of(Action action) {
  try {
    action();
  } catch (const DatabaseError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_SUITE("live") {
  TEST_CASE("server: a temporary server answers, and its folder is gone afterwards") {
    std::string folder;
    {
      const Server server = Server::temporary(any_installation());
      folder = server.folder();
      CHECK(Database{server.url()}.value("SHOW fsync") == "off");
      CHECK(Database{server.url()}.value("SHOW listen_addresses").empty());
      CHECK(fs::exists(folder));
      CHECK((fs::status(folder).permissions() & fs::perms{0077}) == fs::perms::none);
    }
    CHECK(!fs::exists(folder));
  }

  TEST_CASE("server: each installed major version starts and clones template0") {
    std::string absent;
    for (const int major : {14, 15, 16, 17, 18}) {
      if (!tests::has_server(major)) {
        absent += " " + std::to_string(major);
        continue;
      }
      const tests::TestDatabase database{tests::shared_server(major)};
      CHECK(Database{database.url()}.version() / 10000 == major);
      CHECK(Database{database.url()}.value("SELECT current_database()") == database.name());
    }
    if (!absent.empty()) tests::say_skipped("not installed here: PostgreSQL" + absent);
  }

  TEST_CASE("server: pgvector builds an ivfflat index") {
    if (!tests::has_vector_server()) {
      tests::say_skipped("no server with pgvector here");
      return;
    }
    const tests::TestDatabase scratch{tests::vector_server()};
    Database database{scratch.url()};
    database.run("CREATE EXTENSION vector SCHEMA public");
    database.run("CREATE TABLE public.item (place public.vector(3))");
    database.run("CREATE INDEX ON public.item USING ivfflat (place public.vector_cosine_ops) WITH (lists = 1)");
    CHECK(database.value("SELECT count(*) FROM pg_index WHERE indrelid = 'public.item'::regclass") == "1");
  }

  TEST_CASE("server: a temporary server and its folder go when plumb is killed") {
    OtherProcess other{[] { return Server::temporary(any_installation()); }};
    REQUIRE(!other.url.empty());
    const pid_t postmaster = serving_process(other.folder() + "/data");
    REQUIRE(postmaster > 0);
    other.kill();
    CHECK(soon([&] { return ::kill(postmaster, 0) != 0; }));
    CHECK(soon([&] { return !fs::exists(other.folder()); }));
  }

  TEST_CASE("server: what a dead plumb left behind goes with the next start") {
    std::string left = "/tmp/plumb-999999-XXXXXX";
    REQUIRE(::mkdtemp(left.data()) != nullptr);
    fs::remove(left);
    make_owned_folder(left, server_account());
    write_file(left + "/lock", "", server_account());
    fs::create_directory(left + "/data");
    remove_leftovers(server_account());
    CHECK(!fs::exists(left));
  }

  TEST_CASE("server: folders of people that are called alike are no leftovers") {
    std::string unlocked = "/tmp/plumb-999999-XXXXXX";
    REQUIRE(::mkdtemp(unlocked.data()) != nullptr);
    const std::string work = "/tmp/plumb-work-" + std::to_string(::getpid());
    for (const std::string& folder : {work, unlocked}) {
      fs::remove(folder);
      make_owned_folder(folder, server_account());
      write_file(folder + "/schema.yaml", "tables: {}", server_account());
      fs::last_write_time(folder, fs::file_time_type::clock::now() - std::chrono::minutes{5});
    }
    write_file(work + "/lock", "", server_account());
    remove_leftovers(server_account());
    for (const std::string& folder : {work, unlocked}) {
      CHECK(fs::exists(folder + "/schema.yaml"));
      fs::remove_all(folder);
    }
  }

  TEST_CASE("server: the folder of a living plumb is no leftover") {
    const PrivateFolder mine{server_account()};
    OtherProcess other{[] { return Server::temporary(any_installation()); }};
    CHECK(!other.url.empty());
    CHECK(fs::exists(mine.path()));
  }

  TEST_CASE("server: a lasting server keeps its data from one start to the next") {
    const Place place;
    const Installation installation = any_installation();
    {
      const Server server = Server::at(installation, place.folder);
      Database database{server.url()};
      database.run("CREATE TABLE public.kept AS SELECT 42 AS answer");
      CHECK(database.value("SHOW fsync") == "on");
    }
    CHECK(serving_process(place.folder + "/data") == 0);
    CHECK(major_version_at(place.folder) == installation.major());
    const Server again = Server::at(installation, place.folder);
    CHECK(Database{again.url()}.value("SELECT answer FROM public.kept") == "42");
  }

  TEST_CASE("server: a second process joins the lasting server, which stays until its last user has gone") {
    const Place place;
    const Installation installation = any_installation();
    OtherProcess starter{[&] { return Server::at(installation, place.folder); }};
    REQUIRE(!starter.url.empty());
    {
      const Server joined = Server::at(installation, place.folder);
      CHECK(joined.url() == starter.url);
      starter.kill();
      std::this_thread::sleep_for(200ms);
      CHECK(Database{joined.url()}.value("SELECT 1") == "1");
    }
    CHECK(soon([&] { return serving_process(place.folder + "/data") == 0; }));
  }

  TEST_CASE("server: who comes while a lasting server is being stopped finds one that runs") {
    const Place place;
    const Installation installation = any_installation();
    for (int round = 0; round < 20; ++round) {
      OtherProcess starter{[&] { return Server::at(installation, place.folder); }};
      REQUIRE(!starter.url.empty());
      starter.kill();
      std::this_thread::sleep_for(std::chrono::microseconds{round * 100});
      const Server mine = Server::at(installation, place.folder);
      CHECK(fault_of([&] { Database{mine.url()}.run("SELECT 1"); }).empty());
    }
  }

  TEST_CASE("server: a lasting server in a folder with a long path has its socket elsewhere") {
    const Place place;
    const Server server = Server::at(any_installation(), place.parent + "/" + std::string(120, 'x'));
    CHECK(Database{server.url()}.value("SELECT 1") == "1");
  }

  TEST_CASE("server: a folder with other things in it is left alone") {
    const Place place;
    make_owned_folder(place.folder, server_account());
    write_file(place.folder + "/letter.txt", "dear", server_account());
    CHECK(fault_of([&] { Server::at(any_installation(), place.folder); }).find("is not empty") != std::string::npos);
    CHECK(read_file(place.folder + "/letter.txt") == "dear");
  }

  TEST_CASE("server: data of another major version is not touched") {
    const Place place;
    make_owned_folder(place.folder, server_account());
    make_owned_folder(place.folder + "/data", server_account());
    write_file(place.folder + "/data/PG_VERSION", "9\n", server_account());
    CHECK(fault_of([&] { Server::at(any_installation(), place.folder); }).find("was made with PostgreSQL 9") !=
          std::string::npos);
  }

  TEST_CASE("server: a server that does not start shows the end of its log") {
    const Place place;
    const Installation installation = any_installation();
    { const Server server = Server::at(installation, place.folder); }
    write_file(place.folder + "/data/postgresql.conf", "max_connections = nonsense\n", server_account());
    const std::string fault = fault_of([&] { Server::at(installation, place.folder); });
    CHECK(fault.find("did not start") != std::string::npos);
    CHECK(fault.find("nonsense") != std::string::npos);
  }
}

TEST_CASE("installation: a major version that is not here says what to install") {
  const std::string fault = fault_of([] { choose_installation(990000, {}); });
  CHECK(fault.find("no PostgreSQL 99 server") != std::string::npos);
  CHECK(fault.find("apt-get install postgresql-99") != std::string::npos);
}

TEST_CASE("installation: an extension that is not here is named") {
  const auto found = find_installations();
  if (found.empty()) {
    tests::say_skipped("no PostgreSQL here");
    return;
  }
  const std::vector<std::string> wanted{"no_such_extension"};
  const std::string fault = fault_of([&] { choose_installation(found.front().version, wanted); });
  CHECK(fault.find("no_such_extension") != std::string::npos);
}

TEST_CASE("installation: the nearest minor release is chosen") {
  const auto found = find_installations();
  for (const auto& one : found) CHECK(choose_installation(one.version, {}).version == one.version);
}

}  // namespace plumb
