#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plumb {

/// What stands in a new revision file before a person fills it.
struct RevisionTemplate {
  std::string name;
  std::string description;  ///< one line
  std::string upgrade;      ///< SQL with comments; `${id}`, `${message}` and `${date}` are filled in
  std::string downgrade;
};

/// plumb's own templates and those of a folder, ordered by name. There, `NAME.sql` is a template: a revision file whose
/// header is the line `-- template: DESCRIPTION`. One that is called like one of plumb's own takes its place. An empty
/// `folder` has none. Throws `DeclarationError`.
std::vector<RevisionTemplate> list_templates(const std::string& folder);

/// Throws `RevisionError` when there is none of that name.
RevisionTemplate find_template(const std::string& folder, std::string_view name);

}  // namespace plumb
