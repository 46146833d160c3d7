#include "engine/cache.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <fmt/core.h>

#include "engine/postgres/installation.h"
#include "engine/version.h"

namespace plumb {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view format = "plumb cache 2";

std::string checksum(std::string_view text) { return to_hex(Hasher{}.add(text).finish()); }

/// What another build wrote, or a schema file that has changed since, is never found again. Looked for once a day.
void remove_old_files(const fs::path& folder) {
  constexpr auto old = std::chrono::days{30};
  constexpr auto pause = std::chrono::days{1};
  std::error_code ignored;
  const auto now = fs::file_time_type::clock::now();
  const fs::path stamp = folder / "cleaned";
  std::error_code missing;
  const auto last = fs::last_write_time(stamp, missing);
  if (!missing && now - last < pause) return;
  std::ofstream{stamp}.flush();
  fs::last_write_time(stamp, now, ignored);
  for (const auto& entry : fs::directory_iterator{folder, ignored}) {
    const auto written = entry.last_write_time(ignored);
    if (!ignored && now - written > old) fs::remove(entry.path(), ignored);
  }
}

}  // namespace

std::string Cache::this_program() {
  std::error_code ignored;
  const fs::path file = fs::read_symlink("/proc/self/exe", ignored);
  const auto written = fs::last_write_time(file, ignored).time_since_epoch().count();
  return fmt::format("{} {} {}", version, fs::file_size(file, ignored), written);
}

fs::path Cache::path_of(std::string_view section, const Fingerprint& key) const {
  return fs::path{cache_folder()} / section / to_hex(Hasher{}.add(writer_).add(to_hex(key)).finish());
}

std::optional<std::string> Cache::load(std::string_view section, const Fingerprint& key) const {
  constexpr std::size_t header = format.size() + 1 + 32 + 1;
  const fs::path path = path_of(section, key);
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return std::nullopt;  // a folder opens, too
  std::ifstream file{path, std::ios::binary | std::ios::ate};
  const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : -1;
  if (size < static_cast<std::streamoff>(header)) return std::nullopt;
  std::string beginning(header, '\0');
  std::string body(static_cast<std::size_t>(size) - header, '\0');
  file.seekg(0);
  file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  file.read(body.data(), static_cast<std::streamsize>(body.size()));
  if (!file || beginning != fmt::format("{}\n{}\n", format, checksum(body))) return std::nullopt;
  return body;
}

void Cache::store(std::string_view section, const Fingerprint& key, std::string_view text) const {
  std::error_code ignored;
  const fs::path path = path_of(section, key);
  fs::create_directories(path.parent_path(), ignored);
  remove_old_files(path.parent_path());
  const fs::path draft = path.string() + '.' + std::to_string(getpid());
  bool is_written = false;
  {
    std::ofstream file{draft, std::ios::binary};
    fs::permissions(draft, fs::perms::owner_read | fs::perms::owner_write, ignored);  // a schema is not for everyone
    file << format << '\n' << checksum(text) << '\n' << text;
    file.flush();
    is_written = file.good();
  }
  std::error_code failed;
  if (is_written) fs::rename(draft, path, failed);
  if (!is_written || failed) fs::remove(draft, ignored);
}

}  // namespace plumb
