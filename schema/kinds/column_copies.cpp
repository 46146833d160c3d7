#include "schema/kinds/column_copies.h"

#include <fmt/core.h>

#include "schema/kinds/inherited.h"
#include "schema/sql.h"

namespace plumb {

namespace {

void restore_comments(const View& copy, const Catalog& after, Statements& statements) {
  const Object* same = after.find(copy.object().identity);
  if (same == nullptr) return;
  const auto comments = View{after, *same}.children(Kind::comment);
  for (const View& comment : comments) {
    for (Statement& statement : comment.rules().create(comment, {})) statements.push_back(std::move(statement));
  }
  const auto source = original(copy);
  const bool takes_over = copy.kind() == Kind::index && source && !source->children(Kind::comment).empty();
  if (comments.empty() && takes_over) {
    statements.push_back({fmt::format("COMMENT ON INDEX {} IS NULL", qualify(copy.schema(), copy.name()))});
  }
}

}  // namespace

void restore_comments_of_copies(const View& before, const View& after, Statements& statements) {
  const Catalog& catalog = before.catalog();
  for (const View& heir : heirs_of(before)) {
    for (ObjectId id : catalog.needed_by(catalog.id(heir.object()))) {
      const View user{catalog, catalog.object(id)};
      const bool is_copy = user.object().parent == heir.object().parent && user.rules().carrier != nullptr;
      if (is_copy && is_inherited(user)) restore_comments(user, after.catalog(), statements);
    }
    restore_comments_of_copies(heir, after, statements);
  }
}

}  // namespace plumb
