#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/plan.h"
#include "engine/postgres/database.h"

namespace plumb {

/// Neighbouring statements that run together: in one transaction, or one statement outside any.
struct Batch {
  struct Item {
    std::size_t step;            ///< index among the steps
    const Statement* statement;  ///< points into the steps
  };
  bool in_transaction = true;
  std::vector<Item> items;
};

/// How steps are cut into transactions: as few as `Statement::transaction` allows.
std::vector<Batch> batches(std::span<const Step> steps);

/// What becomes of the tokens in statements (schema/secrets.h).
enum class Tokens : std::uint8_t {
  kept,     ///< scratch databases hold them as they are
  revealed  ///< the secrets take their place
};

/// Runs steps in their batches; `before_step` hears each step's index first. A batch that fails is rolled back, and
/// the `DatabaseError` says which step and statement it was and what of the earlier ones stays.
void execute(Database& database, std::span<const Step> steps, std::string_view search_path,
             const std::function<void(std::size_t)>& before_step, const Symbols& symbols, Tokens tokens = Tokens::kept);

}  // namespace plumb
