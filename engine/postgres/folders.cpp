#include "engine/postgres/folders.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "engine/postgres/process.h"
#include "schema/error.h"

namespace plumb {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* memory_folder = "/dev/shm";
constexpr const char* disk_folder = "/tmp";
constexpr std::string_view folder_prefix = "plumb-";
constexpr std::string_view random_letters = "XXXXXX";  ///< what mkdtemp puts others in place of

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw DatabaseError{what + " " + path + ": " + std::strerror(errno)};
}

uid_t user_of(const Account* owner) { return owner == nullptr ? ::geteuid() : owner->user; }

void give_to(int file, const std::string& path, const Account* owner) {
  if (owner != nullptr && ::fchown(file, owner->user, owner->group) != 0) fail("cannot change the owner of", path);
}

/// Creating a data folder's 700 files takes a tenth of the time in memory; but a container's 64 MB of it is no place
/// for a database.
const char* roomy_folder() {
  constexpr std::uintmax_t enough = std::uintmax_t{4} << 30;
  struct statvfs facts {};
  if (::statvfs(memory_folder, &facts) != 0 || ::access(memory_folder, W_OK | X_OK) != 0) return disk_folder;
  return std::uintmax_t{facts.f_bavail} * facts.f_frsize >= enough ? memory_folder : disk_folder;
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_{number} {}
  ~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

/// A file system that can share blocks between files does; the others copy.
bool copy_content(const FileDescriptor& source, const FileDescriptor& target) {
  struct stat facts {};
  if (::fstat(source.number(), &facts) != 0) return false;
  if (facts.st_size == 0 || ::ioctl(target.number(), FICLONE, source.number()) == 0) return true;
  off_t copied = 0;
  while (copied < facts.st_size) {
    const auto left = static_cast<std::size_t>(facts.st_size - copied);
    if (::sendfile(target.number(), source.number(), &copied, left) <= 0) return false;
  }
  return true;
}

void copy_file(const std::string& from, const std::string& to, const Account* owner) {
  const FileDescriptor source{::open(from.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!source.is_open()) fail("cannot read", from);
  FileDescriptor target{::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!target.is_open() || !copy_content(source, target)) fail("cannot write", to);
  give_to(target.number(), to, owner);
  if (!target.close()) fail("cannot write", to);
}

void remove_folder(const std::string& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

/// Stops a server whose plumb is dead. Its working folder proves that the process is that server.
void stop_orphan(const std::string& data) {
  const pid_t server = serving_process(data);
  if (server == 0) return;
  ::kill(server, SIGQUIT);
  for (int tries = 0; tries < 500 && serving_process(data) == server; ++tries) std::this_thread::sleep_for(10ms);
}

/// "plumb-1234-a1B2c3", as `PrivateFolder::make` calls them. People call their folders plumb-something, too.
bool is_private_name(std::string_view name) {
  if (!name.starts_with(folder_prefix)) return false;
  name.remove_prefix(folder_prefix.size());
  const std::size_t dash = name.find('-');
  if (dash == std::string_view::npos || dash == 0 || name.size() - dash - 1 != random_letters.size()) return false;
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  const auto is_letter = [](unsigned char c) { return std::isalnum(c) != 0; };
  return std::ranges::all_of(name.substr(0, dash), is_digit) && std::ranges::all_of(name.substr(dash + 1), is_letter);
}

void remove_if_left_behind(const std::string& path, const Account* owner) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode) || facts.st_uid != user_of(owner)) return;
  const std::string lock_path = path + "/lock";
  if (::access(lock_path.c_str(), F_OK) != 0) {
    // Another plumb may be between making its folder and locking it, and nothing is in it before.
    if (std::time(nullptr) - facts.st_mtime > 60) ::rmdir(path.c_str());
    return;
  }
  FileLock lock{lock_path};
  if (!lock.try_take(FileLock::Mode::exclusive)) return;
  stop_orphan(path + "/data");
  remove_folder(path);
}

}  // namespace

FileLock::FileLock(const std::string& path) : file_{::open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0644)} {
  if (file_ < 0) fail("cannot open the lock file", path);
}
FileLock::FileLock(FileLock&& other) noexcept : file_{std::exchange(other.file_, -1)} {}
FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}
FileLock::~FileLock() {
  if (file_ >= 0) ::close(file_);
}

void FileLock::take(Mode mode) {
  while (::flock(file_, mode == Mode::shared ? LOCK_SH : LOCK_EX) != 0 && errno == EINTR) continue;
}
bool FileLock::try_take(Mode mode) { return ::flock(file_, (mode == Mode::shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0; }
void FileLock::release() { ::flock(file_, LOCK_UN); }

struct PrivateFolder::Made {
  std::string path;
  FileLock lock;
};

PrivateFolder::Made PrivateFolder::make(const Account* owner) {
  for (;;) {
    std::string path = std::string{roomy_folder()} + "/" + std::string{folder_prefix} + std::to_string(::getpid()) +
                       "-" + std::string{random_letters};
    if (::mkdtemp(path.data()) == nullptr) fail("cannot make the folder", path);
    if (owner != nullptr && ::chown(path.c_str(), owner->user, owner->group) != 0) fail("cannot hand over", path);
    const std::string lock_path = path + "/lock";
    FileLock lock{lock_path};
    // Another plumb that looks for leftovers may have been quicker; then its removal stands, and a new folder is made.
    if (lock.try_take(FileLock::Mode::exclusive) && ::access(lock_path.c_str(), F_OK) == 0) {
      return {std::move(path), std::move(lock)};
    }
  }
}

PrivateFolder::PrivateFolder(const Account* owner) : PrivateFolder{make(owner)} {}
PrivateFolder::PrivateFolder(Made made) : path_{std::move(made.path)}, lock_{std::move(made.lock)} {}
PrivateFolder::~PrivateFolder() {
  if (!path_.empty()) remove_folder(path_);
}

void remove_leftovers(const Account* owner) {
  for (const char* parent : {memory_folder, disk_folder}) {
    std::error_code ignored;
    for (fs::directory_iterator entry{parent, ignored}, end; entry != end; entry.increment(ignored)) {
      if (is_private_name(entry->path().filename().string())) remove_if_left_behind(entry->path(), owner);
    }
  }
}

pid_t serving_process(const std::string& data) {
  const pid_t process = std::atoi(read_file(data + "/postmaster.pid").c_str());
  if (process <= 0) return 0;
  std::error_code unknown;
  const fs::path works_in = fs::read_symlink("/proc/" + std::to_string(process) + "/cwd", unknown);
  return !unknown && works_in == fs::weakly_canonical(data, unknown) ? process : 0;
}

void copy_folder(const std::string& from, const std::string& to, const Account* owner) {
  make_owned_folder(to, owner);
  std::error_code fault;
  fs::directory_iterator entry{from, fault};
  for (; !fault && entry != fs::directory_iterator{}; entry.increment(fault)) {
    const std::string name = entry->path().filename();
    if (entry->is_directory(fault)) {
      copy_folder(entry->path(), to + "/" + name, owner);
    } else {
      copy_file(entry->path(), to + "/" + name, owner);
    }
  }
  if (fault) throw DatabaseError{"cannot read " + from + ": " + fault.message()};
}

void make_owned_folder(const std::string& path, const Account* owner) {
  const bool made = ::mkdir(path.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) fail("cannot make the folder", path);
  if (made && owner != nullptr && ::chown(path.c_str(), owner->user, owner->group) != 0) fail("cannot hand over", path);
  struct stat facts {};
  if (!made && (::lstat(path.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode) || facts.st_uid != user_of(owner))) {
    throw DatabaseError{path + " belongs to somebody else; remove it or choose another place"};
  }
}

void write_file(const std::string& path, std::string_view text, const Account* owner) {
  FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!file.is_open()) fail("cannot write", path);
  give_to(file.number(), path, owner);
  const bool written = ::write(file.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (!written || !file.close()) fail("cannot write", path);
}

std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace plumb
