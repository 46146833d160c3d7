#include "engine/mistakes.h"

#include <set>
#include <string>
#include <tuple>
#include <unordered_map>

#include "engine/realise.h"
#include "engine/slice.h"
#include "engine/words.h"
#include "schema/error.h"

namespace plumb {

namespace {

/// The outermost entry that a fault of its file stands in or behind; none where it stands before them all.
ObjectId root_at(const Declaration& declaration, const Place& fault) {
  ObjectId found = ObjectId::none;
  auto begin = std::tuple{0, 0};
  for (const auto& [id, place] : declaration.places) {
    const auto at = std::tuple{place.line, place.column};
    const bool is_root = declaration.drafts.object(id).parent == ObjectId::none;
    if (!is_root || place.file != fault.file || at > std::tuple{fault.line, fault.column} || at < begin) continue;
    found = id;
    begin = at;
  }
  return found;
}

/// Drafts that are not all that their authors wrote.
std::set<ObjectId> unsound_drafts(const Declaration& declaration, const Faults& faults) {
  std::set<ObjectId> unsound;
  for (std::size_t number = 0; number < faults.all().size(); ++number) {
    const auto known = declaration.faulty.find(number);
    unsound.insert(known != declaration.faulty.end() ? known->second
                                                     : root_at(declaration, faults.all()[number].place));
  }
  return unsound;
}

/// No statement may run that a fault is about. Where none stands there, nobody knows what the rest of the file is.
void leave_out_statements(Declaration& part, const Declaration& declaration, const Faults& faults) {
  const auto at = [](const Place& place) { return std::tuple{place.file, place.line, place.column}; };
  std::set<std::tuple<std::string, int, int>> refused;
  std::set<std::string> unclear;
  for (const Faults::Fault& fault : faults.all()) {
    refused.insert(at(fault.place));
    unclear.insert(fault.place.file);
  }
  for (const WrittenStatement& statement : declaration.statements) {
    if (refused.contains(at(statement.place))) unclear.erase(statement.place.file);
  }
  std::set<std::string> silent = unclear;
  for (const auto& [id, place] : declaration.places) silent.erase(place.file);
  for (const WrittenStatement& statement : declaration.statements) {
    silent.erase(statement.place.file);
    if (!unclear.contains(statement.place.file) && !refused.contains(at(statement.place))) {
      part.statements.push_back(statement);
    } else {
      collect_words(std::string_view{statement.sql}.substr(0, statement.sql.find('(')), part.left_out);
    }
  }
  part.lacks_whole_files = !silent.empty();
}

Declaration sound_part(const Declaration& declaration, const Faults& faults) {
  const Catalog& drafts = declaration.drafts;
  const std::set<ObjectId> unsound = unsound_drafts(declaration, faults);
  Declaration part{drafts.symbols()};
  part.scope = declaration.scope;
  part.search_path = declaration.search_path;
  std::unordered_map<ObjectId, ObjectId> ids{{ObjectId::none, ObjectId::none}};
  for (const Object& draft : drafts.objects()) {
    const ObjectId id = drafts.id(draft);
    const auto whole = ids.find(draft.parent);
    if (unsound.contains(id) || whole == ids.end()) {
      part.left_out.emplace(drafts.text(draft.identity.name));
      collect_words(drafts.text(draft.identity.name), part.left_out);  // of a routine
      const ObjectId root = root_of(drafts, id);
      if (ids.contains(root)) part.incomplete.emplace(drafts.text(drafts.object(root).identity.name));
      continue;
    }
    const ObjectId now = part.drafts.add(draft.identity, whole->second, properties_of(draft, true));
    ids.emplace(id, now);
    part.places.emplace(now, declaration.places.at(id));
  }
  for (const auto& [value, place] : declaration.attribute_places) {
    const auto now = ids.find(value.first);
    if (now != ids.end()) part.attribute_places.emplace(std::pair{now->second, value.second}, place);
  }
  leave_out_statements(part, declaration, faults);
  return part;
}

std::string refusals_of(const Declaration& part, const Catalog& actual, Workbench& workbench) {
  try {
    expect_offered(part, workbench.version());
    realise(part, actual, workbench);
  } catch (const DeclarationError& error) {
    return error.what();
  } catch (const Error&) {
    return {};  // what keeps the rest from being tried hides no mistake of form
  }
  return {};
}

}  // namespace

void raise_all(Faults& faults, const Declaration& declaration, const Catalog& actual, Workbench& workbench) {
  const std::string refusals = refusals_of(sound_part(declaration, faults), actual, workbench);
  throw DeclarationError{faults.text() + (refusals.empty() ? "" : '\n' + refusals)};
}

}  // namespace plumb
