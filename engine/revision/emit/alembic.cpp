#include <fmt/format.h>

#include "engine/report/wording.h"
#include "engine/revision/emit/emit.h"
#include "engine/revision/emit/runner.h"
#include "engine/revision/run.h"

namespace plumb {

namespace {

/// A Python string that holds a text exactly, with its lines and quotes as they are where that can be.
std::string python(std::string_view text) {
  const std::string_view quotes = text.find_first_of("\n\"") == std::string_view::npos ? "\"" : "\"\"\"";
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool could_end = text[i] == '"' && (i + 1 == text.size() || text[i + 1] == '"');
    if (text[i] == '\\' || could_end) escaped += '\\';
    escaped += text[i] == '\r' ? std::string_view{"\\r"} : text.substr(i, 1);
  }
  return fmt::format("{}{}{}", quotes, escaped, quotes);
}

/// None, one word, or a tuple.
std::string words(const std::vector<std::string>& texts, bool as_tuple) {
  if (texts.empty()) return "None";
  if (texts.size() == 1 && !as_tuple) return python(texts.front());
  std::string list;
  for (const std::string& text : texts) list += python(text) + ", ";
  list.erase(list.size() - (texts.size() == 1 ? 1 : 2));
  return '(' + list + ')';
}

std::string comments(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += fmt::format("    #{}{}\n", line.empty() ? "" : " ", on_one_line(line));
  return text;
}

/// `remarks` are the comments of a section without statements.
std::string body(const Section& section, const std::vector<std::string>& remarks) {
  std::string text = comments(remarks);
  for (const RevisionStatement& statement : section) {
    text += comments(statement.comments);
    text += statement.outside_transaction ? "    with op.get_context().autocommit_block():\n    " : "";
    text += fmt::format("    execute({})\n", python(statement.sql));
    text += comments(statement.comments_behind);
  }
  for (const std::string& reset : resets_after(section)) text += fmt::format("    execute({})\n", python(reset));
  return section.empty() ? text + "    pass\n" : text;
}

/// A module of versions/, as Alembic's tutorial shows it.
void emit_module(const Migration& migration, std::vector<EmittedFile>& files) {
  const Revision& revision = migration.revision;
  std::string text =
      fmt::format("{}\n", python(fmt::format("{}\n\nRevision ID: {}\nRevises: {}\nCreate Date: {}\n", revision.message,
                                             revision.id, fmt::join(revision.down, ", "), revision.created)));
  text += "import sqlalchemy as sa\nfrom alembic import op\n\n";
  text +=
      fmt::format("revision = {}\ndown_revision = {}\nbranch_labels = {}\ndepends_on = {}\n\n\n", python(revision.id),
                  words(revision.down, false), words(revision.labels, true), words(revision.depends_on, true));
  text +=
      "def execute(sql):\n"
      "    \"\"\"Runs a statement as it is written: no colon in it begins a parameter.\"\"\"\n"
      "    op.execute(sa.text(sql.replace(\":\", r\"\\:\")))\n\n\n";
  text += "def upgrade():\n" + body(migration.file.upgrade, migration.file.upgrade_comments) + "\n\ndef downgrade():\n";
  text += migration.file.has_downgrade ? body(migration.file.downgrade, migration.file.downgrade_comments)
                                       : fmt::format("    raise NotImplementedError({})\n",
                                                     python("revision " + revision.id + " has no way back"));
  files.push_back({fmt::format("{}_{}.py", migration.version, migration.name), text});
}

}  // namespace

const Runner alembic_runner{.name = "alembic", .emit = emit_module};

}  // namespace plumb
