#include "engine/borrowing.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/execute.h"
#include "engine/postgres/sqlstate.h"
#include "engine/slice.h"
#include "schema/rules.h"

namespace plumb {

namespace {

/// The words of a message that could be names.
Words names_in(std::string_view message) {
  Words names;
  collect_words(message.substr(0, message.find('\n')), names);
  collect_quoted(message, names);
  return names;
}

/// What PostgreSQL misses, without what another statement of an SQL file mentions that it does not miss there: nobody
/// knows yet what that makes, and it may be this.
Words missed_by(std::span<const Attempt> refused) {
  Words missed;
  Words made;
  for (const Attempt& attempt : refused) {
    if (is_syntax_error(*attempt.error)) continue;
    const Words own = names_in(attempt.error->what());
    missed.insert(own.begin(), own.end());
    Words mentioned;
    collect_words(attempt.sql, mentioned);
    if (attempt.draft == nullptr) std::ranges::set_difference(mentioned, own, std::inserter(made, made.end()));
  }
  Words names;
  std::ranges::set_difference(missed, made, std::inserter(names, names.end()));
  return names.empty() ? missed : names;
}

Words mentioned_in(std::span<const Attempt> refused) {
  Words words;
  for (const Attempt& attempt : refused) {
    if (!is_syntax_error(*attempt.error)) collect_words(attempt.sql, words);
  }
  return words;
}

Catalog all_of(const Catalog& catalog) {
  std::set<ObjectId> ids;
  for (const Object& object : catalog.objects()) ids.insert(catalog.id(object));
  return slice(catalog, ids);
}

}  // namespace

Borrowing::Borrowing(const Catalog& actual, const Catalog& drafts, Workbench& workbench)
    : actual_{actual}, drafts_{drafts}, workbench_{workbench}, lent_{all_of(workbench.base())} {}

void Borrowing::start_over(ScratchDatabase& scratch) {
  if (!stands_alone_) lent_ = all_of(workbench_.base());
  stands_alone_ = true;
  if (lent_.fingerprint() != workbench_.base().fingerprint()) workbench_.build(scratch, lent_);
}

bool is_mentioned(const Catalog& catalog, const Identity& identity, const Words& words) {
  const std::string_view name = catalog.text(identity.name);
  if (rules_for(identity.kind).signature.empty()) return words.contains(name);
  Words own;
  collect_words(name.substr(0, name.find('(')), own);
  return std::ranges::any_of(own, [&](const std::string& word) { return words.contains(word); });
}

bool Borrowing::lend_missing(Database& scratch, std::span<const Attempt> refused) {
  return lend(scratch, missed_by(refused));
}

bool Borrowing::lend(Database& scratch, std::span<const Attempt> refused) {
  return lend_missing(scratch, refused) || lend(scratch, mentioned_in(refused));
}

void Borrowing::lend_schemas(Database& scratch, const Words& names) {
  Words missing;
  for (const Object& object : actual_.objects()) {
    const std::string_view name = actual_.text(object.identity.name);
    if (rules_for(object.identity.kind).holds_names && names.contains(name)) missing.emplace(name);
  }
  lend(scratch, missing);
}

bool Borrowing::lend(Database& scratch, const Words& words) {
  if (words.empty()) return false;
  scratch.run("set search_path to ''");
  const Catalog there = workbench_.read(scratch);
  std::vector<ObjectId> seeds;
  std::vector<ObjectId> schemas;
  for (const Object& object : actual_.objects()) {
    if (object.parent != ObjectId::none || there.contains(object.identity)) continue;
    if (drafts_.contains(object.identity) || made_by_files_.contains(object.identity)) continue;
    const KindRules& rules = rules_for(object.identity.kind);
    if (!rules.from_server && !is_mentioned(actual_, object.identity, words)) continue;
    (rules.holds_names ? schemas : seeds).push_back(actual_.id(object));
  }
  // What else is missing may be in what the statements make, once they have the schemas for it.
  if (!schemas.empty()) seeds = std::move(schemas);
  std::set<ObjectId> ids = closure(actual_, seeds, Extent::interface);
  leave_out_what_files_make(ids, there);
  for (const Object& object : there.objects()) {
    if (const Object* known = actual_.find(object.identity)) ids.insert(actual_.id(*known));
  }
  Catalog wanted = workbench_.as_offered(slice(actual_, ids));
  Changes changes = diff(there, wanted);
  std::erase_if(changes, [](const Change& change) { return change.before != nullptr; });
  if (changes.empty()) return false;
  const Plan plan = make_plan(changes, there, wanted);
  workbench_.provide_shared(plan.steps);
  const auto refused = run_where_allowed(scratch, plan.steps, words);
  std::erase_if(changes, [&](const Change& change) { return refused.contains(change.identity()); });
  if (changes.empty()) return false;
  for (const Change& change : changes) {
    for (ObjectId needed : wanted.needs(wanted.id(*change.after))) {
      const Identity& whole = wanted.object(root_of(wanted, needed)).identity;
      if (there.contains(whole) && !lent_.contains(whole)) stands_alone_ = false;
    }
  }
  remember(changes, wanted);
  return true;
}

std::unordered_set<Identity, IdentityHash> Borrowing::run_where_allowed(Database& scratch, std::span<const Step> steps,
                                                                        const Words& words) {
  std::unordered_set<Identity, IdentityHash> refused;
  const auto run = [&](std::span<const Step> some) {
    execute(
        scratch, some, {}, [](std::size_t) {}, workbench_.symbols());
  };
  std::size_t next = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Identity& subject = steps[i].subject;
    if (!rules_for(subject.kind).from_server || is_mentioned(actual_, subject, words)) continue;
    run(steps.subspan(next, i - next));
    next = i + 1;
    try {
      run(steps.subspan(i, 1));
    } catch (const DatabaseError& error) {
      if (!lacks_right(error)) throw;
      refused.insert(subject);
    }
  }
  run(steps.subspan(next));
  return refused;
}

void Borrowing::leave_out_what_files_make(std::set<ObjectId>& ids, const Catalog& there) const {
  std::vector<ObjectId> left_out;
  for (ObjectId id : ids) {
    const Identity& identity = actual_.object(id).identity;
    if (made_by_files_.contains(identity) && !there.contains(identity)) left_out.push_back(id);
  }
  while (!left_out.empty()) {
    const ObjectId id = left_out.back();
    left_out.pop_back();
    if (ids.erase(id) == 0) continue;
    for (std::span<const ObjectId> more : {actual_.children(id), actual_.needed_by(id)}) {
      left_out.insert(left_out.end(), more.begin(), more.end());
    }
  }
}

bool Borrowing::take_back(std::span<const Attempt> refused) {
  Words names;
  std::map<Kind, Words> tables;  // that have one already
  for (const Attempt& attempt : refused) {
    if (attempt.draft != nullptr) continue;
    if (is_duplicate(*attempt.error)) names.merge(names_in(attempt.error->what()));
    for (Kind kind : all_kinds()) {
      const std::string_view refusal = rules_for(kind).refuses_second;
      const std::string_view message = attempt.error->what();
      if (!refusal.empty() && message.starts_with(refusal)) collect_quoted(message, tables[kind]);
    }
  }
  bool found = false;
  for (const Object& object : lent_.objects()) {
    if (workbench_.base().contains(object.identity)) continue;
    const bool is_made = is_mentioned(lent_, object.identity, names) ||
                         tables[object.identity.kind].contains(lent_.text(object.identity.table));
    if (is_made) found = made_by_files_.insert(object.identity).second || found;
  }
  if (found) lent_ = all_of(workbench_.base());
  return found;
}

void Borrowing::remember(const Changes& changes, const Catalog& wanted) {
  Merger merger{workbench_.symbols()};
  for (const Object& object : lent_.objects()) merger.add(lent_, lent_.id(object));
  for (const Change& change : changes) merger.add(wanted, wanted.id(*change.after));
  lent_ = merger.finish();
}

std::vector<Borrowed> Borrowing::sources() const {
  std::vector<Borrowed> all;
  for (const Object& object : lent_.objects()) {
    const Object* source = actual_.find(object.identity);
    if (source != nullptr && !workbench_.base().contains(object.identity)) {
      all.push_back({object.identity, source->fingerprint});
    }
  }
  return all;
}

}  // namespace plumb
