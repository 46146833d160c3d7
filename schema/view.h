#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "schema/catalog.h"

namespace plumb {

struct KindRules;

/// One object as a rule looks at it: its attributes with PostgreSQL's defaults filled in, and its surroundings.
/// As cheap to copy as two pointers. A key that the kind's attribute table does not list is an assertion.
class View {
 public:
  View(const Catalog& catalog, const Object& object) : catalog_{&catalog}, object_{&object} {}

  std::string_view text(std::string_view key) const;  ///< the first value, else the rule's fallback
  std::string_view sql(std::string_view key) const;   ///< the author's words where there are any, else `text`
  std::vector<std::string_view> list(std::string_view key) const;
  std::vector<std::string_view> in_order(std::string_view key) const;  ///< options as PostgreSQL keeps them, unsorted
  bool is(std::string_view key) const { return text(key) == "true"; }
  bool has(std::string_view key) const { return !text(key).empty(); }

  std::string_view schema() const { return catalog_->text(object_->identity.schema); }
  std::string_view table() const { return catalog_->text(object_->identity.table); }
  std::string_view name() const { return catalog_->text(object_->identity.name); }
  std::string_view role() const { return catalog_->text(object_->identity.role); }
  Kind kind() const { return object_->identity.kind; }
  const KindRules& rules() const;

  std::optional<View> parent() const;
  View whole() const;                           ///< the outermost of what it is a part of, or itself
  std::vector<View> children(Kind kind) const;  ///< in catalog order

  const Catalog& catalog() const { return *catalog_; }
  const Object& object() const { return *object_; }

 private:
  const Catalog* catalog_;
  const Object* object_;
};

}  // namespace plumb
