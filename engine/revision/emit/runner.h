#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/revision/file.h"
#include "engine/revision/graph.h"

namespace plumb {

struct EmittedFile;

/// One way of a piece: statements that are committed together, or one outside any transaction.
struct PieceWay {
  std::vector<RevisionStatement> settings;    ///< what the pieces before it have set and still holds, to be set again
  std::vector<RevisionStatement> statements;  ///< none: there is nothing to do
  std::vector<RevisionStatement> resets;      ///< what undoes all that is set in it
  std::vector<std::string> comments;          ///< lines, where there are no statements that they could stand at
};

/// What a runner that knows one transaction a migration gets: a revision, or a part of one with statements outside
/// transactions. Such a revision is cut into pieces that go one way only, so that both ways keep their transactions.
struct Piece {
  PieceWay upgrade, downgrade;
  bool is_outside_transaction = false;
  std::string version;  ///< fourteen digits, as 20261122183000; greater than those of all pieces before it
};

/// A revision on its way to another runner.
struct Migration {
  const Revision& revision;
  const RevisionFile& file;
  std::vector<Piece> pieces;       ///< in the order of an upgrade; none where a revision says nothing
  std::string version;             ///< of the first piece
  std::string name;                ///< "ae1027a6_add_model_version", of letters, digits and "_"
  std::vector<std::string> needs;  ///< such names, of the revisions that it needs
};

/// What is to be known about another runner. Each has a file of its own, and a line in emit.cpp.
struct Runner {
  std::string_view name;  ///< the word for --emit
  void (*emit)(const Migration& migration, std::vector<EmittedFile>& files);
  bool takes_variables = false;  ///< psql runs its files, and tells secrets
};

extern const Runner alembic_runner, dbmate_runner, flyway_runner, goose_runner, liquibase_runner, psql_runner,
    sqitch_runner;

/// A whole section as a script for psql, with its transactions, and variables for secrets. `comments` are those of a
/// section without statements.
std::string psql_script(const Section& section, const std::vector<std::string>& comments);

/// "-- Revision ae10, after 1975: add model version", for the first line of a file.
std::string title_of(const Migration& migration);

/// The settings, statements and resets of one way of a piece.
std::vector<RevisionStatement> all_of(const PieceWay& way);

/// A statement with its semicolon and the comments around it.
std::string with_comments(const RevisionStatement& statement, std::string_view own_word = {});

/// A statement that says on one line what `sql` says, without any of its characters that a runner takes for its own:
/// PostgreSQL puts them in. Throws `RevisionError` for one outside transactions, which no block can hold.
std::string on_one_line(const RevisionStatement& statement, const Migration& migration, std::string_view runner);

/// What a way back does that there is none of: it fails, and says so.
std::string refusal(const Migration& migration);

}  // namespace plumb
