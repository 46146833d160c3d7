#include "engine/revision/header_cache.h"

#include <filesystem>
#include <map>
#include <sys/stat.h>
#include <utility>

#include "engine/cache.h"
#include "engine/fields.h"
#include "engine/revision/file.h"

namespace plumb {

namespace {

constexpr std::string_view section = "revisions";

std::string_view bytes_of(std::span<const std::int64_t> numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()};
}

void write_list(FieldWriter& writer, const std::vector<std::string>& list) {
  writer.number(list.size());
  for (const std::string& each : list) writer.field(each);
}

void write_hashes(FieldWriter& writer, const std::map<std::string, std::string>& hashes) {
  writer.number(hashes.size());
  for (const auto& [id, hash] : hashes) {
    writer.field(id);
    writer.field(hash);
  }
}

std::string write_header(const Revision& revision) {
  FieldWriter writer;
  for (const std::string* text : {&revision.id, &revision.message, &revision.created, &revision.from, &revision.to}) {
    writer.field(*text);
  }
  for (const auto* list : {&revision.down, &revision.depends_on, &revision.labels}) write_list(writer, *list);
  for (const auto* hashes : {&revision.parent_hashes, &revision.replaced}) write_hashes(writer, *hashes);
  return writer.text();
}

std::vector<std::string> read_list(FieldReader& reader) {
  std::vector<std::string> list;
  for (std::size_t count = reader.number(); list.size() < count && !reader.failed();) list.emplace_back(reader.field());
  return list;
}

std::map<std::string, std::string> read_hashes(FieldReader& reader) {
  std::map<std::string, std::string> hashes;
  for (std::size_t count = reader.number(); count > 0 && !reader.failed(); --count) {
    std::string id{reader.field()};
    hashes.emplace(std::move(id), reader.field());
  }
  return hashes;
}

std::optional<Revision> read_header(std::string_view text, const std::string& path) {
  FieldReader reader{text};
  Revision revision;
  revision.path = path;
  for (std::string* each : {&revision.id, &revision.message, &revision.created, &revision.from, &revision.to}) {
    *each = reader.field();
  }
  for (auto* list : {&revision.down, &revision.depends_on, &revision.labels}) *list = read_list(reader);
  for (auto* hashes : {&revision.parent_hashes, &revision.replaced}) *hashes = read_hashes(reader);
  if (reader.failed() || !reader.finished()) return std::nullopt;
  return revision;
}

Fingerprint key_of(std::span<const std::string> paths) {
  std::error_code ignored;
  Hasher hasher;
  hasher.add(std::filesystem::current_path(ignored).native());
  std::string_view folder;
  for (std::string_view path : paths) {
    const std::string_view here = path.substr(0, path.rfind('/') + 1);
    if (here != folder) hasher.add(folder = here);
  }
  return hasher.finish();
}

}  // namespace

HeaderCache::HeaderCache(std::span<const std::string> paths, std::chrono::system_clock::time_point now)
    : is_worthwhile_{paths.size() >= worthwhile}, begin_{now} {
  if (!is_worthwhile_) return;
  key_ = key_of(paths);
  kept_ = Cache{}.load(section, key_);
  if (!kept_) return;
  headers_.reserve(paths.size());
  FieldReader reader{*kept_};
  while (!reader.failed() && !reader.finished()) {
    const std::string_view path = reader.field();
    const std::string_view stamp = reader.field();
    headers_[path] = {stamp, reader.field()};
  }
}

HeaderCache::Stamp HeaderCache::stamp_of(const std::string& path) const {
  constexpr std::chrono::seconds doubtful{3};  // file systems count in steps of two seconds at most
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  const std::chrono::system_clock::time_point changed{std::chrono::seconds{found.st_ctim.tv_sec}};
  if (changed + doubtful > begin_) return {};
  return {static_cast<std::int64_t>(found.st_dev), static_cast<std::int64_t>(found.st_ino), found.st_size,
          found.st_ctim.tv_sec, found.st_ctim.tv_nsec};
}

Revision HeaderCache::read(const std::string& path) {
  if (!is_worthwhile_) return read_revision_header(path);
  const Stamp& stamp = stamps_.emplace_back(stamp_of(path));
  const bool can_be_kept = stamp != Stamp{};
  const auto found = can_be_kept ? headers_.find(path) : headers_.end();
  if (found != headers_.end() && found->second.stamp == bytes_of(stamp)) {
    if (std::optional<Revision> revision = read_header(found->second.text, path)) return std::move(*revision);
  }
  has_news_ |= can_be_kept;
  return read_revision_header(path);
}

void HeaderCache::store(std::span<const Revision> revisions) const {
  if (!has_news_) return;
  FieldWriter writer;
  for (std::size_t i = 0; i < revisions.size(); ++i) {
    if (stamps_[i] == Stamp{}) continue;
    writer.field(revisions[i].path);
    writer.field(bytes_of(stamps_[i]));
    writer.field(write_header(revisions[i]));
  }
  Cache{}.store(section, key_, writer.text());
}

}  // namespace plumb
