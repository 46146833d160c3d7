#pragma once

#include <string_view>
#include <vector>

#include "engine/realise.h"
#include "schema/catalog.h"
#include "schema/file/declaration.h"

namespace plumb {

/// Of what a new whole (an extension) brings from its server: a kind of which files say nothing on it, and so accept
/// what comes.
struct Accepted {
  Identity whole;
  Kind kind = Kind::none;
  friend bool operator==(const Accepted&, const Accepted&) = default;
};

/// The database as it should be.
struct Desired {
  Catalog catalog;
  std::vector<Accepted> accepted;
};

/// Throws `DeclarationError` for a rename to what no file declares: it would take away what that is now.
void expect_new_names(const Declaration& declaration, const Realised& realised);

/// The schemas that files manage by name, and that nobody has.
std::vector<std::string_view> missing_schemas(const Scope& scope, const Catalog& actual, const Catalog& desired);

/// What the files claim is as they say it, all else as it is.
Desired desired_catalog(const Declaration& declaration, const Realised& realised, const Catalog& actual);

}  // namespace plumb
