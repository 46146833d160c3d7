#include "engine/postgres/installation.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "engine/postgres/process.h"
#include "schema/error.h"

namespace plumb {

namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

std::vector<std::string> split_at_colons(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(':'), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// The `bin` folders inside the folders of `parent` whose names start with `prefix`.
void add_bins_below(const fs::path& parent, std::string_view prefix, std::vector<fs::path>& found) {
  std::error_code ignored;
  for (fs::directory_iterator entry{parent, ignored}, end; entry != end; entry.increment(ignored)) {
    const std::string name = entry->path().filename();
    if (name.starts_with(prefix) && !name.starts_with('.')) found.push_back(entry->path() / "bin");
  }
}

std::vector<fs::path> candidate_folders() {
  std::vector<fs::path> folders;
  for (const auto& folder : split_at_colons(environment("PLUMB_POSTGRES"))) folders.emplace_back(folder);
  add_bins_below("/usr/lib/postgresql", "", folders);
  folders.emplace_back("/usr/local/pgsql/bin");
  add_bins_below("/usr", "pgsql-", folders);
  for (const auto& folder : split_at_colons(environment("PATH"))) folders.emplace_back(folder);
  add_bins_below(fs::path{cache_folder()} / "postgres", "", folders);
  return folders;
}

/// "15.20 (Debian ...)" is 150020; "18beta1" is 180000; anything else 0.
int version_number(std::string_view text) {
  const auto number = [&text] {
    int value = 0;
    while (!text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) && value < 10000) {
      value = value * 10 + (text.front() - '0');
      text.remove_prefix(1);
    }
    return value;
  };
  const int major = number();
  if (!text.starts_with('.')) return major * 10000;
  text.remove_prefix(1);
  return major * 10000 + number();
}

/// What follows "postgres (PostgreSQL) " among the program's constant strings; empty when it is not there.
std::string version_inside(const fs::path& program) {
  constexpr std::string_view mark = "postgres (PostgreSQL) ";
  const int file = ::open(program.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  struct stat facts {};
  ::fstat(file, &facts);
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* const bytes = size == 0 ? MAP_FAILED : ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  ::close(file);
  if (bytes == MAP_FAILED) return {};
  std::string text;
  const char* const end = static_cast<const char*>(bytes) + size;
  if (const void* at = ::memmem(bytes, size, mark.data(), mark.size()); at != nullptr) {
    const char* const start = static_cast<const char*>(at) + mark.size();
    text.assign(start, std::min<std::size_t>(16, static_cast<std::size_t>(end - start)));
  }
  ::munmap(bytes, size);
  return text;
}

/// What `postgres --version` says, without starting it where possible: a start costs 20 ms of CPU.
int version_of(const fs::path& postgres) {
  if (const int version = version_number(version_inside(postgres)); version != 0) return version;
  const std::string said = run_program({postgres, "--version"}, nullptr).output;
  const auto digit = said.find_first_of("0123456789");
  return digit == std::string::npos ? 0 : version_number(std::string_view{said}.substr(digit));
}

bool holds_share_files(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "postgres.bki", ignored);
}

/// Relocated servers keep their share folder beside `bin`; Debian puts it elsewhere; pg_config knows the rest.
std::string share_of(const fs::path& bin) {
  const fs::path home = bin.parent_path();
  for (const auto& folder : {home / "share/postgresql", home / "share",
                             fs::path{"/usr/share/postgresql"} / home.filename(), home / "share/pgsql"}) {
    if (holds_share_files(folder)) return folder;
  }
  if (::access((bin / "pg_config").c_str(), X_OK) != 0) return {};
  std::string answer = run_program({bin / "pg_config", "--sharedir"}, nullptr).output;
  while (!answer.empty() && std::isspace(static_cast<unsigned char>(answer.back()))) answer.pop_back();
  return holds_share_files(answer) ? answer : std::string{};
}

/// The share folder's catalog definition starts with "# PostgreSQL 15".
int major_of_share(const std::string& share) {
  std::ifstream file{fs::path{share} / "postgres.bki"};
  std::string line;
  std::getline(file, line);
  const auto digit = line.find_first_of("0123456789");
  return digit == std::string::npos ? 0 : version_number(std::string_view{line}.substr(digit)) / 10000;
}

/// Those of one major version, or all with `major` 0.
std::vector<Installation> find_installations_of(int major) {
  std::vector<Installation> found;
  std::vector<fs::path> seen;
  for (const auto& folder : candidate_folders()) {
    std::error_code missing;
    const fs::path postgres = fs::canonical(folder / "postgres", missing);
    if (missing || std::ranges::find(seen, postgres) != seen.end()) continue;
    seen.push_back(postgres);
    const fs::path bin = postgres.parent_path();
    if (::access((bin / "initdb").c_str(), X_OK) != 0 || ::access(postgres.c_str(), X_OK) != 0) continue;
    Installation installation{.bin = bin, .share = share_of(bin), .version = 0};
    if (installation.share.empty() || (major != 0 && major_of_share(installation.share) != major)) continue;
    installation.version = version_of(postgres);
    if (installation.version != 0) found.push_back(std::move(installation));
  }
  std::ranges::stable_sort(found, std::ranges::greater{}, &Installation::version);
  return found;
}

DatabaseError no_server(int major) {
  const std::string number = std::to_string(major);
  return DatabaseError{"no PostgreSQL " + number +
                       " server is installed here; install it (apt-get install postgresql-" + number +
                       "), or name the folder of its `postgres` program in PLUMB_POSTGRES"};
}

std::vector<std::string> lacking(const Installation& installation, std::span<const std::string> extensions) {
  std::vector<std::string> names;
  for (const auto& name : extensions) {
    if (!installation.has_extension(name)) names.push_back(name);
  }
  return names;
}

/// Debian has PostgreSQL's own modules in the server's package and most others in one of their own.
DatabaseError lacks_extensions(const Installation& installation, const std::vector<std::string>& names) {
  const std::string server = "postgresql-" + std::to_string(installation.major());
  std::string list;
  std::string packages = server;
  for (const auto& name : names) {
    list.append(list.empty() ? "" : ", ").append(name);
    if (name == "vector") packages += " " + server + "-pgvector";
  }
  return DatabaseError{"the PostgreSQL " + std::to_string(installation.major()) + " server in " + installation.bin +
                       " lacks what is needed: " + list + "; install it (for example apt-get install " + packages +
                       "), or name the bin folder of a server that has it in PLUMB_POSTGRES"};
}

}  // namespace

bool Installation::has_extension(const std::string& name) const {
  std::error_code ignored;
  return fs::exists(fs::path{share} / "extension" / (name + ".control"), ignored);
}

std::string cache_folder() {
  if (const std::string chosen = environment("PLUMB_CACHE"); !chosen.empty()) return chosen;
  if (::geteuid() == 0) return "/var/cache/plumb";
  if (const std::string base = environment("XDG_CACHE_HOME"); !base.empty()) return base + "/plumb";
  return environment("HOME") + "/.cache/plumb";
}

std::vector<Installation> find_installations() { return find_installations_of(0); }

Installation choose_installation(int server_version_num, std::span<const std::string> extensions) {
  const auto installations = find_installations_of(server_version_num / 10000);
  if (installations.empty()) throw no_server(server_version_num / 10000);
  const auto badness = [&](const Installation& one) {
    return std::pair{lacking(one, extensions).size(), std::abs(one.version - server_version_num)};
  };
  const Installation& best = *std::ranges::min_element(installations, {}, badness);
  if (const auto names = lacking(best, extensions); !names.empty()) throw lacks_extensions(best, names);
  return best;
}

}  // namespace plumb
