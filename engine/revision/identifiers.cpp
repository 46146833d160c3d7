#include "engine/revision/identifiers.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "engine/revision/ancestry.h"
#include "schema/file/faults.h"

namespace plumb {

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::size_t shortest_abbreviated = 4;
constexpr std::size_t shown_candidates = 5;

std::string ids_of(const RevisionGraph& graph, std::span<const RevisionNumber> revisions) {
  std::vector<std::string_view> ids;
  for (RevisionNumber revision : revisions) ids.push_back(graph.id(revision));
  return fmt::format("{}", fmt::join(ids, ", "));
}

/// The text after the last '+' or '-' when that is a number, with its sign.
std::string_view offset_in(std::string_view text) {
  const std::size_t digits_from = text.find_last_not_of(digits) + 1;
  if (digits_from == 0 || digits_from == text.size()) return {};
  const char sign = text[digits_from - 1];
  return sign == '+' || sign == '-' ? text.substr(digits_from - 1) : std::string_view{};
}

std::optional<int> to_offset(std::string_view text) {
  const std::string_view number = text.starts_with('+') ? text.substr(1) : text;
  int value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  const bool has_opposite = value != std::numeric_limits<int>::min();
  if (error != std::errc{} || end != number.data() + number.size() || !has_opposite) return std::nullopt;
  return value;
}

/// What to do where a revision is gone because it was squashed; empty for another one.
std::string advice_about_squashed(const RevisionGraph& graph, std::string_view id) {
  const auto into = std::ranges::find_if(
      graph.revisions(), [&](const Revision& revision) { return revision.replaced.contains(std::string{id}); });
  if (into == graph.revisions().end()) return {};
  return fmt::format(
      "it was squashed into {}: a database that is at it has to be brought to {} with the files of before", into->id,
      into->id);
}

std::string advice_about(const RevisionGraph& graph, std::string_view symbol) {
  if (symbol.empty()) return "a name is missing: `base` is before the first revision, `head` the newest one";
  if (symbol == "current")
    return "it stands only before a colon here, as in current:head; `plumb current` tells where the database is";
  if (!offset_in(symbol).empty()) return "nothing is counted from there: name the revision itself";
  if (std::string squashed = advice_about_squashed(graph, symbol); !squashed.empty()) return squashed;
  const std::vector<RevisionNumber> candidates = graph.starting_with(symbol);
  if (candidates.size() > 1) {
    const std::span shown{candidates.data(), std::min(candidates.size(), shown_candidates)};
    return fmt::format("several begin so: {}{}; write more of it", ids_of(graph, shown),
                       shown.size() < candidates.size() ? ", ..." : "");
  }
  for (const Revision& revision : graph.revisions()) {
    if (symbol.size() >= shortest_abbreviated && distance(symbol, revision.id) <= 2)
      return fmt::format("did you mean `{}`?", revision.id);
  }
  const bool is_short = symbol.size() < shortest_abbreviated;
  return fmt::format("no revision file has this id or label{}; `plumb history` lists them",
                     is_short ? ", and a beginning of one needs four characters" : "");
}

[[noreturn]] void unknown(const std::string& symbol, const std::string& advice) {
  throw UnknownRevisionError{fmt::format("Can't locate revision identified by '{}'\n{}", symbol, advice)};
}

/// The one revision that a symbol without meaning of its own names.
RevisionNumber find_named(const RevisionGraph& graph, const std::string& symbol,
                          const std::optional<std::string>& branch) {
  const std::optional<RevisionNumber> of_branch = branch ? std::optional{find_branch(graph, *branch)} : std::nullopt;
  std::optional<RevisionNumber> found = graph.find(symbol);
  if (!found) {
    std::vector<RevisionNumber> candidates = graph.starting_with(symbol);
    if (of_branch) candidates = on_one_line(graph, candidates, std::span{&*of_branch, 1}, Along::revisions);
    if (candidates.size() != 1) unknown(symbol, advice_about(graph, symbol));
    found = candidates.front();
  }
  if (of_branch && on_one_line(graph, std::span{&*found, 1}, std::span{&*of_branch, 1}, Along::revisions).empty()) {
    unknown(symbol, fmt::format("{} is not on the branch '{}': leave out '{}@', or name another branch",
                                graph.id(*found), *branch, *branch));
  }
  return *found;
}

std::vector<RevisionNumber> on_branch(const RevisionGraph& graph, RevisionGraph::Neighbours candidates,
                                      const std::optional<std::string>& branch) {
  if (!branch) return {candidates.begin(), candidates.end()};
  const RevisionNumber begins = find_branch(graph, *branch);
  return on_one_line(graph, candidates, std::span{&begins, 1}, Along::revisions);
}

/// What a symbol means, where that is more than one name; see `Identifier`.
std::vector<RevisionNumber> find_symbol(const RevisionGraph& graph, const std::string& symbol,
                                        const std::optional<std::string>& branch) {
  if (symbol == "base") return {};
  if (symbol == "heads") return on_branch(graph, branch ? graph.heads() : graph.real_heads(), branch);
  if (symbol == "head") {
    const std::vector<RevisionNumber> heads = on_branch(graph, graph.heads(), branch);
    if (heads.size() > 1) throw SeveralHeadsError{graph, heads, branch ? *branch + "@head" : "head"};
    return heads;
  }
  return {find_named(graph, symbol, branch)};
}

struct Split {
  std::optional<std::string> branch;
  std::string symbol;
};

Split split_branch(std::string_view identifier) {
  const std::size_t at = identifier.find('@');
  if (at == std::string_view::npos) return {std::nullopt, std::string{identifier}};
  return {std::string{identifier.substr(0, at)}, std::string{identifier.substr(at + 1)}};
}

[[noreturn]] void throw_too_large(std::string_view offset) {
  throw RevisionError{fmt::format("Walked too far\n{} is too large a number", offset)};
}

/// What `-N` means where no revision is current: so far below each head.
std::vector<RevisionNumber> find_below_heads(const RevisionGraph& graph, int steps,
                                             const std::optional<std::string>& branch) {
  std::vector<RevisionNumber> found;
  for (RevisionNumber head : graph.real_heads()) {
    const std::vector<std::string> labels = graph.labels(head);
    if (branch && std::ranges::find(labels, *branch) == labels.end()) continue;
    const Walk walked = walk(graph, head, steps, std::nullopt);
    if (!walked.arrived) {
      throw RevisionError{fmt::format("Walked too far\nthere are not {} revisions below {}", -steps, graph.id(head))};
    }
    if (walked.end) found.push_back(*walked.end);
  }
  return found;
}

}  // namespace

SeveralHeadsError::SeveralHeadsError(const RevisionGraph& graph, std::span<const RevisionNumber> heads,
                                     std::string asked_for)
    : RevisionError{fmt::format("Multiple heads are present for given argument '{}'; {}", asked_for,
                                ids_of(graph, heads))},
      argument{std::move(asked_for)},
      ids{ids_of(graph, heads)} {}

Identifier parse_identifier(const RevisionGraph& graph, std::string_view text) {
  const std::string_view offset = graph.find(text) ? std::string_view{} : offset_in(text);
  const Split split = split_branch(text.substr(0, text.size() - offset.size()));
  Identifier identifier{split.branch, split.symbol, std::nullopt, std::string{offset}};
  if (!offset.empty()) {
    identifier.offset = to_offset(offset);
    if (!identifier.offset) throw_too_large(offset);
  }
  return identifier;
}

std::vector<RevisionNumber> find_revisions(const RevisionGraph& graph, std::string_view identifier) {
  const auto& [branch, symbol] = split_branch(identifier);
  if (symbol.starts_with('-') && offset_in(symbol) == symbol) {
    const auto offset = to_offset(symbol);
    if (!offset) throw_too_large(symbol);
    return find_below_heads(graph, *offset, branch);
  }
  return find_symbol(graph, symbol, branch);
}

std::vector<RevisionNumber> find_revisions(const RevisionGraph& graph, std::span<const std::string> identifiers) {
  std::vector<RevisionNumber> all;
  for (const std::string& identifier : identifiers) {
    const std::vector<RevisionNumber> found = find_revisions(graph, identifier);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

std::vector<RevisionNumber> find_rows(const RevisionGraph& graph, std::span<const std::string> rows) {
  std::vector<RevisionNumber> found;
  for (const std::string& row : rows) {
    const std::optional<RevisionNumber> revision = graph.find(row);
    if (!revision || graph.id(*revision) != row) {
      if (const std::string squashed = advice_about_squashed(graph, row); !squashed.empty()) unknown(row, squashed);
      unknown(row,
              "the database is at this revision, and no revision file has it: bring the file back, or say where the "
              "database really is with `plumb stamp --purge REVISION`");
    }
    found.push_back(*revision);
  }
  return found;
}

std::optional<RevisionNumber> find_revision(const RevisionGraph& graph, std::string_view identifier) {
  const auto& [branch, symbol] = split_branch(identifier);
  const std::vector<RevisionNumber> found = find_symbol(graph, symbol, branch);
  if (found.size() > 1) throw SeveralHeadsError{graph, found, std::string{identifier}};
  return found.empty() ? base : std::optional{found.front()};
}

RevisionNumber find_branch(const RevisionGraph& graph, std::string_view name) {
  if (const std::optional<RevisionNumber> found = graph.find(name)) return *found;
  const std::vector<RevisionNumber> candidates = graph.starting_with(name);
  if (candidates.size() != 1) unknown(std::string{name}, "no such branch: " + advice_about(graph, name));
  return candidates.front();
}

Walk walk(const RevisionGraph& graph, std::optional<RevisionNumber> start, int steps,
          const std::optional<std::string>& branch) {
  std::optional<RevisionNumber> at = start;
  bool is_before_all = !start && steps < 0;
  for (int left = steps; left != 0; left += left > 0 ? -1 : 1) {
    std::vector<RevisionNumber> onward;
    if (steps > 0) {
      onward = on_branch(graph, at ? graph.up(*at) : graph.bases(), branch);
    } else if (!is_before_all) {
      onward.assign(graph.down(*at).begin(), graph.down(*at).end());
      is_before_all = onward.empty();
      if (is_before_all) {
        at = base;
        continue;
      }
    }
    if (onward.empty()) return {at, false};
    if (onward.size() > 1) {
      throw RevisionError{fmt::format("Ambiguous walk\n{} {}: name the revision itself, or a branch before '@'",
                                      ids_of(graph, onward), steps > 0 ? "all follow" : "are all one step down")};
    }
    at = onward.front();
  }
  return {at, true};
}

}  // namespace plumb
