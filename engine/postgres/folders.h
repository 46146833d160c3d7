#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

namespace plumb {

struct Account;

/// An advisory lock on a file, held until it goes away or its process ends.
class FileLock {
 public:
  enum class Mode { shared, exclusive };

  explicit FileLock(const std::string& path);  ///< opens or creates the file; takes no lock yet
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

  void take(Mode mode);      ///< waits; changes the mode of a lock that is already held
  bool try_take(Mode mode);  ///< false when another process is in the way
  void release();

 private:
  int file_ = -1;
};

/// A folder of its own for one server, with a short path, that goes away with all that is in it.
/// Its name carries plumb's pid; a lock inside says whether that plumb still lives.
class PrivateFolder {
 public:
  explicit PrivateFolder(const Account* owner);
  PrivateFolder(PrivateFolder&&) noexcept = default;
  PrivateFolder& operator=(PrivateFolder&&) = delete;
  ~PrivateFolder();

  const std::string& path() const { return path_; }

 private:
  struct Made;
  explicit PrivateFolder(Made made);
  static Made make(const Account* owner);

  std::string path_;
  FileLock lock_;
};

/// Stops and removes what plumbs that were killed left behind: their private folders and the servers in them.
void remove_leftovers(const Account* owner);

/// The process that serves the data folder `data`, read from its postmaster.pid; 0 when none does.
pid_t serving_process(const std::string& data);

/// Copies a folder with all that is in it, readable to `owner` alone. `to` must not exist. Throws a DatabaseError.
void copy_folder(const std::string& from, const std::string& to, const Account* owner);

/// Makes a folder that only `owner` may enter; fine when it exists and is the owner's. Throws a DatabaseError.
void make_owned_folder(const std::string& path, const Account* owner);

void write_file(const std::string& path, std::string_view text, const Account* owner);  ///< throws a DatabaseError
std::string read_file(const std::string& path);                                         ///< empty when there is none

}  // namespace plumb
