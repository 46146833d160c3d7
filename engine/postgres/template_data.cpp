#include "engine/postgres/template_data.h"

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <sys/stat.h>
#include <vector>

#include "engine/postgres/folders.h"
#include "engine/postgres/installation.h"
#include "engine/postgres/process.h"
#include "schema/error.h"

namespace plumb {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view common_settings = R"(listen_addresses = ''
lc_messages = 'C'
timezone = 'UTC'
log_timezone = 'UTC'
huge_pages = off
jit = off
max_connections = 40
max_locks_per_transaction = 1024
)";

/// Nothing here must survive a crash, so nothing waits for the disk, and no process tidies up behind.
constexpr std::string_view throwaway_settings = R"(fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
min_wal_size = '2MB'
max_wal_size = '256MB'
checkpoint_timeout = '1h'
shared_buffers = '32MB'
maintenance_work_mem = '16MB'
dynamic_shared_memory_type = mmap
autovacuum = off
max_worker_processes = 0
max_parallel_workers = 0
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
max_logical_replication_workers = 0
max_replication_slots = 0
bgwriter_delay = '10s'
bgwriter_lru_maxpages = 0
wal_writer_delay = '10s'
update_process_title = off
)";

constexpr std::string_view lasting_settings = R"(shared_buffers = '64MB'
)";

/// Each line is one command of single-user mode. `template0` is the pristine twin of `template1`, and allows other
/// encodings and locales; without `template1`, a third fewer files are copied for each server.
constexpr std::string_view slimming = R"(UPDATE pg_database SET datistemplate = false WHERE datname = 'template1'
DROP DATABASE template1
)";

/// FNV-1a: tells inputs apart, and stays the same from run to run.
std::string digest(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (int shift = 60; shift >= 0; shift -= 4) result += digits[(hash >> shift) & 15];
  return result;
}

void initialise(const Installation& installation, const std::string& data, const Account* owner,
                std::vector<std::string> more) {
  const auto attempt = [&](const std::string& locale) {
    std::vector<std::string> command{installation.bin + "/initdb", "--pgdata=" + data, "--encoding=UTF8",
                                     "--locale=" + locale,         "--auth=trust",     "--username=postgres",
                                     "--no-instructions"};
    command.insert(command.end(), more.begin(), more.end());
    return run_program(command, owner);
  };
  // Letters outside ASCII have cases only with C.UTF-8; a system that lacks it still has C.
  Outcome outcome = attempt("C.UTF-8");
  if (outcome.status != 0 && outcome.output.find("invalid locale") != std::string::npos) outcome = attempt("C");
  if (outcome.status != 0) {
    throw DatabaseError{installation.bin + "/initdb could not make a data folder in " + data + ":\n" + outcome.output};
  }
  write_file(data + "/pg_hba.conf", "local all all trust\n", owner);
}

std::string settings_with(std::string_view special) { return std::string{common_settings}.append(special); }

void make_template(const Installation& installation, const std::string& kept) {
  const Account* account = server_account();
  const PrivateFolder work{account};
  const std::string data = work.path() + "/data";
  initialise(installation, data, account, {"--no-sync", "--wal-segsize=1"});
  write_file(data + "/postgresql.conf", settings_with(throwaway_settings), account);
  write_file(work.path() + "/slim.sql", slimming, account);
  const Outcome slimmed = run_program({installation.bin + "/postgres", "--single", "-D", data, "postgres"}, account,
                                      work.path() + "/slim.sql");
  if (slimmed.status != 0 || slimmed.output.find("ERROR:") != std::string::npos) {
    throw DatabaseError{installation.bin + "/postgres could not prepare a data folder:\n" + slimmed.output};
  }
  fs::remove_all(kept + ".new");
  copy_folder(data, kept + ".new", nullptr);
  fs::rename(kept + ".new", kept);
}

/// Templates of the same server that an update or another plumb has made useless.
void remove_older(const std::string& templates, const std::string& place, const std::string& current) {
  std::error_code ignored;
  for (fs::directory_iterator entry{templates, ignored}, end; entry != end; entry.increment(ignored)) {
    const std::string name = entry->path().filename();
    if (name.starts_with(place) && name != current) fs::remove_all(entry->path(), ignored);
  }
}

}  // namespace

void copy_template_data(const Installation& installation, const std::string& data, const Account* owner) {
  struct stat facts {};
  ::stat((installation.bin + "/postgres").c_str(), &facts);
  const std::string place = digest(installation.bin).substr(0, 8) + "-";
  const std::string name = place + digest(std::to_string(installation.version) + " " + std::to_string(facts.st_mtime) +
                                          " " + settings_with(throwaway_settings).append(slimming));
  const std::string templates = cache_folder() + "/templates";
  std::error_code fault;
  fs::create_directories(templates, fault);
  if (fault) {
    throw DatabaseError{"cannot make the folder " + templates + ": " + fault.message() +
                        "; name one that can be written in PLUMB_CACHE"};
  }
  const std::string kept = templates + "/" + name;
  FileLock lock{templates + "/lock"};
  lock.take(FileLock::Mode::shared);
  if (!fs::exists(kept)) {
    lock.take(FileLock::Mode::exclusive);
    if (!fs::exists(kept)) {
      remove_older(templates, place, name);
      make_template(installation, kept);
    }
  }
  copy_folder(kept, data, owner);
}

void make_lasting_data(const Installation& installation, const std::string& data, const Account* owner) {
  initialise(installation, data, owner, {});
  write_file(data + "/postgresql.conf", settings_with(lasting_settings), owner);
}

}  // namespace plumb
