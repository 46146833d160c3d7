#include "engine/idle_drop.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "engine/postgres/sqlstate.h"
#include "schema/file/session_statement.h"
#include "schema/file/statement_subject.h"

namespace plumb {

namespace {

/// "k" of: constraint "k" of relation "public.t" does not exist.
std::string_view first_named_in(std::string_view message) {
  const std::size_t begin = message.find('"');
  if (begin == std::string_view::npos) return {};
  message.remove_prefix(begin + 1);
  std::string_view name = message.substr(0, message.find('"'));
  name.remove_prefix(name.rfind('.') + 1);
  return name;
}

/// Whether a statement behind this place in its file makes it.
bool is_made_behind(const Place& place, std::string_view name, const Declaration& declaration) {
  return std::ranges::any_of(declaration.statements, [&](const WrittenStatement& statement) {
    const bool is_behind = statement.place.file == place.file && statement.place.line > place.line;
    const bool makes =
        is_statement("CREATE", statement.sql) || (is_statement("ALTER", statement.sql) && !only_drops(statement.sql));
    if (!is_behind || !makes) return false;
    Words made;
    collect_words(statement.sql, made);
    return made.contains(name);
  });
}

}  // namespace

bool drops_nothing(const Attempt& attempt, const DatabaseError& error, const Words& waiting,
                   const Declaration& declaration) {
  if (attempt.draft != nullptr || !is_missing(error)) return false;
  const bool alters = is_statement("ALTER", attempt.sql) && only_drops(attempt.sql) &&
                      is_made_behind(attempt.place, first_named_in(error.what()), declaration);
  if (!alters && !is_statement("DROP", attempt.sql)) return false;
  Words missing;
  collect_quoted(error.what(), missing);
  return std::ranges::none_of(missing, [&](const std::string& name) { return waiting.contains(name); });
}

}  // namespace plumb
