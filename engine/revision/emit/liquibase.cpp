#include <sstream>

#include <fmt/core.h>
#include <pugixml.hpp>

#include "engine/report/wording.h"
#include "engine/revision/emit/emit.h"
#include "engine/revision/emit/runner.h"

namespace plumb {

namespace {

/// Liquibase puts properties in where a text has `${`, and XML takes a carriage return for a line end.
bool would_be_changed(const RevisionStatement& statement) {
  return statement.sql.find("${") != std::string::npos || statement.sql.find('\r') != std::string::npos;
}

/// In XML no comment holds two hyphens in a row; pugixml parts them.
void add_comments(pugi::xml_node parent, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    parent.append_child(pugi::node_comment).set_value(fmt::format(" {} ", on_one_line(line)).c_str());
  }
}

void add_statements(pugi::xml_node parent, const Migration& migration, PieceWay way) {
  for (RevisionStatement& statement : way.statements) {
    if (would_be_changed(statement)) statement.sql = on_one_line(statement, migration, liquibase_runner.name);
  }
  add_comments(parent, way.comments);
  for (const RevisionStatement& statement : all_of(way)) {
    add_comments(parent, statement.comments);
    pugi::xml_node node = parent.append_child("sql");
    node.append_attribute("splitStatements") = false;
    node.append_attribute("stripComments") = false;
    node.text() = statement.sql.c_str();
    add_comments(parent, statement.comments_behind);
  }
}

pugi::xml_node add_log(pugi::xml_document& document) {
  pugi::xml_node log = document.append_child("databaseChangeLog");
  constexpr const char* space = "http://www.liquibase.org/xml/ns/dbchangelog";
  log.append_attribute("xmlns") = space;
  log.append_attribute("xmlns:xsi") = "http://www.w3.org/2001/XMLSchema-instance";
  log.append_attribute("xsi:schemaLocation") = fmt::format("{} {}/dbchangelog-latest.xsd", space, space).c_str();
  return log;
}

std::string text_of(const pugi::xml_document& document) {
  std::ostringstream text;
  document.save(text, "  ", pugi::format_default, pugi::encoding_utf8);
  return text.str();
}

void add_change_set(pugi::xml_node log, const Migration& migration, const Piece& piece, const std::string& id) {
  pugi::xml_node set = log.append_child("changeSet");
  set.append_attribute("id") = id.c_str();
  set.append_attribute("author") = "plumb";
  if (piece.is_outside_transaction) set.append_attribute("runInTransaction") = false;
  const std::string& message = migration.revision.message;
  if (!message.empty()) set.append_child("comment").text() = on_one_line(lines_of(message).front()).c_str();
  add_statements(set, migration, piece.upgrade);
  // Without this element Liquibase refuses to go back, as it should where there is no way back.
  if (migration.file.has_downgrade) add_statements(set.append_child("rollback"), migration, piece.downgrade);
}

/// A change set a piece, in a file a revision, which one log includes in the order of their names.
void emit_log(const Migration& migration, std::vector<EmittedFile>& files) {
  pugi::xml_document all;
  pugi::xml_node include = add_log(all).append_child("includeAll");
  include.append_attribute("path") = "changes";
  include.append_attribute("relativeToChangelogFile") = true;
  files.push_back({"changelog.xml", text_of(all)});

  if (migration.pieces.empty()) return;
  pugi::xml_document document;
  pugi::xml_node log = add_log(document);
  for (std::size_t i = 0; i < migration.pieces.size(); ++i) {
    const std::string id =
        migration.pieces.size() == 1 ? migration.revision.id : fmt::format("{}-{}", migration.revision.id, i + 1);
    add_change_set(log, migration, migration.pieces[i], id);
  }
  files.push_back({fmt::format("changes/{}_{}.xml", migration.version, migration.name), text_of(document)});
}

}  // namespace

const Runner liquibase_runner{.name = "liquibase", .emit = emit_log};

}  // namespace plumb
