#pragma once

#include <string>
#include <string_view>

#include "engine/revision/graph.h"
#include "engine/revision/settings.h"

namespace plumb {

/// A revision file that is about to be written.
struct Draft {
  Revision revision;  ///< complete, also with the hashes of its parents' files
  std::string path;   ///< where it goes, absolute
  std::string text;   ///< of the whole file
};

/// Where the SQL of a new revision comes from.
enum class Origin {
  from_template,  ///< `${id}`, `${message}` and `${date}` in it are filled in
  from_plan       ///< it stays as it is
};

/// Puts a placed revision (see `place_new_revision`) into the form of a file. It goes to `version_path`, or, where that
/// is empty, to the only location, or to that of the first revision it revises. `upgrade` and `downgrade` are SQL.
/// Throws `RevisionError`, and `DeclarationError` when the
/// text would be no revision file.
Draft draft_revision(const RevisionGraph& graph, const RevisionSettings& settings, Revision revision,
                     const std::string& version_path, std::string_view upgrade, std::string_view downgrade,
                     Origin origin = Origin::from_template);

/// Writes a draft as a new file, with the folders it needs: all of it or nothing, and never over another file. Throws
/// `RevisionError`.
void write_draft(const Draft& draft);

}  // namespace plumb
