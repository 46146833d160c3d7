#include "engine/revision/folder.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>
#include <unordered_set>
#include <utility>

#include <fmt/core.h>

#include "engine/revision/header_cache.h"
#include "schema/error.h"
#include "schema/file/faults.h"
#include "schema/file/text.h"
#include "schema/text.h"

namespace plumb {

namespace {

constexpr std::string_view extension = ".sql";  ///< of revision files

namespace fs = std::filesystem;

/// Calls `take` for all in a folder that is no folder to look into.
template <typename Take>
void each_entry(const fs::path& folder, bool recursive, const Take& take) {
  std::error_code failure;
  std::error_code ignored;
  fs::directory_iterator entry{folder, failure};
  for (; !failure && entry != fs::directory_iterator{}; entry.increment(failure)) {
    const bool is_inner = recursive && entry->is_directory(ignored) && !entry->is_symlink(ignored);
    if (is_inner) {
      each_entry(entry->path(), recursive, take);
    } else {
      take(*entry);
    }
  }
  if (failure) throw DeclarationError{fmt::format("{}: cannot be read: {}", folder.string(), failure.message())};
}

std::vector<std::string> files_in(const std::string& folder, bool recursive) {
  struct File {
    std::string path;
    std::size_t name;  ///< where it begins in the path
    std::pair<std::string_view, std::string_view> rank() const { return {std::string_view{path}.substr(name), path}; }
  };
  std::vector<File> files;
  const auto take = [&](const fs::directory_entry& entry) {
    const std::string& path = entry.path().native();
    const std::size_t name = path.rfind('/') + 1;
    const bool is_named = path.ends_with(extension) && path.size() - name > extension.size();
    if (is_named && entry.is_regular_file()) files.push_back({path, name});
  };
  std::error_code failure;
  const fs::file_status there = fs::status(folder, failure);
  if (fs::status_known(there) && !fs::is_directory(there)) return {};
  each_entry(folder, recursive, take);
  // By name first, so that a date in it counts before the folder it lies in.
  std::ranges::sort(files, {}, &File::rank);
  std::vector<std::string> paths;
  paths.reserve(files.size());
  for (File& file : files) paths.push_back(std::move(file.path));
  return paths;
}

/// The files of all locations, each once.
std::vector<std::string> paths_in(const Locations& locations) {
  std::vector<std::string> paths;
  std::unordered_set<std::string> seen;
  const bool may_overlap = locations.folders.size() > 1;  // one location may lie in another
  for (const std::string& folder : locations.folders) {
    for (std::string& path : files_in(folder, locations.recursive)) {
      if (may_overlap && !seen.insert(fs::weakly_canonical(path).string()).second) continue;
      paths.push_back(std::move(path));
    }
  }
  return paths;
}

/// The C library's time zone for as long as it lives.
class TimeZone {
 public:
  explicit TimeZone(const std::string& name) {
    if (name == "local") return;
    if (const char* zone = std::getenv("TZ")) before_ = zone;
    change_ = true;
    ::setenv("TZ", name.c_str(), 1);
    ::tzset();
  }
  ~TimeZone() {
    if (!change_) return;
    before_ ? ::setenv("TZ", before_->c_str(), 1) : ::unsetenv("TZ");
    ::tzset();
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;

 private:
  bool change_ = false;
  std::optional<std::string> before_;
};

/// The C library takes any text for a zone, and unknown ones for UTC.
void check_zone(const std::string& name) {
  if (name == "UTC" || name == "local") return;
  std::error_code ignored;
  const bool is_plain = name.find("..") == std::string::npos && !name.starts_with('/');
  if (is_plain && fs::is_regular_file(fs::path{"/usr/share/zoneinfo"} / name, ignored)) return;
  throw DeclarationError{
      fmt::format("Can't locate timezone: {}\nuse UTC, local, or a name like Europe/Berlin "
                  "(the package tzdata has them)",
                  name)};
}

std::tm broken_down(const std::string& zone, Moment moment) {
  const TimeZone in_force{zone};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(moment);
  std::tm fields{};
  ::localtime_r(&seconds, &fields);
  return fields;
}

using Tokens = std::vector<std::pair<std::string_view, std::string>>;

Tokens tokens_of(const Naming& naming, const std::string& id, std::string_view message, Moment moment) {
  check_zone(naming.timezone);
  const std::tm at = broken_down(naming.timezone, moment);
  const auto two = [](int number) { return fmt::format("{:02}", number); };
  const std::string year = fmt::format("{:04}", at.tm_year + 1900);
  return {{"rev", id},
          {"id", id},
          {"slug", slug_of(message, naming.slug_length)},
          {"epoch", std::to_string(std::chrono::system_clock::to_time_t(moment))},
          {"year", year},
          {"month", two(at.tm_mon + 1)},
          {"day", two(at.tm_mday)},
          {"hour", two(at.tm_hour)},
          {"minute", two(at.tm_min)},
          {"second", two(at.tm_sec)},
          {"date", year + two(at.tm_mon + 1) + two(at.tm_mday)},
          {"time", two(at.tm_hour) + two(at.tm_min) + two(at.tm_sec)}};
}

/// A revision without a message has no slug, and no separator for it.
void close_gap(std::string& name, std::size_t at) {
  const auto is_separator = [](char c) { return c == '_' || c == '-'; };
  if (at > 0 && is_separator(name[at - 1])) name.erase(at - 1);
}

/// A file that lies elsewhere, or has no name, would not be found again.
void check_file_name(const std::string& name) {
  const fs::path path{name};
  if (path.is_absolute() || std::ranges::find(path, fs::path{".."}) != path.end()) {
    throw DeclarationError{fmt::format("file_template: {} leads out of the folder of revisions", name)};
  }
  if (path.filename().empty() || name[name.rfind('/') + 1] == '.') {
    throw DeclarationError{"file_template: no name is left where there is no message: add <id>"};
  }
}

}  // namespace

std::vector<Revision> load_revisions(const Locations& locations) {
  const std::vector<std::string> paths = paths_in(locations);
  HeaderCache headers{paths};
  std::vector<Revision> revisions;
  revisions.reserve(paths.size());
  std::string faults;
  for (const std::string& path : paths) {
    try {
      revisions.push_back(headers.read(path));
    } catch (const DeclarationError& error) {
      faults.append(faults.empty() ? "" : "\n").append(error.what());
    }
  }
  if (!faults.empty()) throw DeclarationError{faults};
  headers.store(revisions);
  return revisions;
}

std::string file_name(const Naming& naming, const std::string& id, std::string_view message, Moment moment) {
  const Tokens tokens = tokens_of(naming, id, message, moment);
  std::vector<std::string_view> known;
  for (const auto& [token, value] : tokens) known.push_back(token);
  std::string name;
  std::string_view rest = naming.file_template;
  if (rest.find("%(") != std::string_view::npos) {
    throw DeclarationError{"file_template: this is how Alembic writes it; here it is <rev> for %(rev)s, and so on"};
  }
  while (true) {
    const auto begin = rest.find('<');
    name += rest.substr(0, begin);
    if (begin == std::string_view::npos) {
      if (!name.ends_with(extension)) name += extension;
      check_file_name(name);
      return name;
    }
    const auto end = rest.find('>', begin);
    const std::string_view token = rest.substr(begin + 1, end == std::string_view::npos ? end : end - begin - 1);
    const auto found = std::ranges::find(known, token);
    if (end == std::string_view::npos || found == known.end()) {
      throw DeclarationError{fmt::format("file_template: unknown token `<{}>`: {}", token, suggestion(token, known))};
    }
    const std::string& value = tokens[static_cast<std::size_t>(found - known.begin())].second;
    if (value.empty()) close_gap(name, name.size());
    name += value;
    rest.remove_prefix(end + 1);
  }
}

std::string slug_of(std::string_view message, std::size_t length) {
  std::vector<std::string> words(1);
  for (char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '_' || byte > 127) {
      words.back() += static_cast<char>(byte > 127 ? byte : std::tolower(byte));
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  std::string slug;
  for (const std::string& word : words) {
    if (word.empty()) continue;
    const std::size_t size = slug.size() + (slug.empty() ? 0 : 1) + word.size();
    if (size > length && !slug.empty()) break;
    slug.append(slug.empty() ? "" : "_").append(word);
  }
  return std::string{clip(slug, length)};
}

std::optional<Moment> parse_time(const std::string& iso) {
  std::tm fields{};
  const char* end = ::strptime(iso.c_str(), "%Y-%m-%dT%H:%M:%SZ", &fields);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return std::chrono::system_clock::from_time_t(::timegm(&fields));
}

std::string iso_time(Moment moment) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(moment);
  std::tm at{};
  ::gmtime_r(&seconds, &at);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday, at.tm_hour,
                     at.tm_min, at.tm_sec);
}

}  // namespace plumb
