#pragma once

#include <string>
#include <vector>

#include "engine/revision/folder.h"
#include "engine/revision/ledger_sql.h"

namespace plumb {

/// A program that is run on every new revision file, to bring it into a project's form.
struct Hook {
  std::string name;
  std::vector<std::string> command;  ///< program and arguments; `file_word` in them stands for the new file
  std::string folder;                ///< where it runs; empty: where plumb does

  static constexpr std::string_view file_word = "REVISION_SCRIPT_FILENAME";
};

/// Where a project keeps its revisions, and how new ones are made.
struct RevisionSettings {
  Locations locations{{"revisions"}, false};
  LedgerOptions ledger;
  /// SQL files that make what was there before the first revision, as a dump does; the history is replayed on them.
  std::vector<std::string> before;
  Naming naming;
  std::string templates;  ///< folder with templates of the project's own; empty: there are none
  std::vector<Hook> hooks;
};

}  // namespace plumb
