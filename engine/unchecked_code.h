#pragma once

#include <string>
#include <vector>

#include "engine/borrowing.h"
#include "engine/postgres/database.h"
#include "engine/refusals.h"
#include "schema/object.h"

namespace plumb {

/// Routines that PostgreSQL made only because it was told not to look into their bodies (`check_function_bodies`).
/// Their statements stood before those of what they use, or use what is nowhere.
class UncheckedCode {
 public:
  struct Refused {
    Attempt made;        ///< with why PostgreSQL refuses it still
    std::string schema;  ///< of the routine, and its name with its signature
    std::string name;
  };

  /// Right behind a statement that made one. It holds why PostgreSQL refused it at first.
  void add(Database& scratch, const Attempt& made);

  /// Looks again, now that all is there, and lends what only the live database has. Returns what PostgreSQL refuses
  /// still. What is there, but in a schema that the search path does not lead to, is not missed: callers may set
  /// another path.
  std::vector<Refused> look_again(Database& scratch, Borrowing& borrowing);

 private:
  struct Routine {
    std::string oid;
    Attempt made;  ///< with why PostgreSQL refused it at first
  };

  std::vector<Refused> look_once(Database& scratch);

  std::vector<Routine> routines_;
};

}  // namespace plumb
