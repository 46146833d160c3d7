#include "engine/cluster_part.h"

#include <fmt/core.h>

#include "schema/describe.h"
#include "schema/error.h"
#include "schema/rules.h"

namespace plumb {

bool leave_cluster_out(const Declaration& declaration, Workbench& scratch) {
  if (const WrittenStatement* statement = find_cluster_statement(declaration)) {
    throw DeclarationError{
        fmt::format("{}: roles belong to the whole cluster, and are no part of revisions: put this and what changes "
                    "roles into a file of its own, and apply that",
                    to_string(statement->place))};
  }
  Words names;
  for (const Object& draft : declaration.drafts.objects()) {
    if (rules_for(draft.identity.kind).holds_roles) names.emplace(declaration.drafts.text(draft.identity.name));
  }
  if (!names.empty()) scratch.expect_roles(names);
  return !names.empty();
}

Words find_untouched(const Declaration& declaration, Database& live,
                     const std::function<void(const std::string&)>& warn) {
  Symbols& symbols = declaration.drafts.symbols();
  Words names;
  for (Kind kind : all_kinds()) {
    if (rules_for(kind).untouched.empty()) continue;
    live.each_row(rules_for(kind).untouched, [&](Row row) {
      names.emplace(*row[0]);
      const Identity identity{.kind = kind, .name = symbols.intern(*row[0])};
      if (!declaration.drafts.contains(identity)) return;
      warn(fmt::format("the {} is the one that plumb runs as, or the first of the server: it is left as it is",
                       describe(identity, symbols)));
    });
  }
  return names;
}

}  // namespace plumb
