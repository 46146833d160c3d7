#include "engine/revision/emit/emit.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include <fmt/core.h>

#include "engine/report/wording.h"
#include "engine/revision/ancestry.h"
#include "engine/revision/emit/runner.h"
#include "engine/revision/folder.h"
#include "engine/revision/run.h"
#include "schema/error.h"
#include "schema/secrets.h"

namespace plumb {

namespace {

namespace fs = std::filesystem;

constexpr std::array<const Runner*, 7> runners{&alembic_runner, &flyway_runner, &liquibase_runner, &dbmate_runner,
                                               &goose_runner,   &sqitch_runner, &psql_runner};

// ---- pieces

/// The settings that hold before one of the statements of a section. RESET ALL leaves the role as it is (manual,
/// RESET).
std::vector<RevisionStatement> settings_before(const Section& section, std::size_t end) {
  std::vector<RevisionStatement> settings;
  for (std::size_t i = 0; i < end; ++i) {
    if (!makes_setting(section[i])) continue;
    settings.push_back(section[i]);
    if (resets_all(section[i])) std::erase_if(settings, [](const RevisionStatement& each) { return !sets_role(each); });
  }
  return settings;
}

std::vector<RevisionStatement> resets_of(const PieceWay& way) {
  Section all = way.settings;
  all.insert(all.end(), way.statements.begin(), way.statements.end());
  std::vector<RevisionStatement> resets;
  for (std::string& sql : resets_after(all)) resets.push_back({std::move(sql)});
  return resets;
}

std::vector<PieceWay> ways_of(const Section& section) {
  std::vector<PieceWay> ways;
  for (const Part& part : parts_of(section)) {
    PieceWay& way = ways.emplace_back();
    way.settings = settings_before(section, part.first);
    way.statements.assign(part.statements.begin(), part.statements.end());
    way.resets = resets_of(way);
  }
  return ways;
}

bool is_outside(const PieceWay& way) { return !way.statements.empty() && way.statements.front().outside_transaction; }

std::vector<Piece> pieces_of(const RevisionFile& file) {
  const std::vector<PieceWay> up = ways_of(file.upgrade), down = ways_of(file.downgrade);
  const bool is_whole = std::ranges::none_of(up, is_outside) && std::ranges::none_of(down, is_outside);
  const bool says_something =
      !up.empty() || !down.empty() || !file.upgrade_comments.empty() || !file.downgrade_comments.empty();
  if (!says_something) return {};
  std::vector<Piece> pieces;
  if (is_whole) {
    pieces.push_back({up.empty() ? PieceWay{} : up.front(), down.empty() ? PieceWay{} : down.front(), false, {}});
  } else {
    for (const PieceWay& way : up) pieces.push_back({way, {}, is_outside(way), {}});
    for (auto way = down.rbegin(); way != down.rend(); ++way) pieces.push_back({{}, *way, is_outside(*way), {}});
  }
  pieces.front().upgrade.comments = file.upgrade_comments;
  pieces.back().downgrade.comments = file.downgrade_comments;
  return pieces;
}

// ---- versions

using Seconds = std::int64_t;

std::string version_of(Seconds seconds) {
  const std::string iso = iso_time(Moment{std::chrono::seconds{seconds}});
  std::string digits;
  std::ranges::copy_if(iso, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

std::string name_of(const Revision& revision) {
  const std::string slug = slug_of(lines_of(revision.message).front(), 40);
  std::string name = slug.empty() ? revision.id : revision.id + '_' + slug;
  for (char& c : name) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!is_plain) c = '_';
  }
  return name;
}

/// All revisions of a graph as migrations. A version is when the revision was made, but later than all it needs.
class Migrations {
 public:
  explicit Migrations(const RevisionGraph& graph) : graph_{graph} {
    std::vector<RevisionNumber> order =
        newest_first(graph, ancestors(graph, graph.real_heads(), Along::needs), graph.heads());
    std::ranges::reverse(order);
    for (RevisionNumber revision : order) files_.emplace(revision, read_revision_file(graph[revision].path));
    for (RevisionNumber revision : order) add(revision);
  }

  const Migration& of(RevisionNumber revision) const { return migrations_.at(revision); }
  const std::vector<RevisionNumber>& order() const { return order_; }

 private:
  void add(RevisionNumber number) {
    const Revision& revision = graph_[number];
    Seconds at = std::chrono::system_clock::to_time_t(parse_time(revision.created).value_or(Moment{}));
    Migration migration{revision, files_.at(number), pieces_of(files_.at(number)), {}, name_of(revision), {}};
    for (RevisionNumber need : graph_.needs(number)) {
      at = std::max(at, ends_.at(need) + 1);
      migration.needs.push_back(migrations_.at(need).name);
    }
    const auto length = static_cast<Seconds>(std::max<std::size_t>(migration.pieces.size(), 1));
    while (is_taken(at, length)) ++at;
    for (Seconds i = 0; i < length; ++i) taken_.insert(at + i);
    ends_[number] = at + length - 1;
    migration.version = version_of(at);
    for (Piece& piece : migration.pieces) piece.version = version_of(at++);
    migrations_.emplace(number, std::move(migration));
    order_.push_back(number);
  }

  bool is_taken(Seconds from, Seconds length) const {
    const auto next = taken_.lower_bound(from);
    return next != taken_.end() && *next < from + length;
  }

  const RevisionGraph& graph_;
  std::map<RevisionNumber, RevisionFile> files_;
  std::map<RevisionNumber, Migration> migrations_;
  std::map<RevisionNumber, Seconds> ends_;
  std::set<Seconds> taken_;
  std::vector<RevisionNumber> order_;
};

void refuse_secrets(const Migration& migration, std::string_view runner) {
  for (const Section* section : {&migration.file.upgrade, &migration.file.downgrade}) {
    for (const RevisionStatement& statement : *section) {
      const std::vector<std::string_view> tokens = tokens_in(statement.sql);
      if (tokens.empty()) continue;
      throw RevisionError{fmt::format(
          "{}:{}: this statement sets a secret, {}, which no file of {} can be told without showing it\n"
          "set it by hand, outside of revisions; or write for psql or sqitch, which take it from a variable",
          migration.revision.path, statement.line, tokens.front(), runner)};
    }
  }
}

// ---- files

std::optional<std::string> text_of(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

std::string with_line(std::string text, const std::string& line) {
  const std::vector<std::string_view> lines = lines_of(text);
  if (std::ranges::find(lines, line) != lines.end()) return text;
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  return text.append(line).append("\n");
}

}  // namespace

std::vector<std::string_view> runner_names() {
  std::vector<std::string_view> names;
  for (const Runner* runner : runners) names.push_back(runner->name);
  return names;
}

std::vector<EmittedFile> emit(const RevisionGraph& graph, std::span<const RevisionNumber> revisions,
                              std::string_view name) {
  const auto found = std::ranges::find(runners, name, [](const Runner* runner) { return runner->name; });
  const Runner& runner = **found;
  const Migrations migrations{graph};
  std::vector<EmittedFile> files;
  for (RevisionNumber revision : migrations.order()) {
    if (std::ranges::find(revisions, revision) == revisions.end()) continue;
    if (!runner.takes_variables) refuse_secrets(migrations.of(revision), runner.name);
    runner.emit(migrations.of(revision), files);
  }
  return files;
}

std::vector<std::string> write_emitted(std::span<const EmittedFile> files, const std::string& folder) {
  std::map<std::string, std::string> texts;
  std::vector<std::string> order;
  for (const EmittedFile& file : files) {
    const std::string path = (fs::path{folder} / file.path).string();
    const std::optional<std::string> there = texts.contains(path) ? std::optional{texts[path]} : text_of(path);
    if (file.line.empty() && there && *there != file.text) {
      throw RevisionError{
          fmt::format("{} is there already, and holds something else; nothing was written\nmove it away, or name "
                      "another folder with --out",
                      path)};
    }
    const std::string text = file.line.empty() ? file.text : with_line(there.value_or(file.text), file.line);
    if (there && *there == text) continue;
    if (!texts.contains(path)) order.push_back(path);
    texts[path] = text;
  }
  for (const std::string& path : order) {
    std::error_code failure;
    fs::create_directories(fs::path{path}.parent_path(), failure);
    std::ofstream file{path, std::ios::binary};
    file << texts[path] << std::flush;
    if (!file) throw RevisionError{fmt::format("cannot write {}", path)};
  }
  return order;
}

}  // namespace plumb
