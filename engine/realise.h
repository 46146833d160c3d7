#pragma once

#include <vector>

#include "engine/workbench.h"
#include "schema/catalog.h"
#include "schema/file/declaration.h"

namespace plumb {

/// An object of the live database that a declaration refers to, as it was.
struct Borrowed {
  Identity identity;
  Fingerprint fingerprint;
};

/// What a declaration means, in PostgreSQL's words.
struct Realised {
  Catalog catalog;                ///< what the files say, and what they borrow
  std::vector<Identity> claims;   ///< what the files say
  std::vector<Identity> changed;  ///< of those, what they borrow and change: they say nothing of its parts
  std::vector<Borrowed> borrowed;
};

/// Runs a declaration in a scratch database and reads it back. What it refers to without declaring it is borrowed:
/// copied from `actual`, and not claimed. Throws a `DeclarationError` with the place of every statement that
/// PostgreSQL refuses.
Realised realise(const Declaration& declaration, const Catalog& actual, Workbench& workbench);

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

/// What the files claim is as they say it, all else as it is.
Desired desired_catalog(const Declaration& declaration, const Realised& realised, const Catalog& actual);

}  // namespace plumb
