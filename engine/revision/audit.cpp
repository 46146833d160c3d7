#include "engine/revision/audit.h"

#include <set>

#include <fmt/core.h>

#include "engine/prove.h"
#include "engine/revision/run.h"
#include "engine/slice.h"
#include "schema/error.h"

namespace plumb {

namespace {

bool holds_same(const Catalog& catalog, const Object& object) {
  const Object* found = catalog.find(object.identity);
  return found != nullptr && found->fingerprint == object.fingerprint;
}

/// Which objects the history made or changed, and which it dropped.
class Claims {
 public:
  Claims(const Catalog& before, const Catalog& replayed) : before_{before}, replayed_{replayed} {}

  bool made(const Object& object) const { return !holds_same(before_, object); }

  /// Whether the history decides that an object of the live database should not be as it is: it made the object or what
  /// it belongs to, or dropped it.
  bool decide(const Catalog& live, ObjectId id) const {
    const Identity& identity = live.object(id).identity;
    if (const Object* found = replayed_.find(identity)) return made(*found);
    if (rules_for(identity.kind).only_if_declared) return false;
    if (before_.contains(identity)) return true;
    for (ObjectId owner = live.object(id).parent; owner != ObjectId::none; owner = live.object(owner).parent) {
      const Object* found = replayed_.find(live.object(owner).identity);
      if (found != nullptr) return made(*found);
    }
    return false;
  }

 private:
  const Catalog& before_;
  const Catalog& replayed_;
};

/// A replayed object, with what is a matter of the server as the live one has it.
std::vector<Property> as_in_live(const Object& object, const Object* live, const Symbols& symbols) {
  std::vector<Property> properties = properties_of(object, false);
  for (const AttributeRule& rule : rules_for(object.identity.kind).attributes) {
    if (!rule.of_server && !rule.only_if_declared) continue;
    const auto is_it = [&](const auto& attribute) { return symbols.text(attribute.key) == rule.key; };
    std::erase_if(properties, is_it);
    if (live == nullptr) continue;
    for (const Attribute& attribute : live->attributes) {
      if (is_it(attribute)) properties.push_back({attribute.key, attribute.values, Symbol::none, attribute.order});
    }
  }
  return properties;
}

/// Whether a revision holds what stood in this file, which was squashed into it.
bool is_replaced(const Revision& revision, const std::string& id, const std::string& hash) {
  const auto found = revision.replaced.find(id);
  return found != revision.replaced.end() && found->second == hash;
}

}  // namespace

std::vector<std::string> edited_parents(const RevisionGraph& graph) {
  std::vector<std::string> faults;
  std::map<RevisionNumber, std::string> hashes;
  for (const Revision& revision : graph.revisions()) {
    for (const auto& [parent, hash] : revision.parent_hashes) {
      const std::optional<RevisionNumber> number = graph.find(parent);
      if (!number) continue;
      const std::string& path = graph[*number].path;
      if (!hashes.contains(*number)) hashes[*number] = read_revision_file(path).hash;
      if (hashes[*number] == hash || is_replaced(graph[*number], parent, hash)) continue;
      faults.push_back(fmt::format("{} was edited after revision {} was made from it", path, revision.id));
    }
  }
  return faults;
}

std::vector<std::string> edited_applied(const RevisionGraph& graph, Ledger& ledger) {
  std::vector<std::string> faults;
  std::set<std::pair<std::string, std::string>> squashed;
  for (const Revision& revision : graph.revisions()) {
    squashed.insert(revision.replaced.begin(), revision.replaced.end());
  }
  for (const auto& [id, file] : ledger.applied_files()) {
    if (squashed.contains({id, file.hash})) continue;
    const std::optional<RevisionNumber> number = graph.find(id);
    if (!number) {
      if (file.is_settled) continue;
      faults.push_back(fmt::format("revision {} was run here, and its file is gone", id));
    } else if (read_revision_file(graph[*number].path).hash != file.hash) {
      faults.push_back(fmt::format("{} was edited after it was run here", graph[*number].path));
    }
  }
  return faults;
}

Catalog undisturbed(const Catalog& live, const Catalog& before, const Catalog& replayed) {
  const Claims claims{before, replayed};
  Merger merger{live.symbols()};
  for (const Object& object : replayed.objects()) {
    if (!claims.made(object)) continue;
    merger.add(replayed, replayed.id(object), as_in_live(object, live.find(object.identity), live.symbols()));
  }
  for (const Object& object : live.objects()) {
    if (!claims.decide(live, live.id(object))) merger.add(live, live.id(object));
  }
  return merger.finish();
}

void climb(const History& history, Workbench& workbench, const std::function<void(const TravelStep&)>& before_step) {
  ScratchDatabase scratch = workbench.make();
  Database& database = scratch.database();
  workbench.provide_shared(history.words());
  history.run_before(database);
  Catalog below = workbench.read(database);
  for (const TravelStep& step : history.steps()) {
    before_step(step);
    const RevisionFile& file = history.file(step);
    const std::string& path = file.revision.path;
    if (!file.has_downgrade) throw PlanError{fmt::format("{}: this revision has no way back", path)};
    run_section(database, file.upgrade, path);
    Catalog above = workbench.read(database);
    run_section(database, file.downgrade, path);
    expect_same(workbench.read(database), below, path + ": its downgrade does not lead back", workbench);
    run_section(database, file.upgrade, path);
    expect_same(workbench.read(database), above, path + ": run again, its upgrade leads elsewhere", workbench);
    below = std::move(above);
  }
}

}  // namespace plumb
