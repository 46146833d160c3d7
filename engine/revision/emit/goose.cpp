#include <algorithm>

#include <fmt/core.h>

#include "engine/report/script_text.h"
#include "engine/report/wording.h"
#include "engine/revision/emit/emit.h"
#include "engine/revision/emit/runner.h"

namespace plumb {

namespace {

/// goose reads line by line, drops comments also within statements, and trims.
bool would_be_changed(const RevisionStatement& statement) {
  const std::vector<std::string_view> lines = lines_of(statement.sql);
  return statement.sql.find('\r') != std::string::npos ||
         std::ranges::any_of(lines, [](std::string_view line) { return line.empty() || line.starts_with("--"); });
}

std::string section(const Migration& migration, PieceWay way) {
  for (RevisionStatement& statement : way.statements) {
    if (would_be_changed(statement)) statement.sql = on_one_line(statement, migration, goose_runner.name);
  }
  std::string text = sql_comments_of(way.comments, "+goose");
  for (const RevisionStatement& statement : all_of(way)) {
    text += sql_comments_of(statement.comments, "+goose");
    text += fmt::format("-- +goose StatementBegin\n{}-- +goose StatementEnd\n", terminated(statement.sql));
    text += sql_comments_of(statement.comments_behind, "+goose");
  }
  return text;
}

/// A file a piece (goose's documentation, "SQL migrations").
void emit_files(const Migration& migration, std::vector<EmittedFile>& files) {
  for (const Piece& piece : migration.pieces) {
    std::string text = title_of(migration) + '\n';
    if (piece.is_outside_transaction) text += "-- +goose NO TRANSACTION\n";
    text += "-- +goose Up\n" + section(migration, piece.upgrade);
    text += "\n-- +goose Down\n";
    if (migration.file.has_downgrade) {
      text += section(migration, piece.downgrade);
    } else {
      text += fmt::format("-- +goose StatementBegin\n{};\n-- +goose StatementEnd\n", refusal(migration));
    }
    files.push_back({fmt::format("{}_{}.sql", piece.version, migration.name), text});
  }
}

}  // namespace

const Runner goose_runner{.name = "goose", .emit = emit_files};

}  // namespace plumb
