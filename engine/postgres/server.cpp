#include "engine/postgres/server.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "engine/postgres/folders.h"
#include "engine/postgres/process.h"
#include "engine/postgres/template_data.h"
#include "engine/postgres/watch.h"
#include "schema/error.h"

namespace plumb {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view port = "5432";

/// The lines of postmaster.pid that matter here.
struct ServingNote {
  pid_t process = 0;
  std::string sockets;  ///< folder
  std::string port;
  bool ready = false;
};

ServingNote read_note(const std::string& data) {
  const std::string text = read_file(data + "/postmaster.pid");
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  lines.resize(8);
  return {.process = std::atoi(lines[0].c_str()),
          .sockets = lines[4],
          .port = lines[3],
          .ready = lines[7].starts_with("ready")};
}

std::string last_lines(const std::string& path) {
  const std::string text = read_file(path);
  std::size_t at = text.size();
  for (int lines = 0; lines < 11 && at != std::string::npos && at > 0; ++lines) at = text.rfind('\n', at - 1);
  return at == std::string::npos ? text : text.substr(at);
}

/// The status line of postmaster.pid says "ready" the moment that connections are accepted.
void wait_until_ready(WatchedServer& server, const std::string& data, const std::string& log,
                      std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const ServingNote note = read_note(data);
    if (note.ready && note.process == server.process()) return;
    const bool ended = server.has_ended();
    if (ended || std::chrono::steady_clock::now() > deadline) {
      throw DatabaseError{std::string{"the private PostgreSQL server in "} + data +
                          (ended ? " did not start" : " is not ready yet; giving up") + ". Its log ends:\n" +
                          last_lines(log)};
    }
    std::this_thread::sleep_for(2ms);
  }
}

std::string connection_value(std::string_view text) {
  std::string result = "'";
  for (const char letter : text) {
    if (letter == '\'' || letter == '\\') result += '\\';
    result += letter;
  }
  return result + "'";
}

std::vector<std::string> server_command(const Installation& installation, const std::string& data,
                                        const std::string& sockets) {
  return {installation.bin + "/postgres", "-D", data, "-k", sockets, "-p", std::string{port}};
}

/// The folder itself, unless a socket's path in it would be too long for the kernel (107 bytes).
std::string socket_folder(const std::string& folder, const Account* account) {
  if (folder.size() < 85 && folder.find(',') == std::string::npos) return folder;
  std::string other = "/tmp/.plumb-socket-" + std::to_string(std::hash<std::string>{}(folder));
  make_owned_folder(other, account);
  return other;
}

void check_version(const Installation& installation, const std::string& folder) {
  const int made_with = major_version_at(folder);
  if (made_with == 0 || made_with == installation.major()) return;
  throw DatabaseError{folder + " was made with PostgreSQL " + std::to_string(made_with) +
                      " and cannot be opened with " + std::to_string(installation.major())};
}

void check_access(const fs::path& parent, const Account* account) {
  if (account == nullptr || can_enter(parent, account)) return;
  throw DatabaseError{"the user " + account->name +
                      ", who runs the server when plumb is started by root, cannot enter " + parent.string() +
                      ": let others enter it and the folders around it (chmod o+x), or choose another one"};
}

/// Makes the data in `folder` where there is none.
void prepare(const Installation& installation, const std::string& folder, const Account* account) {
  if (major_version_at(folder) != 0) return;
  for (const auto& entry : fs::directory_iterator{folder}) {
    const std::string name = entry.path().filename();
    if (name != "plumb.lock" && name != "data.new") {
      throw DatabaseError{folder + " holds no plumb server and is not empty; name an empty or a new folder"};
    }
  }
  fs::remove_all(folder + "/data.new");
  make_lasting_data(installation, folder + "/data.new", account);
  fs::rename(folder + "/data.new", folder + "/data");
}

}  // namespace

struct Server::State {
  Installation installation;
  std::string folder;
  std::string sockets;
  std::string port;
  std::optional<PrivateFolder> private_folder;
  std::optional<FileLock> use;           ///< held while this process uses a lasting server
  std::optional<WatchedServer> watched;  ///< empty when another process started it; goes first

  State() = default;
  State(State&&) = delete;
  ~State();

  std::string data() const { return folder + "/data"; }
  std::string log() const { return folder + "/server.log"; }
  void start(int stop_signal, const std::string& wait_for, const std::string& remove, std::chrono::seconds patience);
  bool join();
};

/// The watcher stops a lasting server when its last user has gone; while there are others, nobody waits for that.
Server::State::~State() {
  if (!use) return;
  const bool last = use->try_take(FileLock::Mode::exclusive);
  use->release();
  if (watched && !last) watched->leave_to_watcher();
}

void Server::State::start(int stop_signal, const std::string& wait_for, const std::string& remove,
                          std::chrono::seconds patience) {
  port = plumb::port;
  watched.emplace(server_command(installation, data(), sockets), WatchOptions{.account = server_account(),
                                                                              .log = log(),
                                                                              .stop_signal = stop_signal,
                                                                              .wait_for = wait_for,
                                                                              .remove = remove});
  wait_until_ready(*watched, data(), log(), patience);
}

/// Uses a server that another process started; false when none runs.
bool Server::State::join() {
  const pid_t process = serving_process(data());
  if (process == 0) return false;
  ServingNote note = read_note(data());
  while (!note.ready && serving_process(data()) == process) {
    std::this_thread::sleep_for(5ms);
    note = read_note(data());
  }
  sockets = note.sockets;
  port = note.port;
  return note.ready;
}

Server::Server(std::unique_ptr<State> state) : state_{std::move(state)} {}
Server::Server(Server&& other) noexcept = default;
Server& Server::operator=(Server&& other) noexcept = default;

Server::~Server() = default;

Server Server::temporary(const Installation& installation) {
  const Account* account = server_account();
  remove_leftovers(account);
  auto state = std::make_unique<State>();
  state->installation = installation;
  state->private_folder.emplace(account);
  state->folder = state->sockets = state->private_folder->path();
  copy_template_data(installation, state->data(), account);
  state->start(SIGQUIT, "", state->folder, 60s);
  return Server{std::move(state)};
}

Server Server::at(const Installation& installation, const std::string& folder) {
  const Account* account = server_account();
  auto state = std::make_unique<State>();
  state->installation = installation;
  std::error_code fault;
  const fs::path absolute = fs::weakly_canonical(fs::absolute(folder), fault);
  state->folder = absolute.has_filename() ? absolute : absolute.parent_path();  // "folder/" is "folder"
  const fs::path parent = fs::path{state->folder}.parent_path();
  fs::create_directories(parent, fault);
  check_access(parent, account);
  make_owned_folder(state->folder, account);
  check_version(installation, state->folder);

  // Whoever uses the server holds the lock together with others; whoever starts or stops it holds it alone.
  const std::string lock_path = state->folder + "/plumb.lock";
  state->use.emplace(lock_path);
  for (;;) {
    const bool alone = state->use->try_take(FileLock::Mode::exclusive);
    if (!alone) state->use->take(FileLock::Mode::shared);
    if (state->join()) {
      if (!alone) break;
      // To share a lock that was held alone is to let go of it first (flock(2)): a watcher that waited for it may have
      // stopped the server in between.
      state->use->take(FileLock::Mode::shared);
      if (state->join()) break;
    } else if (alone) {
      prepare(installation, state->folder, account);
      state->sockets = socket_folder(state->folder, account);
      state->start(SIGINT, lock_path, state->sockets == state->folder ? "" : state->sockets, 600s);
      state->use->take(FileLock::Mode::shared);
      break;
    }
    state->use->release();
  }
  return Server{std::move(state)};
}

std::string Server::url(std::string_view database, std::string_view user) const {
  return "host=" + connection_value(state_->sockets) + " port=" + state_->port + " user=" + connection_value(user) +
         " dbname=" + connection_value(database);
}

const std::string& Server::folder() const { return state_->folder; }
const Installation& Server::installation() const { return state_->installation; }

int major_version_at(const std::string& folder) { return std::atoi(read_file(folder + "/data/PG_VERSION").c_str()); }

}  // namespace plumb
