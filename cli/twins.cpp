#include "cli/twins.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "cli/consent.h"
#include "engine/report/wording.h"
#include "schema/describe.h"
#include "schema/error.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb::cli {

namespace {

/// A name as YAML takes it.
std::string yaml_quoted(std::string_view name) {
  if (quote_identifier(name) == name) return std::string{name};
  std::string quoted{"'"};
  for (char c : name) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted + '\'';
}

/// "column public.people.email", each name quoted where SQL wants it.
std::string whole_name(const Identity& identity, const Symbols& symbols) {
  const bool is_signature = !rules_for(identity.kind).signature.empty();
  std::string name;
  for (Symbol part : std::array{identity.schema, identity.table, identity.name}) {
    if (part == Symbol::none) continue;
    const bool is_sql = is_signature && part == identity.name;
    name.append(name.empty() ? "" : ".").append(is_sql ? symbols.text(part) : quote_identifier(symbols.text(part)));
  }
  return in_words(identity.kind) + ' ' + name;
}

bool is_move(const Twins& twins) { return twins.before.schema != twins.after.schema; }

std::string line_to_write(const Twins& twins, const Symbols& symbols) {
  const std::string_view verb = is_move(twins) ? "moved" : "renamed";
  const std::string_view former = symbols.text(is_move(twins) ? twins.before.schema : twins.before.name);
  if (!twins.place.empty())
    return fmt::format("`{}_from: {}` into the entry at {}", verb, yaml_quoted(former), twins.place);
  return fmt::format("`-- plumb: {} {} from {}` into an SQL file", verb, whole_name(twins.after, symbols),
                     quote_identifier(former));
}

/// The same where there is such a file; another database tells no former names.
std::string advice(const Twins& twins, const Options& options, const Symbols& symbols) {
  return options.to.empty() ? "; to say so in the schema files, write " + line_to_write(twins, symbols) : std::string{};
}

std::string pair_text(const Twins& twins, const Symbols& symbols) {
  return fmt::format("{} would be dropped, and {} created just like it", on_one_line(describe(twins.before, symbols)),
                     on_one_line(describe(twins.after, symbols)));
}

[[noreturn]] void refuse(const std::vector<const Twins*>& open, const Symbols& symbols) {
  const bool moves = std::ranges::all_of(open, [](const Twins* twins) { return is_move(*twins); });
  std::string message = fmt::format("this may be a {}, and nothing was done:", moves ? "move" : "rename");
  for (const Twins* twins : open) {
    message += fmt::format("\n  {}\n    if it {}, write {}\n    if it is not, add --allow {}",
                           pair_text(*twins, symbols), is_move(*twins) ? "is moved" : "is renamed",
                           line_to_write(*twins, symbols), shell_quoted(twins->consent));
  }
  throw ConsentError{message};
}

bool same_pair(const Twins& one, const Twins& other) { return one.before == other.before && one.after == other.after; }

}  // namespace

Comparison compare_settled(Session& session, const Options& options, Console& console,
                           const std::function<Comparison()>& compare) {
  std::vector<Twins> settled;  // asked and answered with no
  for (;;) {
    Comparison comparison = compare();
    const Symbols& symbols = session.symbols();
    std::vector<const Twins*> open;
    for (const Twins& twins : comparison.twins) {
      const auto is_pair = [&](const Twins& other) { return same_pair(twins, other); };
      const auto covers = [&](const std::string& allowed) { return allows(allowed, twins.consent); };
      if (std::ranges::none_of(settled, is_pair) && std::ranges::none_of(options.allow, covers)) open.push_back(&twins);
    }
    if (open.empty()) return comparison;
    const bool can_ask = !options.yes && console.can_ask();
    if (!can_ask && !options.to.empty()) {
      mention_twins(comparison, options, symbols, console);
      return comparison;
    }
    if (!can_ask) refuse(open, symbols);
    const std::string_view word = is_move(*open.front()) ? "move" : "rename";
    const bool is_rename = console.ask(fmt::format("Is it a {}, so that what {} holds is kept?", word,
                                                   on_one_line(describe(open.front()->before, symbols))),
                                       pair_text(*open.front(), symbols) + ".");
    if (is_rename) {
      session.take_for_rename(*open.front());
      console.note(fmt::format("taken for a {}{}", word, advice(*open.front(), options, symbols)));
    } else {
      settled.push_back(*open.front());
    }
  }
}

void mention_twins(const Comparison& comparison, const Options& options, const Symbols& symbols, Console& console) {
  for (const Twins& twins : comparison.twins) {
    console.note(pair_text(twins, symbols) + advice(twins, options, symbols));
  }
}

}  // namespace plumb::cli
