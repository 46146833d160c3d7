#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/revision/graph.h"
#include "schema/error.h"

namespace plumb {

/// One head was asked for, and there are several.
struct SeveralHeadsError : RevisionError {
  SeveralHeadsError(const RevisionGraph& graph, std::span<const RevisionNumber> heads, std::string argument);
  std::string argument;  ///< what was asked for: "head", "branch@head"
  std::string ids;       ///< "c1, c2"
};

/// No revision is called so. The first line of the message names what could not be found.
struct UnknownRevisionError : RevisionError {
  using RevisionError::RevisionError;
};

/// What a person writes to name a revision, taken apart.
///
///     LABEL@SYMBOL+N
///
/// SYMBOL is an id, the beginning of one that is unique, a label, `head`, `heads` or `base`; without it, N counts from
/// the current revision. LABEL, which may also be an id, narrows all of that to one branch.
struct Identifier {
  std::optional<std::string> branch;
  std::string symbol;         ///< empty where there is none
  std::optional<int> offset;  ///< steps up, or down where negative
  std::string offset_text;    ///< as written, "+2"
};

/// Takes an identifier apart; `graph` knows labels that only look as if they ended in an offset.
Identifier parse_identifier(const RevisionGraph& graph, std::string_view text);

/// Before the first revision.
inline constexpr std::nullopt_t base = std::nullopt;

/// The revisions that an identifier without offset means: none for `base`, several for `heads`. `-N` alone is counted
/// from each head. Throws `RevisionError`.
std::vector<RevisionNumber> find_revisions(const RevisionGraph& graph, std::string_view identifier);
std::vector<RevisionNumber> find_revisions(const RevisionGraph& graph, std::span<const std::string> identifiers);

/// The revisions of the rows in a table of heads, which are ids and nothing else. Throws `UnknownRevisionError`.
std::vector<RevisionNumber> find_rows(const RevisionGraph& graph, std::span<const std::string> rows);

/// The one revision that an identifier means, or base. Throws `RevisionError`, also for several.
std::optional<RevisionNumber> find_revision(const RevisionGraph& graph, std::string_view identifier);

/// The revision that a label or an id stands for, as the name of a branch.
RevisionNumber find_branch(const RevisionGraph& graph, std::string_view name);

/// Where a walk ends. Walking down ends at base after the oldest revision, and one step later beyond it.
struct Walk {
  std::optional<RevisionNumber> end;  ///< as far as it came; nothing is base
  bool arrived = false;               ///< false when there were not that many steps to go
};

/// Goes up or down step by step, upwards within a branch where one is named. Throws `RevisionError` where the way
/// forks.
Walk walk(const RevisionGraph& graph, std::optional<RevisionNumber> start, int steps,
          const std::optional<std::string>& branch);

}  // namespace plumb
