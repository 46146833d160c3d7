#include "engine/revision/new_revision.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>

#include <fmt/format.h>

#include "engine/revision/identifiers.h"
#include "engine/revision/wording.h"

namespace plumb {

namespace {

constexpr std::string_view several_heads =
    "Multiple heads are present; please specify the head revision on which the new revision should be based, or "
    "perform a merge.";

/// Alembic's table of heads holds so many characters, and fails on more only while it upgrades.
constexpr std::size_t longest_id = 32;

/// Words that mean something else wherever a revision is named.
constexpr std::array<std::string_view, 4> taken_words{"base", "head", "heads", "current"};

void check_word(std::string_view what, const std::string& word) {
  if (std::ranges::find(taken_words, word) == taken_words.end()) return;
  throw RevisionError{fmt::format("{} '{}' has a meaning of its own\nchoose another", what, word)};
}

void check_id(const RevisionGraph& graph, const std::string& id) {
  check_word("Revision identifier", id);
  if (const std::string found = fault_of_revision_id(id); !found.empty()) {
    throw RevisionError{found + "\nchoose letters, digits and '_'"};
  }
  if (id.size() > longest_id) {
    throw RevisionError{fmt::format("Revision identifier '{}' is longer than {} characters\nchoose a shorter one: {}",
                                    id, longest_id, "the table of heads has no place for it")};
  }
  if (const auto known = graph.find(id)) {
    const std::string& path = graph[*known].path;
    throw RevisionError{fmt::format("Revision {} is present more than once\n{} has it already: choose another --rev-id",
                                    id, path.empty() ? graph.id(*known) : path)};
  }
}

void check_labels(const RevisionGraph& graph, const Revision& revision) {
  for (const std::string& label : revision.labels) {
    check_word("Branch name", label);
    if (label.empty() || label.find_first_of("@:,+ \t\r\n") != std::string::npos || label.starts_with('-')) {
      throw RevisionError{fmt::format("Character(s) not allowed in branch label '{}'\n{}", label,
                                      "choose letters, digits, '_', and '-' within it")};
    }
    if (const auto known = graph.find(label); known || label == revision.id) {
      throw RevisionError{fmt::format("Branch name '{}' in revision {} already used by revision {}\n{}", label,
                                      revision.id, known ? graph.id(*known) : revision.id,
                                      "choose another --branch-label")};
    }
  }
}

/// Labels stay labels, so that they go on meaning the same; everything else becomes an id.
std::string resolve_dependency(const RevisionGraph& graph, const std::string& name) {
  const std::optional<RevisionNumber> found = find_revision(graph, name);
  if (!found)
    throw RevisionError{fmt::format("Can't locate revision identified by '{}'\nnothing depends on base", name)};
  const std::vector<std::string>& labels = graph[*found].labels;
  return std::ranges::find(labels, name) == labels.end() ? graph.id(*found) : name;
}

}  // namespace

Revision place_new_revision(const RevisionGraph& graph, const NewRevision& wanted) {
  Revision revision;
  revision.id = wanted.id.empty() ? make_revision_id() : wanted.id;
  revision.labels = wanted.labels;
  check_id(graph, revision.id);
  check_labels(graph, revision);
  const std::vector<RevisionNumber> heads =
      in_words_of({.several_heads = std::string{several_heads}}, [&] { return find_revisions(graph, wanted.heads); });
  for (auto head = heads.begin(); head != heads.end(); ++head) {
    if (std::find(heads.begin(), head, *head) != head) {
      throw RevisionError{fmt::format("Duplicate head revisions specified\nname {} only once", graph.id(*head))};
    }
    revision.down.push_back(graph.id(*head));
  }
  for (RevisionNumber head : heads) {
    if (wanted.splice || graph.is_head(head)) continue;
    throw RevisionError{fmt::format(
        "Revision {0} is not a head revision; please specify --splice to create a new branch from this revision\n"
        "to go on from the newest revision above it, write {0}@head",
        graph.id(head))};
  }
  for (const std::string& name : wanted.depends_on) {
    revision.depends_on.push_back(in_words_of({}, [&] { return resolve_dependency(graph, name); }));
  }
  return revision;
}

std::string make_revision_id() {
  std::random_device source;
  const std::uint64_t number = (std::uint64_t{source()} << 32 | source()) & 0xffffffffffff;
  return fmt::format("{:012x}", number);
}

}  // namespace plumb
