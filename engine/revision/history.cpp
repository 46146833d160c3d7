#include "engine/revision/history.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "engine/cache.h"
#include "engine/catalog_text.h"
#include "engine/postgres/sqlstate.h"
#include "engine/prove.h"
#include "engine/report/wording.h"
#include "engine/revision/run.h"
#include "schema/error.h"
#include "schema/file/declaration.h"
#include "schema/file/statement_subject.h"

namespace plumb {

namespace {

Journey journey_to(const RevisionGraph& graph, std::span<const std::string> targets) {
  if (graph.size() == 0 || targets.empty()) return {};
  return plan_upgrade(graph, {}, targets);
}

/// An SQL file as a revision without header.
RevisionFile read_before(const std::string& path) {
  Symbols symbols;
  RevisionFile file;
  file.revision.path = path;
  std::string content;
  for (WrittenStatement& statement : read_declaration(std::array{path}, {}, symbols).statements) {
    content.append(statement.sql).append(";\n");
    file.upgrade.push_back({std::move(statement.sql), statement.place.line, true});
  }
  file.hash = hash_revision(content);
  return file;
}

PlanError cannot_be_run(std::string_view way, const DatabaseError& error) {
  return PlanError{
      fmt::format("the new revision was tried on a scratch database, with the rows that the revisions before it "
                  "insert, and its {} cannot be run there; no file was written:\n{}\nwrite it by hand, with what is "
                  "to become of such rows: plumb revision -m \"...\"",
                  way, error.what())};
}

/// Data exceptions and violated constraints (manual, appendix A).
bool is_about_rows(const DatabaseError& error) {
  return error.state.starts_with("22") || error.state.starts_with("23");
}

/// What PostgreSQL said, without the place and the statement.
std::string complaint_in(const DatabaseError& error, const std::string& path) {
  std::string_view text = lines_of(error.what()).front();
  if (text.starts_with(path)) text.remove_prefix(std::min(text.find(": ", path.size()) + 2, text.size()));
  return std::string{text};
}

void empty_tables(Database& database) {
  const std::string tables = database.value(R"(
select pg_catalog.string_agg(c.oid::pg_catalog.regclass::text, ', ')
  from pg_catalog.pg_class c
 where c.relkind in ('r', 'p')
   and c.oid >= 16384)");
  if (!tables.empty()) database.run("truncate table " + tables);
}

}  // namespace

History::History(const RevisionGraph& graph, std::span<const std::string> targets,
                 const std::vector<std::string>& before)
    : journey_{journey_to(graph, targets)}, files_{graph, journey_} {
  for (const std::string& path : before) before_.push_back(read_before(path));
  const auto collect = [this](const RevisionFile& file) {
    for (const RevisionStatement& statement : file.upgrade) collect_words(statement.sql, words_);
  };
  for (const RevisionFile& file : before_) collect(file);
  for (const TravelStep& step : journey_.steps) collect(files_.of(step));
}

History History::beginning() const {
  History history{before_, files_};
  for (const RevisionFile& file : before_) {
    for (const RevisionStatement& statement : file.upgrade) collect_words(statement.sql, history.words_);
  }
  return history;
}

void History::run_before(Database& database) const {
  for (const RevisionFile& file : before_) run_section(database, file.upgrade, file.revision.path);
}

void History::run(Database& database) const {
  run_before(database);
  for (const TravelStep& step : journey_.steps) {
    const RevisionFile& file = files_.of(step);
    try {
      run_section(database, file.upgrade, file.revision.path);
    } catch (const DatabaseError& error) {
      const std::string_view advice =
          is_missing(error) && before_.empty()
              ? "\nWhat was there before the first revision has to be written down once: pg_dump --schema-only of a "
                "database without any revision, and its file under `revisions: before:` in plumb.yaml."
              : "";
      throw DatabaseError{fmt::format("the history cannot be replayed: {}{}", error.what(), advice), error.state,
                          error.line, error.column};
    }
  }
}

bool History::reaches_cluster() const {
  const auto any_in = [](const Section& section) {
    return std::ranges::any_of(
        section, [](const RevisionStatement& statement) { return !shared_by_databases(statement.sql).empty(); });
  };
  const auto is_in = [&](const RevisionFile& file) { return any_in(file.upgrade) || any_in(file.downgrade); };
  return std::ranges::any_of(before_, is_in) ||
         std::ranges::any_of(journey_.steps, [&](const TravelStep& step) { return is_in(files_.of(step)); });
}

Fingerprint History::key() const {
  Hasher hasher;
  for (const RevisionFile& file : before_) hasher.add(file.hash);
  for (const TravelStep& step : journey_.steps) hasher.add(files_.of(step).hash);
  return hasher.finish();
}

namespace {

/// The role that PostgreSQL says is not there, in English as private servers do; empty: something else is wrong.
std::string missing_role(const DatabaseError& error) {
  constexpr std::string_view start = "role \"";
  const std::string_view message = error.what();
  const auto begin = message.find(start);
  const auto end = message.find("\" does not exist", begin);
  if (error.state != "42704" || begin == std::string_view::npos || end == std::string_view::npos) return {};
  return std::string{message.substr(begin + start.size(), end - begin - start.size())};
}

}  // namespace

// Without a live database, nobody but PostgreSQL tells of the roles that revisions take for granted.
Catalog replay(const History& history, Workbench& workbench) {
  Words made;
  while (true) {
    ScratchDatabase scratch = workbench.make();
    workbench.provide_shared(history.words());
    try {
      history.run(scratch.database());
      return workbench.read(scratch.database());
    } catch (const DatabaseError& error) {
      const std::string role = missing_role(error);
      if (role.empty() || workbench.has_target() || !made.insert(role).second) throw;
      workbench.expect_roles({role});
      workbench.provide_shared({role});
    }
  }
}

Catalog replay_cached(const History& history, Workbench& workbench) {
  const Cache cache;
  const Fingerprint key =
      Hasher{}.add(std::to_string(workbench.version())).add(workbench.user()).add(to_hex(history.key())).finish();
  if (const std::optional<std::string> text = cache.load("replayed", key)) {
    if (std::optional<Catalog> catalog = read_catalog(*text, workbench.symbols())) return std::move(*catalog);
  }
  Catalog catalog = replay(history, workbench);
  cache.store("replayed", key, write_catalog(catalog));
  return catalog;
}

Proof prove_revision(const History& history, const RevisionFile& file, const Catalog& actual, const Catalog& desired,
                     Workbench& workbench) {
  ScratchDatabase scratch = workbench.make();
  Words words = history.words();
  for (const RevisionStatement& statement : file.upgrade) collect_words(statement.sql, words);
  workbench.provide_shared(words);
  const std::string& path = file.revision.path;
  const auto go_there = [&](Database& database) {
    history.run(database);
    try {
      run_section(database, file.upgrade, path);
    } catch (const DatabaseError& error) {
      throw cannot_be_run("upgrade", error);
    }
  };
  go_there(scratch.database());
  const Catalog after = workbench.read(scratch.database());
  expect_same(after, desired, "the new revision was tried on a scratch database, and it does not arrive", workbench);
  Proof proof{after.fingerprint()};
  if (!file.has_downgrade) return proof;
  const auto go_back = [&](Database& database) {
    run_section(database, file.downgrade, path);
    expect_same(workbench.read(database), actual,
                "the new revision was tried on a scratch database, and its way back does not arrive", workbench);
  };
  try {
    go_back(scratch.database());
    return proof;
  } catch (const DatabaseError& error) {
    if (!is_about_rows(error)) throw cannot_be_run("downgrade", error);
    proof.obstacle = complaint_in(error, path);
  }
  ScratchDatabase empty = workbench.make();
  go_there(empty.database());
  empty_tables(empty.database());
  try {
    go_back(empty.database());
  } catch (const DatabaseError& error) {
    throw cannot_be_run("downgrade", error);
  }
  return proof;
}

std::vector<std::string> mentioned_extensions(const Words& words, const Installation& installation) {
  std::vector<std::string> names;
  std::ranges::copy_if(words, std::back_inserter(names),
                       [&](const std::string& word) { return installation.has_extension(word); });
  return names;
}

std::optional<Installation> installation_for(const Words& words, int version) {
  std::optional<Installation> best;
  std::size_t most = 0;
  for (const Installation& installation : find_installations()) {  // the newest first
    if (version != 0 && installation.major() != version / 10000) continue;
    const std::size_t count = mentioned_extensions(words, installation).size();
    if (best && count <= most) continue;
    best = installation;
    most = count;
  }
  return best;
}

std::string no_installation(int version) {
  return fmt::format(
      "no PostgreSQL server{} is installed to replay the history on: install one (apt-get install postgresql), or set "
      "PLUMB_POSTGRES to its bin folder",
      version == 0 ? "" : fmt::format(" {}", version / 10000));
}

}  // namespace plumb
