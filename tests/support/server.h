#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/postgres/installation.h"
#include "engine/postgres/server.h"

namespace plumb::tests {

/// The newest minor release of a major version that is installed here; nothing when there is none.
std::optional<Installation> server_installation(int major);

/// A server with pgvector and, when `fixtures/setup --tests` ran, with uuid-ossp.
std::optional<Installation> vector_installation();

bool has_server(int major);
void find_test_servers();  ///< where they are now; whoever asks later gets the same answer
bool has_vector_server();

/// One temporary server a major version (or with pgvector), started by its first use, stopped when the tests end.
const Server& shared_server(int major);
const Server& vector_server();

/// Says on a line of its own that a test case, or a part of it, had to be skipped: once a case, for `tests/run` counts
/// these lines and takes the case for skipped.
void say_skipped(std::string_view why);

/// An empty database of its own on a shared server, dropped at the end of the test.
class TestDatabase {
 public:
  explicit TestDatabase(const Server& server = any_server());
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& name() const { return name_; }
  std::string url() const { return server_.url(name_); }

 private:
  static const Server& any_server();  ///< of version 15 where there is one, else the newest

  const Server& server_;
  std::string name_;
};

}  // namespace plumb::tests
