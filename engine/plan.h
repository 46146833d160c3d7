#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/diff.h"
#include "schema/rules.h"

namespace plumb {

enum class Action : std::uint8_t { create, alter, drop, rename };

/// One thing a plan does to one object: usually a single statement, never work on two objects that could be apart.
struct Step {
  Action action = Action::create;
  Identity subject;
  Statements forward;
  Statements back;     ///< what undoes it, to be run when all later steps are undone; data that was lost stays lost
  std::string reason;  ///< "type character varying(20) -> character varying(50)"
  /// What a person must allow, "drop-column=public.users.email"; empty when nothing is lost.
  std::vector<std::string> consents;
};

/// What a person must allow a step for one of its statements that needs a consent: "drop-column=public.users.email".
std::string consent_for(const Statement& statement, const Identity& subject, const Symbols& symbols);

/// Ordered steps that turn the database fingerprinted `from` into one fingerprinted `to`.
struct Plan {
  Fingerprint from;
  Fingerprint to;
  std::vector<Step> steps;
  std::vector<Step> way_back;  ///< turns `to` into `from`, in its own proven order
  std::string search_path;  ///< what names and operators are resolved by that have no schema; empty: `pg_catalog` alone
  std::string role;         ///< who planned it: owners that nobody names depend on that
  bool cluster = false;     ///< made from a reading of all that belongs to the whole cluster, too
  bool proven = false;      ///< both ways were run on a scratch database and arrived
};

/// Whether one statement may do to an object and its parts at once what could be done apart. Parts that the object
/// cannot do without (`KindRules::holds_parent`) stay with it in any case.
enum class Folding : std::uint8_t { folded, apart };

/// Orders what turns `actual` into `desired`, so that every step finds what it needs. Same input, same plan, byte for
/// byte. Throws `PlanError` when dependencies form a cycle, which is a fault of a kind's rules.
Plan make_plan(const Changes& changes, const Catalog& actual, const Catalog& desired,
               Folding folding = Folding::folded);

}  // namespace plumb
