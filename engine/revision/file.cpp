#include "engine/revision/file.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <optional>
#include <unistd.h>
#include <utility>

#include <fmt/core.h>

#include "engine/report/wording.h"
#include "engine/revision/sections.h"
#include "engine/revision/text.h"
#include "schema/file/faults.h"
#include "schema/file/text.h"
#include "schema/text.h"

namespace plumb {

namespace {

constexpr std::string_view indent = "--   ";

// ---- the header

/// A word of the header, and the member that it fills.
struct HeaderWord {
  std::string_view key;
  std::string Revision::*text = nullptr;
  std::vector<std::string> Revision::*list = nullptr;
};

constexpr std::array<HeaderWord, 8> header_words{{{"revision", &Revision::id, nullptr},
                                                  {"revises", nullptr, &Revision::down},
                                                  {"depends_on", nullptr, &Revision::depends_on},
                                                  {"branch_labels", nullptr, &Revision::labels},
                                                  {"created", &Revision::created, nullptr},
                                                  {"message", &Revision::message, nullptr},
                                                  {"from", &Revision::from, nullptr},
                                                  {"to", &Revision::to, nullptr}}};

/// A word that may be said again, each time with an id and the hash of its file.
struct HashesWord {
  std::string_view key;
  std::map<std::string, std::string> Revision::*hashes;
};

constexpr std::array<HashesWord, 2> hashes_words{
    {{"parent", &Revision::parent_hashes}, {"replaces", &Revision::replaced}}};

/// Reads the comments that a revision file begins with.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, const std::string& path, Faults& faults)
      : text_{text}, path_{path}, faults_{faults} {
    revision_.path = path;
  }

  Revision read() {
    for (std::string_view line : lines_of(text_)) {
      ++line_;
      const std::string_view content = trimmed(line);
      if (content.empty()) continue;
      if (!content.starts_with("--") || content.starts_with(marker_prefix)) break;
      read_line(line);
    }
    if (revision_.id.empty()) {
      line_ = 1;
      fault("no revision file: its first lines must hold `-- revision: ID` and `-- revises: PARENT`");
    }
    return std::move(revision_);
  }

 private:
  void read_line(std::string_view line) {
    if (in_message_ && line.starts_with(indent)) {
      revision_.message.append("\n").append(trimmed(line.substr(indent.size())));
      return;
    }
    in_message_ = false;
    const std::string_view content = trimmed(trimmed(line).substr(2));
    const auto colon = content.find(':');
    if (colon == std::string_view::npos) return;
    take(content.substr(0, colon), trimmed(content.substr(colon + 1)));
  }

  void take(std::string_view key, std::string_view value) {
    const auto hashes = std::ranges::find(hashes_words, key, &HashesWord::key);
    if (hashes != hashes_words.end()) return take_hash(*hashes, value);
    const auto found = std::ranges::find(header_words, key, &HeaderWord::key);
    if (found == header_words.end()) return doubt(key);
    if (std::ranges::find(seen_, key) != seen_.end()) return fault(fmt::format("`{}` is said twice", key));
    seen_.push_back(found->key);
    if (found->text != nullptr) revision_.*found->text = value;
    if (found->list != nullptr) revision_.*found->list = words_of(value);
    in_message_ = key == "message";
  }

  void take_hash(const HashesWord& word, std::string_view value) {
    const std::vector<std::string> words = words_of(value);
    if (words.size() != 2) {
      return fault(
          fmt::format("expected a revision and the hash of its file, as in `-- {}: ae1027a6 5f0c...`", word.key));
    }
    (revision_.*word.hashes)[words[0]] = words[1];
  }

  /// A comment is free to say anything, but not something that is nearly a word of the header.
  void doubt(std::string_view key) {
    std::vector<std::string_view> known;
    for (const HashesWord& word : hashes_words) known.push_back(word.key);
    for (const HeaderWord& word : header_words) known.push_back(word.key);
    const bool is_close = std::ranges::any_of(known, [&](std::string_view word) { return distance(word, key) <= 2; });
    if (is_close && key.size() > 3) fault(fmt::format("unknown word `{}`: {}", key, suggestion(key, known)));
  }

  void fault(std::string message) { faults_.add(path_, {line_, 1}, std::move(message)); }

  std::string_view text_;
  const std::string& path_;
  Faults& faults_;
  Revision revision_;
  int line_ = 0;
  bool in_message_ = false;
  std::vector<std::string_view> seen_;
};

// ---- writing

void add_word(std::string& text, std::string_view key, std::string_view value) {
  if (!value.empty()) text += fmt::format("-- {}: {}\n", key, on_one_line(value));
}

void add_message(std::string& text, std::string_view message) {
  std::string_view key = "-- message: ";
  for (std::string_view line : lines_of(message)) {
    text.append(std::exchange(key, indent)).append(on_one_line(line)).append("\n");
  }
}

std::string_view without_blank_ends(std::string_view text) {
  while (!text.empty() && text.front() == '\n') text.remove_prefix(1);
  const auto last = text.find_last_not_of(" \t\r\n");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

void add_section(std::string& text, std::string_view word, std::string_view sql) {
  text += fmt::format("\n{} {}\n", marker_prefix, word);
  sql = without_blank_ends(sql);
  if (!sql.empty()) text.append(sql).append("\n");
}

std::string text_at(const std::string& path) {
  Faults faults;
  std::optional<std::string> text = read_text(path, faults);
  faults.raise();
  return std::move(*text);
}

/// The first lines of a file as far as the line behind its header; empty where these are not all of a header, or
/// anything is wrong with them.
std::string beginning_of(const std::string& path) {
  constexpr std::size_t usual = 2048;
  std::string text(usual, '\0');
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  const ssize_t count = ::read(file, text.data(), text.size());
  ::close(file);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  const std::size_t marker = text.find(fmt::format("\n{}", marker_prefix));
  const std::size_t end = marker == std::string::npos ? marker : text.find('\n', marker + 1);
  if (end == std::string::npos) return {};
  text.resize(end + 1);
  Faults faults;
  return check_text(std::move(text), path, faults).value_or("");
}

}  // namespace

Revision read_revision_header(const std::string& path) {
  std::string text = beginning_of(path);
  if (text.empty()) text = text_at(path);
  Faults faults;
  Revision revision = HeaderReader{text, path, faults}.read();
  faults.raise();
  return revision;
}

RevisionFile parse_revision_file(std::string_view text, const std::string& path) {
  Faults faults;
  RevisionFile file;
  read_sections(text, path, faults, file);
  file.revision = HeaderReader{text, path, faults}.read();
  faults.raise();
  file.hash = hash_revision(text);
  return file;
}

RevisionFile read_revision_file(const std::string& path) { return parse_revision_file(text_at(path), path); }

std::string write_revision_file(const Revision& revision, std::string_view upgrade,
                                std::optional<std::string_view> downgrade) {
  std::string text;
  const auto listed = [](const std::vector<std::string>& words) {
    std::string list;
    for (const std::string& word : words) list.append(list.empty() ? "" : ", ").append(word);
    return list;
  };
  for (const HeaderWord& word : header_words) {
    if (word.text == &Revision::message) {
      add_message(text, revision.message);
    } else if (word.text != nullptr) {
      add_word(text, word.key, revision.*word.text);
    } else {
      add_word(text, word.key, listed(revision.*word.list));
    }
  }
  for (const HashesWord& word : hashes_words) {
    for (const auto& [id, hash] : revision.*word.hashes) add_word(text, word.key, id + ' ' + hash);
  }
  add_section(text, "upgrade", upgrade);
  if (downgrade) add_section(text, "downgrade", *downgrade);
  return text;
}

std::string hash_revision(std::string_view text) {
  std::string content{text};
  std::erase(content, '\r');
  return to_hex(Hasher{}.add(content).finish());
}

}  // namespace plumb
