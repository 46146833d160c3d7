#include <fmt/core.h>

#include "engine/report/script_text.h"
#include "engine/report/wording.h"
#include "engine/revision/emit/emit.h"
#include "engine/revision/emit/runner.h"
#include "schema/error.h"

namespace plumb {

namespace {

/// Whether a line of a statement looks like dbmate's own marker, "-- migrate:down".
bool holds_marker(const RevisionStatement& statement) {
  for (std::string_view line : lines_of(statement.sql)) {
    if (line.starts_with("--") && line.find("migrate:") != std::string_view::npos) return true;
  }
  return false;
}

/// dbmate sends all of a file at once, so that what runs outside a transaction has to be alone.
void refuse_settings(const Migration& migration, const PieceWay& way) {
  if (way.settings.empty() || way.statements.empty()) return;
  throw RevisionError{fmt::format(
      "{}:{}: dbmate runs a statement outside transactions alone, without what is set before it by: {}\n"
      "name everything in it with its schema, write RESET ALL; above its line `{}`, and set again below it what the "
      "statements there need",
      migration.revision.path, way.statements.front().line, on_one_line(way.settings.back().sql), outside_marker)};
}

std::string section(const Migration& migration, const Piece& piece, PieceWay way) {
  if (piece.is_outside_transaction) refuse_settings(migration, way);
  for (RevisionStatement& statement : way.statements) {
    if (holds_marker(statement)) statement.sql = on_one_line(statement, migration, dbmate_runner.name);
  }
  std::string text = sql_comments_of(way.comments, "migrate:");
  for (const RevisionStatement& statement : all_of(way)) text += with_comments(statement, "migrate:");
  return text;
}

/// A file a piece (README of dbmate, "Migration Options").
void emit_files(const Migration& migration, std::vector<EmittedFile>& files) {
  for (const Piece& piece : migration.pieces) {
    const std::string_view option = piece.is_outside_transaction ? " transaction:false" : "";
    std::string text = title_of(migration);
    text += fmt::format("\n-- migrate:up{}\n{}", option, section(migration, piece, piece.upgrade));
    text += fmt::format("\n-- migrate:down{}\n", option);
    text += migration.file.has_downgrade ? section(migration, piece, piece.downgrade) : refusal(migration) + ";\n";
    files.push_back({fmt::format("{}_{}.sql", piece.version, migration.name), text});
  }
}

}  // namespace

const Runner dbmate_runner{.name = "dbmate", .emit = emit_files};

}  // namespace plumb
