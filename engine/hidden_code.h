#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "engine/tasks.h"
#include "schema/catalog.h"
#include "schema/error.h"
#include "schema/file/declaration.h"

namespace plumb {

/// Which tasks run code that may use anything, as a CHECK that calls a function whose body is a string does:
/// pg_depend says nothing of what such a body uses (manual section 5.14, "Dependency Tracking"). They go last where the
/// order leaves a choice, and first where they are dropped, as the way back is the reverse.
std::vector<bool> find_late(const std::vector<Task>& tasks, const Catalog& actual, const Catalog& desired);

/// The schemas of all code that hides what it needs, as a search path by which it may find that: "public, app".
std::string path_of_hidden_code(const Catalog& catalog);

/// The search path that statements need which compare by an operator = without naming it, as those that came from
/// `actual` and `desired` may (`KindRules::schema_of_equality`); empty: `pg_catalog` alone.
std::string path_of_equality(std::span<const Step> steps, const Catalog& actual, const Catalog& desired);

/// By what unqualified names in a declaration are resolved: its own search path, and behind that the schemas of its own
/// and of these catalogs whose operators = may be meant where none is named.
std::string search_path_of(const Declaration& declaration, std::initializer_list<const Catalog*> catalogs);

}  // namespace plumb
