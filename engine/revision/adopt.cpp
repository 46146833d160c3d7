#include "engine/revision/adopt.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include <fmt/core.h>

#include "engine/report/script_text.h"
#include "engine/report/wording.h"
#include "engine/revision/ancestry.h"
#include "engine/revision/file.h"
#include "engine/revision/folder.h"
#include "schema/error.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string text_of(const Section& section) {
  std::string text;
  for (const RevisionStatement& statement : section) {
    if (statement.outside_transaction) text.append(outside_marker).append("\n");
    text += terminated(statement.sql);
  }
  return text;
}

/// Drafts revisions one after another, parents first.
class Drafting {
 public:
  Drafting(const RevisionGraph& scripts, const RevisionSettings& settings) : scripts_{scripts}, settings_{settings} {
    order_ = newest_first(scripts, ancestors(scripts, scripts.real_heads(), Along::needs), scripts.heads());
    std::ranges::reverse(order_);
  }

  const std::vector<RevisionNumber>& order() const { return order_; }

  /// Where the file of a revision goes.
  std::string path_of(const Revision& revision) const {
    const Moment moment = parse_time(revision.created).value_or(Moment{});
    const std::string name = file_name(settings_.naming, revision.id, lines_of(revision.message).front(), moment);
    return (std::filesystem::path{settings_.locations.folders.front()} / name).string();
  }

  void add(RevisionNumber number, std::string_view upgrade, std::optional<std::string_view> downgrade) {
    Revision revision = scripts_[number];
    revision.path = path_of(revision);
    const auto same = std::ranges::find(drafts_, revision.path, &Draft::path);
    if (same != drafts_.end()) {
      throw RevisionError{
          fmt::format("{} and {} would both be written to {}, and nothing was written\nlet `revisions: file_template:` "
                      "tell them apart, as <id> does",
                      same->revision.id, revision.id, revision.path)};
    }
    for (const std::string& parent : revision.down) revision.parent_hashes[parent] = hashes_[parent];
    std::string text = write_revision_file(revision, upgrade, downgrade);
    hashes_[revision.id] = parse_revision_file(text, revision.path).hash;
    drafts_.push_back({revision, revision.path, std::move(text)});
  }

  std::vector<Draft> take() { return std::move(drafts_); }

 private:
  const RevisionGraph& scripts_;
  const RevisionSettings& settings_;
  std::vector<RevisionNumber> order_;
  std::map<std::string, std::string> hashes_;
  std::vector<Draft> drafts_;
};

/// What stands in the place of statements that are not known: a new database must not go on as if they had been run.
std::string placeholder(const Revision& script, const std::string& path, const std::string& fault) {
  const std::string message =
      fmt::format("revision {} is still Python: write what {} does into {}", script.id, script.path, path);
  return fmt::format(
      "-- Alembic could not write this revision as SQL: {}\n-- Put the statements of {} here, in place of this one.\n"
      "DO $$ BEGIN RAISE EXCEPTION USING MESSAGE = {}; END $$;\n",
      on_one_line(fault), script.path, quote_literal(message));
}

}  // namespace

Adoption adopt(const RevisionGraph& scripts, const AlembicSql& sql, const RevisionSettings& settings) {
  Drafting drafting{scripts, settings};
  Adoption adoption;
  const auto fault_in = [](const std::map<std::string, std::string>& faults, const std::string& id) {
    const auto found = faults.find(id);
    return found == faults.end() ? std::string{"it did not come to it"} : found->second;
  };
  for (RevisionNumber number : drafting.order()) {
    const Revision& script = scripts[number];
    const std::string path = drafting.path_of(script);
    const auto up = sql.upgrades.find(script.id);
    const auto down = sql.downgrades.find(script.id);
    std::string upgrade = up == sql.upgrades.end() ? "" : text_of(up->second);
    if (up == sql.upgrades.end()) {
      const std::string fault = fault_in(sql.upgrade_faults, script.id);
      upgrade = placeholder(script, path, fault);
      adoption.warnings.push_back(
          fmt::format("Alembic cannot write the upgrade of {} as SQL: {}\nput the statements of "
                      "{} into {}",
                      script.id, fault, script.path, path));
    }
    std::optional<std::string> downgrade;
    if (down != sql.downgrades.end()) {
      downgrade = text_of(down->second);
    } else {
      adoption.warnings.push_back(
          fmt::format("Alembic cannot write the downgrade of {} as SQL: {}\n{} has no way back before you add one",
                      script.id, fault_in(sql.downgrade_faults, script.id), path));
    }
    drafting.add(number, upgrade, downgrade);
  }
  adoption.drafts = drafting.take();
  return adoption;
}

Adoption adopt_baseline(const RevisionGraph& scripts, const std::string& schema, const RevisionSettings& settings) {
  Drafting drafting{scripts, settings};
  for (RevisionNumber number : drafting.order()) {
    const bool is_first = number == drafting.order().front();
    drafting.add(number,
                 is_first ? "-- All that the database held when it was taken over, with every revision.\n" + schema
                          : "-- What it does stands in the first revision.\n",
                 std::nullopt);
  }
  return {drafting.take(), {}};
}

}  // namespace plumb
