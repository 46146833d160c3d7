#pragma once

#include <string>
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

/// A routine whose body PostgreSQL refuses, although it makes the routine where nobody asks it to look.
struct RefusedCode {
  Identity routine;
  std::string why;  ///< with its place in the files
};

/// What a declaration means, in PostgreSQL's words.
struct Realised {
  Catalog catalog;                ///< what the files say, and what they borrow
  std::vector<Identity> claims;   ///< what the files say
  std::vector<Identity> changed;  ///< of those, what they borrow and change: they say nothing of its parts
  std::vector<Borrowed> borrowed;
  std::vector<RefusedCode> refused_code;
};

/// Runs a declaration in a scratch database and reads it back. What it refers to without declaring it is borrowed:
/// copied from `actual`, and not claimed. Throws a `DeclarationError` with the place of every statement that
/// PostgreSQL refuses.
Realised realise(const Declaration& declaration, const Catalog& actual, Workbench& workbench);

}  // namespace plumb
