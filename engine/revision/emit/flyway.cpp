#include <fmt/core.h>

#include "engine/report/script_text.h"
#include "engine/revision/emit/emit.h"
#include "engine/revision/emit/runner.h"

namespace plumb {

namespace {

/// Flyway finds the ends of statements by itself, and takes a carriage return for a line end.
bool would_be_changed(const RevisionStatement& statement) {
  return statement.sql.find('\r') != std::string::npos || statement.sql.find("ATOMIC") != std::string::npos ||
         statement.sql.find("atomic") != std::string::npos;
}

/// A script, and what Flyway is to know about it ("Script Configuration Files"). Placeholders are switched off, since
/// a text is what it says here.
void emit_script(const Migration& migration, const Piece& piece, PieceWay way, std::string_view letter,
                 std::vector<EmittedFile>& files) {
  for (RevisionStatement& statement : way.statements) {
    if (would_be_changed(statement)) statement.sql = on_one_line(statement, migration, flyway_runner.name);
  }
  const std::string path = fmt::format("{}{}__{}.sql", letter, piece.version, migration.name);
  std::string text = title_of(migration) + '\n' + sql_comments_of(way.comments);
  for (const RevisionStatement& statement : all_of(way)) text += with_comments(statement);
  files.push_back({path, text});
  files.push_back({path + ".conf", fmt::format("executeInTransaction={}\nplaceholderReplacement=false\n",
                                               piece.is_outside_transaction ? "false" : "true")});
}

/// Versioned migrations, and undo migrations, which only some editions of Flyway run.
void emit_scripts(const Migration& migration, std::vector<EmittedFile>& files) {
  for (const Piece& piece : migration.pieces) {
    emit_script(migration, piece, piece.upgrade, "V", files);
    if (migration.file.has_downgrade) emit_script(migration, piece, piece.downgrade, "U", files);
  }
}

}  // namespace

const Runner flyway_runner{.name = "flyway", .emit = emit_scripts};

}  // namespace plumb
