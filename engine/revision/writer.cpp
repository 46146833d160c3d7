#include "engine/revision/writer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <utility>

#include <fmt/core.h>

#include "engine/report/wording.h"
#include "engine/revision/file.h"
#include "schema/error.h"

namespace plumb {

namespace {

namespace fs = std::filesystem;

fs::path normal(const fs::path& path) {
  const std::string text = fs::absolute(path).lexically_normal().string();
  return text.size() > 1 && text.back() == '/' ? text.substr(0, text.size() - 1) : text;
}

/// Whether `inner` is `outer` or lies in it.
bool lies_in(const fs::path& inner, const fs::path& outer) {
  return std::ranges::mismatch(outer, inner).in1 == outer.end();
}

/// Whether a folder is one of the locations, or lies in one where these are recursive.
bool is_location(const fs::path& folder, const Locations& locations) {
  return std::ranges::any_of(locations.folders, [&](const std::string& location) {
    const fs::path place = normal(location);
    return folder == place || (locations.recursive && lies_in(folder, place));
  });
}

/// The location that a file was loaded from.
fs::path location_of(const std::string& path, const Locations& locations) {
  fs::path found;
  for (const std::string& location : locations.folders) {
    const fs::path place = normal(location);
    if (lies_in(normal(path), place) && place.native().size() > found.native().size()) found = place;
  }
  return found;
}

fs::path folder_for(const RevisionGraph& graph, const RevisionSettings& settings, const Revision& revision,
                    const std::string& version_path) {
  const std::vector<std::string>& folders = settings.locations.folders;
  fs::path folder = version_path;
  if (version_path.empty() && folders.size() == 1) folder = folders.front();
  if (version_path.empty() && folders.size() > 1) {
    if (revision.down.empty()) {
      throw RevisionError{
          fmt::format("Multiple version locations present, please specify --version-path\nas in --version-path {}",
                      folders.front())};
    }
    folder = location_of(graph[*graph.find(revision.down.front())].path, settings.locations);
  }
  folder = normal(folder);
  if (is_location(folder, settings.locations)) return folder;
  throw RevisionError{fmt::format("Path {} is not represented in current version locations\n{}", version_path,
                                  "add it to `revisions: locations:` in plumb.yaml")};
}

std::string filled_in(std::string_view text, const Revision& revision) {
  std::string filled{text};
  const std::string message = on_one_line(revision.message);  // so that it stays in a comment
  const std::array<std::pair<std::string_view, std::string_view>, 3> words{
      {{"${id}", revision.id}, {"${message}", message}, {"${date}", revision.created}}};
  for (const auto& [word, value] : words) {
    for (std::size_t at = filled.find(word); at != std::string::npos; at = filled.find(word, at + value.size())) {
      filled.replace(at, word.size(), value);
    }
  }
  return filled;
}

[[noreturn]] void cannot_write(const std::string& path, const std::string& reason) {
  throw RevisionError{fmt::format("cannot write {}: {}", path, reason)};
}

}  // namespace

Draft draft_revision(const RevisionGraph& graph, const RevisionSettings& settings, Revision revision,
                     const std::string& version_path, std::string_view upgrade, std::string_view downgrade,
                     Origin origin) {
  const Moment now = std::chrono::system_clock::now();
  revision.created = iso_time(now);
  for (const std::string& parent : revision.down) {
    const std::string& path = graph[*graph.find(parent)].path;
    revision.parent_hashes[parent] = read_revision_file(path).hash;
  }
  const fs::path folder = folder_for(graph, settings, revision, version_path);
  const std::string path = (folder / file_name(settings.naming, revision.id, revision.message, now)).string();
  const auto section = [&](std::string_view sql) {
    return origin == Origin::from_template ? filled_in(sql, revision) : std::string{sql};
  };
  std::string text = write_revision_file(revision, section(upgrade), section(downgrade));
  parse_revision_file(text, path);
  revision.path = path;
  return {std::move(revision), path, std::move(text)};
}

void write_draft(const Draft& draft) {
  std::error_code failure;
  fs::create_directories(fs::path{draft.path}.parent_path(), failure);
  if (failure) cannot_write(draft.path, failure.message());
  const int file = ::open(draft.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) cannot_write(draft.path, std::strerror(errno));
  std::string_view rest = draft.text;
  int error = 0;
  while (!rest.empty() && error == 0) {
    const ssize_t written = ::write(file, rest.data(), rest.size());
    if (written < 0) {
      error = errno == EINTR ? 0 : errno;
    } else {
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0) return;
  fs::remove(draft.path, failure);
  cannot_write(draft.path, std::strerror(error));
}

}  // namespace plumb
