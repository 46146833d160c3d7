#pragma once

#include <string>
#include <string_view>

#include "schema/rules.h"
#include "schema/view.h"

namespace plumb {

// Names that are SQL because more than an identifier tells their objects apart: "area(integer, integer)" of a function,
// "int_ops(btree)" of an operator class. The own name is quoted in it where need be.

struct Signature {
  std::string_view own;     ///< "area"
  std::string_view inside;  ///< "integer, integer"
};

Signature signature_of(std::string_view name);

/// ALTER noun address RENAME TO the own name of the new signature, which has the rest in common with the old one.
Statements rename_by_signature(const View& object, std::string_view signature);

/// "app.int_ops USING btree", as commands call what belongs to an access method.
std::string method_address(const View& object);

/// The same of another object, from "app.int_ops(btree)".
std::string method_address(std::string_view schema, std::string_view name);

}  // namespace plumb
