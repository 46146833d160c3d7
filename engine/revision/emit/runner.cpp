#include "engine/revision/emit/runner.h"

#include <utility>

#include <fmt/format.h>

#include "engine/report/script_text.h"
#include "engine/report/wording.h"
#include "engine/revision/run.h"
#include "schema/error.h"
#include "schema/sql.h"

namespace plumb {

std::string psql_script(const Section& section, const std::vector<std::string>& comments) {
  std::string all;
  for (const RevisionStatement& statement : section) all.append(statement.sql).append("\n");
  std::string text = name_secrets(all);
  if (!comments.empty()) text.append("\n").append(sql_comments_of(comments));
  for (const Part& part : parts_of(section)) {
    text += part.outside_transaction() ? "" : "\nBEGIN;\n";
    for (RevisionStatement statement : part.statements) {
      statement.sql = with_variables(statement.sql);
      text.append("\n").append(with_comments(statement));
    }
    text += part.outside_transaction() ? "" : "\nCOMMIT;\n";
  }
  return text;
}

std::string title_of(const Migration& migration) {
  const Revision& revision = migration.revision;
  std::string title = fmt::format("-- Revision {}", revision.id);
  if (!revision.down.empty()) title += fmt::format(", after {}", fmt::join(revision.down, ", "));
  if (!revision.message.empty()) title += ": " + on_one_line(lines_of(revision.message).front());
  return title + '\n';
}

std::vector<RevisionStatement> all_of(const PieceWay& way) {
  std::vector<RevisionStatement> all;
  for (RevisionStatement setting : way.settings) {
    setting.comments.clear();
    setting.comments_behind.clear();
    all.push_back(std::move(setting));
  }
  all.insert(all.end(), way.statements.begin(), way.statements.end());
  all.insert(all.end(), way.resets.begin(), way.resets.end());
  return all;
}

std::string with_comments(const RevisionStatement& statement, std::string_view own_word) {
  return sql_comments_of(statement.comments, own_word) + terminated(statement.sql) +
         sql_comments_of(statement.comments_behind, own_word);
}

std::string on_one_line(const RevisionStatement& statement, const Migration& migration, std::string_view runner) {
  if (statement.outside_transaction) {
    throw RevisionError{
        fmt::format("{}:{}: {} would take something in this statement for its own, and a statement outside "
                    "transactions cannot be written in another way\nchange its text, or run it by hand",
                    migration.revision.path, statement.line, runner)};
  }
  std::string escaped;
  for (char c : statement.sql) {
    switch (c) {
      case '\'':
        escaped += "''";
        break;
      case '\\':
        escaped += "\\\\";
        break;
      case '\n':
        escaped += "\\n";
        break;
      case '\r':
        escaped += "\\r";
        break;
      case '$':
        escaped += "\\x24";
        break;
      default:
        escaped += c;
    }
  }
  return fmt::format("DO $plumb$ BEGIN EXECUTE E'{}'; END $plumb$", escaped);
}

std::string refusal(const Migration& migration) {
  const std::string message = quote_literal(fmt::format("revision {} has no way back", migration.revision.id));
  return fmt::format("DO $plumb$ BEGIN RAISE EXCEPTION USING MESSAGE = {}; END $plumb$", message);
}

}  // namespace plumb
