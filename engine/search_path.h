#pragma once

#include <initializer_list>
#include <span>
#include <string>

#include "engine/plan.h"
#include "schema/catalog.h"
#include "schema/file/declaration.h"

namespace plumb {

// By which search path statements find what their text does not name in full.

/// The schemas of all code that hides what it needs, as a search path by which it may find that: "public, app".
std::string path_of_hidden_code(const Catalog& catalog);

/// The search path that statements need which compare by an operator = without naming it, as those that came from
/// `actual` and `desired` may (`KindRules::schema_of_equality`); empty: `pg_catalog` alone.
std::string path_of_equality(std::span<const Step> steps, const Catalog& actual, const Catalog& desired);

/// By what unqualified names in a declaration are resolved: its own search path, and behind that the schemas of its own
/// and of these catalogs whose operators = may be meant where none is named.
std::string search_path_of(const Declaration& declaration, std::initializer_list<const Catalog*> catalogs);

}  // namespace plumb
