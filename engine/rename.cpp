#include "engine/rename.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "engine/alteration.h"
#include "engine/cache.h"
#include "engine/carried.h"
#include "engine/catalog_text.h"
#include "engine/execute.h"
#include "engine/name_key.h"
#include "engine/postgres/sqlstate.h"
#include "engine/slice.h"
#include "engine/workbench.h"
#include "schema/describe.h"
#include "schema/error.h"
#include "schema/fingerprint.h"
#include "schema/rules.h"
#include "schema/signature.h"
#include "schema/sql.h"

namespace plumb {

namespace {

/// How a schema is called after the renames.
Symbol later_name(Symbol schema, std::span<const Rename> renames) {
  const auto own = std::ranges::find_if(renames, [&](const Rename& rename) {
    return rules_for(rename.before.kind).holds_names && rename.before.name == schema;
  });
  return own != renames.end() ? own->after.name : schema;
}

std::vector<Rename> reversed(std::span<const Rename> renames) {
  std::vector<Rename> back;
  for (const Rename& rename : renames) {
    Rename& last = back.emplace_back(rename);
    std::swap(last.before, last.after);
    std::swap(last.value_before, last.value_after);
    if (rename.attribute == nullptr && rename.schema != Symbol::none) {
      last.schema = later_name(rename.before.schema, renames);
    }
  }
  return back;
}

/// Whether the object itself is called otherwise, and not only the types in its signature.
bool changes_own_name(const Rename& rename, const Symbols& symbols) {
  if (rules_for(rename.before.kind).signature.empty()) return rename.before.name != rename.after.name;
  return signature_of(symbols.text(rename.before.name)).own != signature_of(symbols.text(rename.after.name)).own;
}

Statements statements_of(const Rename& rename, const Catalog& from) {
  const Object& object = *from.find(rename.before);
  const View view{from, object};
  if (rename.attribute != nullptr) {
    return rename.attribute->rename_value(view, from.text(rename.value_before), from.text(rename.value_after));
  }
  if (rename.schema == Symbol::none) return view.rules().rename(view, from.text(rename.after.name));
  if (!changes_own_name(rename, from.symbols())) return move_object(view, from.text(rename.schema));
  Object between = object;  // moved or renamed already
  between.identity.schema = rename.schema;
  const bool is_taken = std::ranges::any_of(
      from.objects(), [&](const Object& other) { return share_name(other.identity, between.identity); });
  Statements statements;
  if (is_taken) {
    between.identity = object.identity;
    between.identity.name = rename.after.name;
    statements = view.rules().rename(view, from.text(rename.after.name));
  } else {
    statements = move_object(view, from.text(rename.schema));
  }
  const View rest{from, between};
  std::ranges::move(
      is_taken ? move_object(rest, from.text(rename.schema)) : view.rules().rename(rest, from.text(rename.after.name)),
      std::back_inserter(statements));
  return statements;
}

std::string reason_of(const Rename& rename, const Symbols& symbols) {
  if (rename.attribute == nullptr) {
    std::string reason;
    if (rename.schema != Symbol::none) reason = fmt::format("it moves to schema {}", symbols.text(rename.schema));
    if (!reason.empty() && !changes_own_name(rename, symbols)) return reason;
    return fmt::format("{}its new name is {}", reason.empty() ? "" : reason + "; ", symbols.text(rename.after.name));
  }
  if (rename.attribute->renamed_as.empty()) {
    return fmt::format("{}: {} -> {}", rename.attribute->key, symbols.text(rename.value_before),
                       symbols.text(rename.value_after));
  }
  return fmt::format("in its {}, {} becomes {}", rename.attribute->key, symbols.text(rename.value_before),
                     symbols.text(rename.value_after));
}

/// Whether the one takes a name that the other gives up.
bool waits_for(const Rename& one, const Rename& other) {
  if (one.attribute != nullptr || other.attribute != nullptr) {
    return one.attribute == other.attribute && one.before == other.before && one.value_after == other.value_before;
  }
  Identity target = one.before;
  target.name = one.after.name;
  if (one.schema != Symbol::none) target.schema = one.schema;
  return target == other.before || share_name(target, other.before);
}

/// Parts before their owners, so that each statement may call those as they were at first, and what gives up a name
/// before what takes it.
std::vector<const Rename*> in_order(const std::vector<Rename>& renames, const Symbols& symbols) {
  std::vector<const Rename*> waiting;
  for (const Rename& rename : renames) waiting.push_back(&rename);
  std::ranges::sort(waiting, {}, [&](const Rename* rename) {
    const Identity& identity = rename->before;
    return std::tuple{-static_cast<int>(identity.kind), rename->attribute == nullptr,
                      symbols.text(identity.schema),    symbols.text(identity.table),
                      symbols.text(identity.name),      symbols.text(rename->value_before)};
  });
  std::vector<const Rename*> order;
  while (!waiting.empty()) {
    const auto next = std::ranges::find_if(waiting, [&](const Rename* one) {
      return std::ranges::none_of(waiting, [&](const Rename* other) { return waits_for(*one, *other); });
    });
    if (next == waiting.end()) {
      std::string message{"no order is possible for these renames, because each takes a name that another one bears:"};
      for (const Rename* one : waiting) message += "\n  " + describe(one->before, symbols);
      throw PlanError{message + "\nRename one of them to a third name first, and apply that."};
    }
    order.push_back(*next);
    waiting.erase(next);
  }
  return order;
}

/// The steps that make the schemas to which something moves and that `from` lacks.
std::vector<Step> new_schemas(std::span<const Rename> renames, const Catalog& from) {
  const Kind kind = *std::ranges::find_if(all_kinds(), [](Kind each) { return rules_for(each).holds_names; });
  Catalog schemas{from.symbols()};
  for (const Rename& rename : renames) {
    const Identity identity{.kind = kind, .name = rename.schema};
    const bool is_known = rename.schema == Symbol::none || from.contains(identity) || schemas.contains(identity);
    if (!is_known) schemas.add(identity, ObjectId::none, {});
  }
  std::vector<Step> steps;
  for (const Object& schema : schemas.objects()) {
    const View view{schemas, schema};
    steps.push_back({Action::create,
                     schema.identity,
                     view.rules().create(view, {}),
                     drop_statements(view),
                     "something moves there",
                     {}});
  }
  return steps;
}

/// The steps that carry out `renames` of objects of `from`; of each, `back` undoes it in the catalog that they lead to.
std::vector<Step> steps_of(const std::vector<Rename>& renames, const Catalog& from, const Catalog* to) {
  std::vector<Step> steps;
  const std::vector<Rename> back = reversed(renames);
  for (const Rename* rename : in_order(renames, from.symbols())) {
    Step step{Action::rename, rename->before, statements_of(*rename, from), {}, reason_of(*rename, from.symbols()), {}};
    if (to != nullptr) step.back = statements_of(back[static_cast<std::size_t>(rename - renames.data())], *to);
    steps.push_back(std::move(step));
  }
  return steps;
}

/// What PostgreSQL moves together with the objects that it is asked to move, as the sequences of their columns.
std::vector<Rename> moved_along(std::span<const Rename> renames, const Catalog& actual) {
  std::vector<Rename> along;
  for (const Rename& rename : renames) {
    if (rename.attribute != nullptr || rename.schema == Symbol::none) continue;
    for (const Object* part : parts_below(actual, actual.id(*actual.find(rename.before)))) {
      const KindRules& rules = rules_for(part->identity.kind);
      if (rules.address != Address::schema || rules.join_parent == nullptr) continue;
      Rename& last = along.emplace_back(Rename{.before = part->identity, .after = part->identity});
      last.after.schema = rename.after.schema;
    }
  }
  return along;
}

/// The rename or move of an object, `side` of which is this identity; or null.
const Rename* find_rename(const Identity& identity, Identity Rename::*side, const std::vector<Rename>& renames,
                          const std::vector<Rename>& along) {
  for (const std::vector<Rename>* list : {&renames, &along}) {
    for (const Rename& rename : *list) {
      if (rename.attribute == nullptr && rename.*side == identity) return &rename;
    }
  }
  return nullptr;
}

Identity identity_before(const Identity& identity, const std::vector<Rename>& renames,
                         const std::vector<Rename>& along) {
  const Rename* own = find_rename(identity, &Rename::after, renames, along);
  return own != nullptr ? own->before : former_identity(identity, renames);
}

/// `actual` with what the renames made different between `before` and `after`, two readings of a part of it. What is
/// the same in both keeps the text that it has in `actual`; what needs what is known from `after`.
Catalog changed_alike(const Catalog& actual, const std::vector<Rename>& renames, const std::set<ObjectId>& part,
                      const Catalog& before, const Catalog& after) {
  Merger merger{actual.symbols()};
  const std::vector<Rename> along = moved_along(renames, actual);
  for (const Object& object : after.objects()) {
    const Identity former = identity_before(object.identity, renames, along);
    const Object* old = before.find(former);
    const Object* own = actual.find(former);
    const bool is_same = old != nullptr && old->fingerprint == object.fingerprint;
    if (is_same && own == nullptr) continue;  // scratch has it from the beginning
    merger.add(after, after.id(object), properties_of(is_same ? *own : object, false));
  }
  for (const Object& object : actual.objects()) {
    const ObjectId id = actual.id(object);
    const bool was_read = part.contains(id) && before.contains(object.identity);
    if (!was_read && !after.contains(object.identity)) merger.add(actual, id);
  }
  Catalog catalog = merger.finish();
  catalog.set_user(actual.user());
  catalog.set_version(actual.version());
  return catalog;
}

/// What an object needs, under the names that it has after the renames, in a fixed order.
std::vector<ObjectId> needs_after(const Object& object, const Catalog& actual, const Renaming& renaming) {
  std::vector<ObjectId> ids;
  for (const ObjectId needed : actual.needs(actual.id(object))) {
    const Identity& before = actual.object(needed).identity;
    const Rename* own = find_rename(before, &Rename::before, renaming.renames, renaming.along);
    const Object* after = renaming.catalog.find(own != nullptr ? own->after : before);
    if (after != nullptr) ids.push_back(renaming.catalog.id(*after));
  }
  std::ranges::sort(ids);
  return ids;
}

[[noreturn]] void tell_no_counterpart(const Rename& rename, const Symbols& symbols) {
  throw PlanError{
      fmt::format("{} has no counterpart when {} was renamed: write its arguments as PostgreSQL does, as "
                  "`plumb inspect` shows them",
                  describe(rename.after, symbols), describe(rename.before, symbols))};
}

/// PostgreSQL may spell the arguments of a routine otherwise than the file does, and renames of their types change
/// them.
void settle_signatures(std::vector<Rename>& renames, const Catalog& after) {
  for (Rename& rename : renames) {
    if (rename.attribute != nullptr || after.contains(rename.after)) continue;
    const Symbols& symbols = after.symbols();
    const Signature written = signature_of(symbols.text(rename.after.name));
    const Signature former = signature_of(symbols.text(rename.before.name));
    const Object* equal = nullptr;
    std::vector<const Object*> found;
    for (const Object& object : after.objects()) {
      const Identity& identity = object.identity;
      if (identity.kind != rename.after.kind || identity.schema != rename.after.schema) continue;
      const Signature signature = signature_of(symbols.text(identity.name));
      if (signature.own != written.own) continue;
      found.push_back(&object);
      if (signature.inside == former.inside) equal = &object;
    }
    if (equal == nullptr && found.size() == 1) equal = found.front();
    if (equal == nullptr) tell_no_counterpart(rename, symbols);
    rename.after = equal->identity;
  }
}

Catalog renamed(const Catalog& actual, std::vector<Rename>& renames, Workbench& workbench) {
  const std::set<ObjectId> part = around_renames(actual, renames, workbench);
  ScratchDatabase scratch = workbench.make();
  workbench.build(scratch, slice(actual, part));
  const Catalog before = workbench.read(scratch.database());
  std::vector<Step> steps = new_schemas(renames, actual);
  std::ranges::move(steps_of(renames, actual, nullptr), std::back_inserter(steps));
  try {
    execute(
        scratch.database(), steps, {}, [](std::size_t) {}, workbench.symbols());
  } catch (const DatabaseError& error) {
    if (is_missing(error)) throw HiddenNeedError{error.what()};
    throw PlanError{fmt::format("the renames were tried on a scratch database, and failed there: {}", error.what())};
  }
  const Catalog after = workbench.read(scratch.database());
  settle_signatures(renames, after);
  return changed_alike(actual, renames, part, before, after);
}

Fingerprint question(const Catalog& actual, const std::vector<Rename>& renames, int version) {
  Hasher hasher;
  hasher.add(std::to_string(version)).add(to_hex(actual.fingerprint()));
  for (const Rename& rename : renames) {
    for (const Statement& statement : statements_of(rename, actual)) hasher.add(statement.sql);
  }
  return hasher.finish();
}

Renaming finished(const Catalog& actual, std::vector<Rename> renames, Catalog catalog) {
  settle_signatures(renames, catalog);
  std::vector<Rename> along = moved_along(renames, actual);
  Renaming renaming{std::move(renames), std::move(along), std::move(catalog), {}, {}};
  renaming.steps = new_schemas(renaming.renames, actual);
  renaming.way_back = steps_of(reversed(renaming.renames), renaming.catalog, &actual);
  for (Step step : renaming.steps) {
    std::swap(step.forward, step.back);
    step.action = Action::drop;
    step.reason = "what moved there is gone";
    renaming.way_back.push_back(std::move(step));
  }
  std::ranges::move(steps_of(renaming.renames, actual, &renaming.catalog), std::back_inserter(renaming.steps));
  return renaming;
}

/// Whether the rest of a plan waits for the commit of this step.
bool commits(const Step& step) {
  return std::ranges::any_of(
      step.forward, [](const Statement& statement) { return statement.transaction == Transaction::commit_after; });
}

}  // namespace

void put_renames_first(Plan& plan, const Renaming& renaming) {
  const auto others = std::ranges::stable_partition(plan.steps, [&](const Step& step) {
    return commits(step) && former_identity(step.subject, renaming.renames) == step.subject &&
           std::ranges::none_of(renaming.renames, [&](const Rename& rename) { return rename.after == step.subject; });
  });
  plan.steps.insert(others.begin(), renaming.steps.begin(), renaming.steps.end());
  plan.way_back.insert(plan.way_back.end(), renaming.way_back.begin(), renaming.way_back.end());
}

std::set<ObjectId> around_renames(const Catalog& actual, std::span<const Rename> renames, Workbench& workbench) {
  std::vector<ObjectId> seeds = workbench.common_with_base(actual);
  for (const Rename& rename : renames) {
    const ObjectId id = actual.id(*actual.find(rename.before));
    seeds.push_back(id);
    for (const Object& object : actual.objects()) {
      if (rules_for(object.identity.kind).holds_names && object.identity.name == rename.schema) {
        seeds.push_back(actual.id(object));
      }
    }
    const auto users = actual.needed_by(id);
    seeds.insert(seeds.end(), users.begin(), users.end());
  }
  return closure(actual, seeds, Extent::whole);
}

const Object* before_renames(const Identity& now, const Renaming& renaming, const Catalog& actual) {
  const Identity former = identity_before(now, renaming.renames, renaming.along);
  if (const Object* object = actual.find(former)) return object;
  // Renames of the types of its arguments have changed its name, which is its signature: what it needs tells it.
  const std::string_view own = signature_of(actual.text(former.name)).own;
  const auto needs = renaming.catalog.needs(renaming.catalog.id(*renaming.catalog.find(now)));
  const Object* found = nullptr;
  for (const Object& object : actual.objects()) {
    const Identity& identity = object.identity;
    if (identity.kind != former.kind || identity.schema != former.schema || renaming.catalog.contains(identity))
      continue;
    if (signature_of(actual.text(identity.name)).own != own) continue;
    if (!std::ranges::equal(needs_after(object, actual, renaming), needs)) continue;
    if (found != nullptr) return nullptr;
    found = &object;
  }
  return found;
}

Renaming carry_out(const Catalog& actual, std::vector<Rename> renames, Workbench& workbench) {
  Catalog catalog = renamed(actual, renames, workbench);
  return finished(actual, std::move(renames), std::move(catalog));
}

Renaming carry_out_cached(const Catalog& actual, std::vector<Rename> renames, Workbench& workbench) {
  const Cache cache;
  const Fingerprint key = question(actual, renames, workbench.version());
  if (const auto text = cache.load("renamed", key)) {
    if (auto catalog = read_catalog(*text, actual.symbols())) {
      return finished(actual, std::move(renames), std::move(*catalog));
    }
  }
  Renaming renaming = carry_out(actual, std::move(renames), workbench);
  cache.store("renamed", key, write_catalog(renaming.catalog));
  return renaming;
}

}  // namespace plumb
