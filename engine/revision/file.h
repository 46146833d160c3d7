#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/revision/revision.h"
#include "schema/fingerprint.h"

namespace plumb {

/// One statement of a revision file.
struct RevisionStatement {
  std::string sql;                             ///< without the semicolon and the comments around it
  int line = 0;                                ///< where it begins
  bool outside_transaction = false;            ///< marked by `-- plumb: no transaction` on a line before it
  std::vector<std::string> comments{};         ///< the lines of those above it, without the marks of comments
  std::vector<std::string> comments_behind{};  ///< of those on its last line, and at the end of its section
};

/// Whether a statement makes a setting of the session (SET, RESET), which is lost when the session ends. What holds for
/// a transaction (SET LOCAL and the like) is none.
bool makes_setting(const RevisionStatement& statement);

/// Whether it is RESET ALL.
bool resets_all(const RevisionStatement& statement);

/// Whether it makes another role act, or the first one again, which RESET ALL does not.
bool sets_role(const RevisionStatement& statement);

/// The statements that undo the settings which some statements make: what one revision sets holds for it alone.
std::vector<std::string> resets_after(std::span<const RevisionStatement> statements);

/// One way of a revision.
using Section = std::vector<RevisionStatement>;

/// A revision file: plain SQL in two sections, below a header of comments that holds its place in the graph.
///
///     -- revision: 3f9c2a7be101
///     -- revises: phase2_ml_tables
///     -- created: 2026-11-22T18:30:00Z
///     -- message: add model version to embeddings
///
///     -- plumb: upgrade
///     ALTER TABLE public.embeddings ADD COLUMN model_version text;
///     -- plumb: no transaction
///     CREATE INDEX CONCURRENTLY model_idx ON public.embeddings (model_version);
///
///     -- plumb: downgrade
///     ALTER TABLE public.embeddings DROP COLUMN model_version;
///
/// The other words of the header are `depends_on` and `branch_labels`, lists like `revises`; `from` and `to`,
/// fingerprints of schemas; `parent`, once for each parent: its id and the hash of its file; and `replaces`, likewise
/// for each revision that was squashed into it. A message of several lines goes on in comments that are indented by
/// three blanks. All else in the header is a comment.
struct RevisionFile {
  Revision revision;
  Section upgrade;
  Section downgrade;
  std::string upgrade_text, downgrade_text;  ///< the sections as written, with their comments
  std::vector<std::string> upgrade_comments,
      downgrade_comments;      ///< the lines of those in a section without statements
  bool has_downgrade = false;  ///< an empty way back is one, too; without the section there is none
  std::string hash;            ///< `hash_revision` of the text
};

/// The header of a revision file alone, which costs little. Throws `DeclarationError` with the line of every fault.
Revision read_revision_header(const std::string& path);

/// All of a revision file. Throws `DeclarationError` with the line of every fault: also for what would end the
/// transaction that a revision runs in.
RevisionFile read_revision_file(const std::string& path);

/// The same for a text that is already there; `path` is what faults call it.
RevisionFile parse_revision_file(std::string_view text, const std::string& path);

/// The text of a revision file. `upgrade` and `downgrade` are SQL with its comments and markers; without a `downgrade`
/// there is no way back.
std::string write_revision_file(const Revision& revision, std::string_view upgrade,
                                std::optional<std::string_view> downgrade);

/// The line that goes before a statement that has to run outside a transaction.
inline constexpr std::string_view outside_marker = "-- plumb: no transaction";

/// What the ledger and the headers of children keep of a file: 32 hexadecimal digits. A file keeps its hash when its
/// line ends are rewritten, as git may do.
std::string hash_revision(std::string_view text);

}  // namespace plumb
