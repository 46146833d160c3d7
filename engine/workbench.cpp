#include "engine/workbench.h"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "engine/execute.h"
#include "engine/inspect.h"
#include "engine/postgres/sqlstate.h"
#include "engine/search_path.h"
#include "engine/slice.h"
#include "schema/error.h"
#include "schema/rules.h"
#include "schema/sql.h"
#include "schema/text.h"

namespace plumb {

namespace {

std::string offer(Kind kind, const AttributeRule& rule, std::string_view name, std::string_view value) {
  return fmt::format("{} {} {} {}", rules_for(kind).key, rule.key, name, value);
}

}  // namespace

Workbench::Workbench(const ScratchOptions& options, Symbols& symbols)
    : scratch_{options}, symbols_{symbols}, user_{options.user}, version_{options.version}, cluster_{options.cluster} {}

Catalog Workbench::read(Database& database) { return inspect(database, symbols_, {.cluster = cluster_}); }

const Catalog& Workbench::base() {
  if (!base_) {
    ScratchDatabase empty = make();
    base_.emplace(read(empty.database()));
    read_offers(empty.database());
  }
  return *base_;
}

std::vector<ObjectId> Workbench::common_with_base(const Catalog& catalog) {
  std::vector<ObjectId> ids;
  if (is_wide_) {
    for (const Object& object : catalog.objects()) ids.push_back(catalog.id(object));
    return ids;
  }
  for (const Object& object : base().objects()) {
    if (const Object* found = catalog.find(object.identity)) ids.push_back(catalog.id(*found));
  }
  return ids;
}

void Workbench::attempt(const std::function<void()>& work) {
  try {
    return work();
  } catch (const HiddenNeedError&) {
    if (is_wide_) throw;
  } catch (const DatabaseError& error) {
    if (is_wide_ || !is_missing(error)) throw;
  }
  is_wide_ = true;
  work();
}

void Workbench::provide_shared(const Words& words) { scratch_.provide_shared(words); }

void Workbench::provide_shared(const std::vector<Step>& steps) {
  Words words;
  for (const Step& step : steps) {
    for (const Statement& statement : step.forward) collect_words(statement.sql, words);
  }
  scratch_.provide_shared(words);
}

void Workbench::read_offers(Database& database) {
  for (Kind kind : all_kinds()) {
    for (const AttributeRule& rule : rules_for(kind).attributes) {
      if (rule.offered.empty()) continue;
      database.each_row(rule.offered, [&](Row row) { offers_.insert(offer(kind, rule, *row[0], *row[1])); });
    }
  }
}

std::string Workbench::spell_routine(std::string_view name) {
  const auto open = name.find('(');
  if (open == std::string_view::npos || !name.ends_with(')')) return std::string{name};
  ScratchDatabase scratch = make();
  const auto spell = [&](std::string_view type) {
    try {
      const std::string text = quote_literal(trimmed(type));
      return scratch.database().value(fmt::format("select coalesce(pg_catalog.to_regtype({0})::text, {0})", text));
    } catch (const DatabaseError&) {
      return std::string{trimmed(type)};
    }
  };
  std::string types;
  int depth = 0;
  bool is_quoted = false;
  std::size_t begin = open + 1;
  for (std::size_t i = begin; i < name.size(); ++i) {
    if (name[i] == '"') is_quoted = !is_quoted;
    const bool ends = (depth == 0 && !is_quoted && name[i] == ',') || i + 1 == name.size();
    if (!is_quoted) depth += name[i] == '(' ? 1 : name[i] == ')' ? -1 : 0;
    if (!ends) continue;
    if (i > begin) types.append(types.empty() ? "" : ", ").append(spell(name.substr(begin, i - begin)));
    begin = i + 1;
  }
  return fmt::format("{}({})", name.substr(0, open), types);
}

Catalog Workbench::as_offered(const Catalog& catalog) {
  base();
  Merger merger{symbols_};
  for (const Object& object : catalog.objects()) {
    if (rules_for(object.identity.kind).parent_may_bring) continue;
    std::vector<Property> properties = properties_of(object, true);
    std::erase_if(properties, [&](const Property& property) {
      const Kind kind = object.identity.kind;
      const AttributeRule& rule = *find_attribute(rules_for(kind), catalog.text(property.key));
      if (!rule.of_server) return false;
      return !offers_.contains(
          offer(kind, rule, catalog.text(object.identity.name), catalog.text(property.values.front())));
    });
    merger.add(catalog, catalog.id(object), properties);
  }
  return merger.finish();
}

std::set<ObjectId> Workbench::brought(const Catalog& catalog) {
  std::vector<ObjectId> parents;
  for (const Object& object : catalog.objects()) {
    if (rules_for(object.identity.kind).parent_may_bring) parents.push_back(object.parent);
  }
  std::set<ObjectId> ids;
  if (parents.empty()) return ids;
  std::ranges::copy(common_with_base(catalog), std::back_inserter(parents));
  ScratchDatabase scratch = make();
  build(scratch, slice(catalog, closure(catalog, parents, Extent::interface)));
  const Catalog fresh = read(scratch.database());
  for (const Object& object : catalog.objects()) {
    if (!rules_for(object.identity.kind).parent_may_bring) continue;
    const Object* same = fresh.find(object.identity);
    if (same != nullptr && same->fingerprint == object.fingerprint) ids.insert(catalog.id(object));
  }
  return ids;
}

void Workbench::build(ScratchDatabase& scratch, const Catalog& wanted) {
  const Catalog catalog = as_offered(wanted);
  const Plan plan = make_plan(diff(base(), catalog), base(), catalog);
  provide_shared(plan.steps);
  const std::string path = is_wide_ ? path_of_hidden_code(catalog) : plan.search_path;
  execute(
      scratch.database(), plan.steps, path, [](std::size_t) {}, symbols_);
}

}  // namespace plumb
