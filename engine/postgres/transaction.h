#pragma once

#include "engine/postgres/database.h"

namespace plumb {

/// A transaction that is rolled back unless it was committed.
class OpenTransaction {
 public:
  explicit OpenTransaction(Database& database);
  ~OpenTransaction();
  OpenTransaction(const OpenTransaction&) = delete;
  OpenTransaction& operator=(const OpenTransaction&) = delete;

  void commit();

 private:
  Database& database_;
  bool is_open_ = true;
};

}  // namespace plumb
