#include "engine/postgres/transaction.h"

#include "schema/error.h"

namespace plumb {

OpenTransaction::OpenTransaction(Database& database) : database_{database} { database_.run("begin"); }

OpenTransaction::~OpenTransaction() {
  if (!is_open_) return;
  try {
    database_.run("rollback");
  } catch (const DatabaseError&) {
    // The connection is gone: the server rolls back by itself.
  }
}

void OpenTransaction::commit() {
  is_open_ = false;  // a commit that PostgreSQL refuses has rolled back
  database_.run("commit");
}

}  // namespace plumb
