#include "engine/revision/alembic_scripts.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <string_view>

#include <fmt/core.h>

#include "engine/report/wording.h"
#include "schema/error.h"
#include "schema/file/faults.h"
#include "schema/file/text.h"
#include "schema/text.h"

namespace plumb {

namespace {

namespace fs = std::filesystem;

constexpr auto npos = std::string_view::npos;

/// Reads the few forms of Python that Alembic's own template writes.
class ModuleReader {
 public:
  ModuleReader(std::string_view text, const std::string& path, Faults& faults)
      : text_{text}, path_{path}, faults_{faults} {}

  std::optional<Revision> read() {
    const std::vector<std::string> ids = values("revision");
    if (ids.size() != 1) return std::nullopt;
    Revision revision;
    revision.id = ids.front();
    revision.down = values("down_revision");
    revision.depends_on = values("depends_on");
    revision.labels = values("branch_labels");
    revision.path = path_;
    read_docstring(revision);
    return revision;
  }

 private:
  /// What is assigned to a name on a line of its own: None, a text, or several in brackets.
  std::vector<std::string> values(std::string_view name) {
    std::size_t begin = 0;
    for (std::string_view line : lines_of(text_)) {
      const std::size_t end = begin + line.size();
      if (line.starts_with(name) && !is_word(line.substr(name.size()))) {
        const std::size_t equals = text_.find('=', begin + name.size());
        if (equals < end) return parse(equals + 1, name);
      }
      begin = end + 1;
    }
    return {};
  }

  static bool is_word(std::string_view rest) {
    return !rest.empty() && (std::isalnum(static_cast<unsigned char>(rest.front())) != 0 || rest.front() == '_');
  }

  std::vector<std::string> parse(std::size_t at, std::string_view name) {
    std::vector<std::string> texts;
    const auto skip = [&](std::string_view what) { at = std::min(text_.find_first_not_of(what, at), text_.size()); };
    skip(" \t");
    if (text_.substr(at).starts_with("None")) return texts;
    const bool is_list = at < text_.size() && std::string_view{"([{"}.find(text_[at]) != npos;
    if (is_list) ++at;
    while (true) {
      if (is_list) skip(" \t\r\n,");
      const char quote = at < text_.size() ? text_[at] : '\0';
      if (is_list && std::string_view{")]}"}.find(quote) != npos && quote != '\0') return texts;
      const std::size_t end = quote == '\'' || quote == '"' ? text_.find(quote, at + 1) : npos;
      if (end == npos) {
        const int line = 1 + static_cast<int>(std::ranges::count(text_.substr(0, at), '\n'));
        faults_.add(path_, {line, 1}, fmt::format("`{}` must be None, a text, or a list of texts in brackets", name));
        return texts;
      }
      texts.emplace_back(text_.substr(at + 1, end - at - 1));
      at = end + 1;
      if (!is_list) return texts;
    }
  }

  /// "message\n\nRevision ID: ...\nCreate Date: ...".
  void read_docstring(Revision& revision) const {
    const std::string_view rest = trimmed(text_);
    const std::string_view quotes = rest.substr(0, 3);
    if (quotes != "\"\"\"" && quotes != "'''") return;
    const std::string_view docstring = rest.substr(3, rest.find(quotes, 3) - 3);
    revision.message = trimmed(docstring.substr(0, docstring.find("\nRevision ID:")));
    constexpr std::string_view date = "Create Date:";
    const auto at = docstring.find(date);
    if (at == npos) return;
    std::string created{trimmed(docstring.substr(at + date.size(), docstring.find('\n', at) - at - date.size()))};
    // "2025-10-25 12:00:00.123456" is of no zone that is told.
    if (created.size() >= 19) revision.created = created.substr(0, 10) + 'T' + created.substr(11, 8) + 'Z';
  }

  std::string_view text_;
  const std::string& path_;
  Faults& faults_;
};

}  // namespace

std::vector<Revision> read_alembic_scripts(const std::string& folder) {
  std::error_code failure;
  const fs::path versions =
      fs::is_directory(fs::path{folder} / "versions", failure) ? fs::path{folder} / "versions" : fs::path{folder};
  if (!fs::is_directory(versions, failure)) {
    throw DeclarationError{
        fmt::format("{}: there is no such folder; name the one that Alembic calls its script_location", folder)};
  }
  std::vector<std::string> paths;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator{versions}) {
    const bool is_script = entry.path().extension() == ".py" && entry.path().filename() != "__init__.py";
    if (is_script) paths.push_back(entry.path().string());
  }
  std::ranges::sort(paths);
  Faults faults;
  std::vector<Revision> revisions;
  for (const std::string& path : paths) {
    const std::optional<std::string> text = read_text(path, faults);
    if (!text) continue;
    if (std::optional<Revision> revision = ModuleReader{*text, path, faults}.read()) {
      revisions.push_back(std::move(*revision));
    }
  }
  faults.raise();
  if (revisions.empty()) throw DeclarationError{fmt::format("{}: no revision of Alembic is here", versions.string())};
  return revisions;
}

}  // namespace plumb
