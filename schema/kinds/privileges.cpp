#include "schema/kinds/privileges.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "schema/kinds/deparsed.h"
#include "schema/role_name.h"
#include "schema/sql.h"

namespace plumb {

namespace {

using Words = std::vector<std::string>;

bool holds(const Words& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

/// The words of `all` for which `wanted` holds, in their order.
template <typename Wanted>
Words filter(const Words& all, Wanted wanted) {
  Words found;
  std::ranges::copy_if(all, std::back_inserter(found), wanted);
  return found;
}

Words joined(const Words& one, const Words& other) {
  Words all = one;
  all.insert(all.end(), other.begin(), other.end());
  return all;
}

void add(Statements& statements, const PrivilegeTarget& target, std::string_view verb, const Words& privileges,
         bool with_option = false) {
  if (privileges.empty()) return;
  const bool grants = verb == "GRANT";
  std::string list;
  for (const std::string& privilege : privileges) {
    if (!list.empty()) list += ", ";
    list += privilege;
    if (!target.column.empty()) list += " (" + target.column + ')';
  }
  statements.push_back(
      {fmt::format("{}{} {} ON {} {} {}{}", target.prefix, verb, list, target.on, grants ? "TO" : "FROM",
                   role_sql(target.role), with_option ? " WITH GRANT OPTION" : "")});
}

}  // namespace

Privileges privileges_of(const View& grant) {
  const auto words = [&](std::string_view key) {
    std::vector<std::string> upper;
    for (std::string_view text : grant.list(key)) {
      std::string& word = upper.emplace_back(text);
      std::ranges::transform(word, word.begin(),
                             [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    }
    return upper;
  };
  return {words("privileges"), words("grantable"), words("revoked")};
}

std::string role_sql(std::string_view role) {
  return role == everybody ? std::string{"PUBLIC"} : quote_identifier(role);
}

bool takes_away(const Privileges& before, const Privileges& after) {
  const Words now = joined(after.plain, after.grantable);
  return std::ranges::any_of(joined(before.plain, before.grantable),
                             [&](const auto& word) { return !holds(now, word); });
}

Privileges left_to_owner(const Privileges& before, Privileges after) {
  for (const std::string& word : before.grantable) {
    const bool is_told = holds(after.plain, word) || holds(after.grantable, word) || holds(after.revoked, word);
    if (!is_told) after.plain.push_back(word);
  }
  return after;
}

Statements change_privileges(const PrivilegeTarget& target, const Privileges& before, const Privileges& after) {
  const Words had = joined(before.plain, before.grantable);
  const Words has = joined(after.plain, after.grantable);
  Words gone = filter(had, [&](const auto& word) { return !holds(has, word); });
  for (const std::string& word : after.revoked) {
    if (!holds(before.revoked, word)) gone.push_back(word);
  }
  const Words no_option = filter(before.grantable, [&](const auto& word) { return holds(after.plain, word); });
  Words given = filter(after.plain, [&](const auto& word) { return !holds(had, word); });
  for (const std::string& word : before.revoked) {
    if (!holds(after.revoked, word) && !holds(has, word)) given.push_back(word);
  }
  const Words given_on = filter(after.grantable, [&](const auto& word) { return !holds(before.grantable, word); });
  Statements statements;
  add(statements, target, "REVOKE", gone);
  add(statements, target, "REVOKE GRANT OPTION FOR", no_option);
  add(statements, target, "GRANT", given);
  add(statements, target, "GRANT", given_on, true);
  return statements;
}

std::string_view privilege_noun(std::string_view noun) {
  struct Noun {
    std::string_view kind;
    std::string_view here;
  };
  static constexpr std::array nouns{
      Noun{"TABLE", "TABLE"},
      Noun{"VIEW", "TABLE"},
      Noun{"MATERIALIZED VIEW", "TABLE"},
      Noun{"FOREIGN TABLE", "TABLE"},
      Noun{"SEQUENCE", "SEQUENCE"},
      Noun{"FUNCTION", "FUNCTION"},
      Noun{"AGGREGATE", "FUNCTION"},
      Noun{"PROCEDURE", "PROCEDURE"},
      Noun{"SCHEMA", "SCHEMA"},
      Noun{"TYPE", "TYPE"},
      Noun{"DOMAIN", "DOMAIN"},
      Noun{"LANGUAGE", "LANGUAGE"},
      Noun{"FOREIGN DATA WRAPPER", "FOREIGN DATA WRAPPER"},
      Noun{"SERVER", "FOREIGN SERVER"},
  };
  const auto found = std::ranges::find(nouns, noun, &Noun::kind);
  return found == nouns.end() ? std::string_view{} : found->here;
}

PrivilegeTarget named_target(const View& grant) {
  const std::string_view object = grant.name();
  const auto columns = object.starts_with("TABLE ") ? find_outside(object, " (") : std::string_view::npos;
  PrivilegeTarget target{{}, std::string{object.substr(0, columns)}, {}, grant.role()};
  if (columns != std::string_view::npos) target.column = object.substr(columns + 2, object.size() - columns - 3);
  return target;
}

}  // namespace plumb
