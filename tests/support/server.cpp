#include "tests/support/server.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "engine/postgres/database.h"
#include "schema/sql.h"

namespace plumb::tests {

namespace {

const std::vector<Installation>& installations() {
  static const std::vector<Installation> found = find_installations();
  return found;
}

/// Lets the server's sessions load the provider of security labels that tests/support/label_provider.c is.
void provide_labels(const Server& server) {
  namespace fs = std::filesystem;
  const std::string module = "label_provider_" + std::to_string(server.installation().major()) + ".so";
  const fs::path built = fs::path{PLUMB_MODULE_DIR} / module;
  if (!fs::exists(built)) return;
  const fs::path copied = fs::path{server.folder()} / module;  // where the server's user may read it
  fs::copy_file(built, copied);
  Database{server.url()}.run("alter role postgres set session_preload_libraries = " + quote_literal(copied.string()));
}

const Server& started(const std::optional<Installation>& installation, const std::string& wanted) {
  static std::map<std::string, Server> servers;
  if (!installation) throw std::runtime_error{"no " + wanted + " is installed here; run fixtures/setup --tests"};
  auto place = servers.find(installation->bin);
  if (place == servers.end()) {
    place = servers.emplace(installation->bin, Server::temporary(*installation)).first;
    provide_labels(place->second);
  }
  return place->second;
}

}  // namespace

std::optional<Installation> server_installation(int major) {
  const auto place = std::ranges::find(installations(), major, &Installation::major);
  return place == installations().end() ? std::nullopt : std::optional{*place};
}

std::optional<Installation> vector_installation() {
  std::optional<Installation> best;
  for (const auto& one : installations()) {
    if (!one.has_extension("vector")) continue;
    if (!best || (!best->has_extension("uuid-ossp") && one.has_extension("uuid-ossp"))) best = one;
  }
  return best;
}

bool has_server(int major) { return server_installation(major).has_value(); }
void find_test_servers() { installations(); }
bool has_vector_server() { return vector_installation().has_value(); }

const Server& shared_server(int major) {
  return started(server_installation(major), "PostgreSQL " + std::to_string(major));
}
const Server& vector_server() { return started(vector_installation(), "PostgreSQL with pgvector"); }

void say_skipped(std::string_view why) {
  std::printf("skipped: %.*s\n", static_cast<int>(why.size()), why.data());
  std::fflush(stdout);
}

const Server& TestDatabase::any_server() {
  return shared_server(has_server(15) || installations().empty() ? 15 : installations().front().major());
}

TestDatabase::TestDatabase(const Server& server) : server_{server} {
  static int count = 0;
  name_ = "test_" + std::to_string(++count);
  Database{server_.url()}.run("CREATE DATABASE " + name_ + " TEMPLATE template0");
}

TestDatabase::~TestDatabase() {
  try {
    std::string subscriptions;  // with them PostgreSQL drops no database
    Database{url()}.each_row(R"(
      select pg_catalog.format('alter subscription %1$I disable; '
                               'alter subscription %1$I set (slot_name = none); drop subscription %1$I; ', s.subname)
        from pg_catalog.pg_subscription s
        join pg_catalog.pg_database d on d.oid = s.subdbid
       where d.datname = pg_catalog.current_database())",
                             [&](Row row) { subscriptions += *row[0]; });
    if (!subscriptions.empty()) Database{url()}.run(subscriptions);
    Database{server_.url()}.run("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cannot drop %s: %s\n", name_.c_str(), error.what());
  }
}

}  // namespace plumb::tests
