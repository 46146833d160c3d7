#pragma once

#include <map>
#include <string>
#include <vector>

namespace plumb {

/// What the header of a revision file says: one node of the graph of revisions.
struct Revision {
  std::string id;                       ///< free text without '@', '-', '+' and ':'
  std::vector<std::string> down;        ///< ids it revises: none for a base, several for a merge
  std::vector<std::string> depends_on;  ///< ids or labels that must be there before, beside `down`
  std::vector<std::string> labels;      ///< names of the branch that begins here, as its file gives them
  std::string message;                  ///< one line or several; the first is shown in lists
  std::string path;                     ///< the file it was read from; empty for one that has no file
  std::string created;                  ///< ISO 8601 with its zone, as in 2026-11-22T18:30:00Z
  std::string from;                     ///< fingerprint of the schema it starts from; empty where nobody worked it out
  std::string to;                       ///< fingerprint of the schema it arrives at; empty likewise
  /// Hash of each parent's file when this file was written, by the parent's id; tells an edited history.
  std::map<std::string, std::string> parent_hashes;
  /// Revisions that were squashed into this one, itself among them, and the hashes of their files, by their ids.
  std::map<std::string, std::string> replaced;
};

}  // namespace plumb
