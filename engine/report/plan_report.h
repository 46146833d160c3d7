#pragma once

#include <string>
#include <string_view>

#include "engine/plan.h"
#include "engine/report/style.h"

namespace plumb {

/// One line: "alter column public.users.name: type text -> citext".
std::string describe_step(const Step& step, const Symbols& symbols);

/// For people: numbered steps, each with its reason, statements, way back, and what it loses.
std::string write_plan_text(const Plan& plan, const Symbols& symbols, const Style& style);

/// A script for psql. Neighbours that may share a transaction stand in one; a plan without steps is comments only.
std::string write_plan_sql(const Plan& plan, const Symbols& symbols);

/// The two sections of a revision file.
struct RevisionSections {
  std::string upgrade;
  std::string downgrade;
};

/// A plan as a revision: each step below its reason, and what is lost said on both ways.
RevisionSections write_plan_revision(const Plan& plan, const Symbols& symbols);

/// The statements alone, of a plan that begins with nothing: a schema file.
std::string write_schema_sql(const Plan& plan);

/// For machines, and for `plumb apply`: everything that a plan holds, in a stable order.
std::string write_plan_json(const Plan& plan, const Symbols& symbols);

/// Reads back what `write_plan_json` wrote. Throws `PlanError` that names what is wrong with the text.
Plan read_plan_json(std::string_view json, Symbols& symbols);

}  // namespace plumb
