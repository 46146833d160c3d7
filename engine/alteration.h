#pragma once

#include <optional>
#include <string>

#include "engine/diff.h"
#include "schema/catalog.h"
#include "schema/rules.h"
#include "schema/view.h"

namespace plumb {

/// What differs, as the reason of a step: "type: integer -> bigint; not_null: false -> true".
std::string reason_of(const Change& change, const Symbols& symbols);

/// What drops an object, in the way of its kind.
Statements drop_statements(const View& object);

/// Whether the object adapts itself when what it uses is altered so (`KindRules::follows`).
bool follows(const View& object, const View& before, const View& after);

/// What changes `before` into `after` in place; nullopt when that is not possible.
std::optional<Statements> alter_statements(const Change& change, const Catalog& actual, const Catalog& desired);

}  // namespace plumb
