#include "engine/pending_renames.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "engine/carried.h"
#include "engine/diff.h"
#include "engine/slice.h"
#include "engine/workbench.h"
#include "schema/describe.h"
#include "schema/file/faults.h"
#include "schema/rules.h"
#include "schema/signature.h"
#include "schema/sql.h"

namespace plumb {

namespace {

bool bears_signature(const Identity& identity) { return !rules_for(identity.kind).signature.empty(); }

/// Schemas come before what stands in them, and owners before their parts.
int depth(const Identity& identity) {
  if (rules_for(identity.kind).holds_names) return 0;
  return rules_for(identity.kind).address == Address::table ? 2 : 1;
}

class PendingRenames {
 public:
  PendingRenames(std::span<const WrittenRename> written, const Catalog& drafts, const Catalog& actual,
                 Workbench& workbench)
      : drafts_{drafts}, actual_{actual}, workbench_{workbench} {
    for (const WrittenRename& each : written) written_.push_back(&each);
    std::ranges::stable_sort(written_, {}, [](const WrittenRename* each) { return depth(each->identity); });
  }

  std::vector<Rename> find() {
    for (const WrittenRename* each : written_) check_for_circle(*each);
    faults_.raise();
    for (const WrittenRename* each : written_) {
      if (each->attribute == nullptr) take_object(*each);
    }
    for (const WrittenRename* each : written_) {
      if (each->attribute != nullptr) take_value(*each);
    }
    faults_.raise();
    return std::move(renames_);
  }

 private:
  Symbol intern(std::string_view text) { return actual_.symbols().intern(text); }
  std::string_view text(Symbol symbol) const { return actual_.text(symbol); }
  std::string describe(const Identity& identity) const { return plumb::describe(identity, actual_.symbols()); }

  static Identity named(Identity identity, Symbol name) {
    identity.name = name;
    return identity;
  }

  void fault(const WrittenRename& at, const std::string& message) { faults_.add(at.place, message); }

  std::string_view new_name(const WrittenRename& rename) const {
    return rename.attribute != nullptr ? std::string_view{rename.name} : text(rename.identity.name);
  }

  std::string_view former_name(const WrittenRename& rename) const {
    return rename.before.empty() ? new_name(rename) : std::string_view{rename.before};
  }

  std::string_view former_schema(const WrittenRename& rename) const {
    return rename.schema.empty() ? text(rename.identity.schema) : std::string_view{rename.schema};
  }

  /// Whether `later` is called now as `earlier` was before.
  bool takes_name_of(const WrittenRename& later, const WrittenRename& earlier) const {
    const Identity& now = later.identity;
    const Identity& other = earlier.identity;
    return later.attribute == earlier.attribute && now.kind == other.kind && now.table == other.table &&
           text(now.schema) == former_schema(earlier) && is_former_name(new_name(later), earlier) &&
           (later.attribute == nullptr || now.name == other.name);
  }

  /// Whether `rename` says this name, as a file writes it; of a routine, the own name may stand alone.
  bool is_former_name(std::string_view name, const WrittenRename& rename) const {
    const bool is_own_alone = bears_signature(rename.identity) && !rename.before.empty() && !is_whole(rename.before);
    return is_own_alone ? signature_of(name).own == quote_identifier(rename.before) : name == former_name(rename);
  }

  /// Whether the name of a routine has its arguments behind it.
  static bool is_whole(std::string_view name) { return !signature_of(name).inside.empty() || name.ends_with("()"); }

  /// The one whose new name is the former name of `rename`, or null.
  const WrittenRename* successor(const WrittenRename& rename) const {
    const auto found =
        std::ranges::find_if(written_, [&](const WrittenRename* other) { return takes_name_of(*other, rename); });
    return found == written_.end() ? nullptr : *found;
  }

  /// When a circle was gone through, names look as before: no file can tell whether that is still to be done.
  void check_for_circle(const WrittenRename& rename) {
    if (takes_name_of(rename, rename)) {
      fault(rename, fmt::format("{} is called so now: what `renamed_from` and `moved_from` tell is how it was before",
                                describe(rename.identity)));
      return;
    }
    const WrittenRename* next = successor(rename);
    for (std::size_t steps = 0; next != nullptr && next != &rename && steps < written_.size(); ++steps) {
      next = successor(*next);
    }
    if (next != &rename) return;
    fault(rename,
          fmt::format("{} cannot be renamed from {}, because the names go round in a circle: rename one of them "
                      "to a third name first, and apply that",
                      describe(rename.identity),
                      rename.schema.empty() ? rename.before : qualify(rename.schema, former_name(rename))));
  }

  // ---- objects

  void take_object(const WrittenRename& rename) {
    const Identity now = former_identity(rename.identity, renames_);
    Identity former = now;
    if (!rename.before.empty()) former.name = intern(rename.before);
    if (!rename.schema.empty()) former.schema = intern(rename.schema);
    const Object* old = bears_signature(now) ? find_by_signature(rename, now, former.schema) : actual_.find(former);
    if (old == nullptr || carrier_of(actual_, *old) != nullptr) return;  // that was done, or goes with its original
    if (goes_along(*old, rename)) former.schema = now.schema;
    if (former == now) return;
    const Symbol name = bears_signature(now) ? new_signature(now, *old) : now.name;
    if (actual_.contains(named(now, name)) && !gives_way(rename)) {
      Identity other = named(rename.identity, old->identity.name);
      if (!rename.schema.empty()) other.schema = former.schema;
      if (!drafts_.contains(other)) tell_both(rename, named(now, name), *old);
      return;
    }
    const bool is_taken = std::ranges::find(renames_, old->identity, &Rename::before) != renames_.end();
    if (is_taken) {
      fault(rename, fmt::format("{} is the former name of two objects: it can have become one of them only",
                                describe(old->identity)));
      return;
    }
    // Where the types or schemas of the arguments get other names too, the file has those already.
    const bool is_as_written = bears_signature(now) && !renames_.empty();
    renames_.push_back({.before = old->identity,
                        .after = is_as_written ? rename.identity : named(rename.identity, name),
                        .schema = now.schema != former.schema ? now.schema : Symbol::none});
  }

  /// Whether it is owned by a part of what moves to the same schema, as the sequence of a column, and moves with that.
  bool goes_along(const Object& old, const WrittenRename& rename) const {
    const Identity& whole = actual_.object(root_of(actual_, actual_.id(old))).identity;
    return whole != old.identity && std::ranges::any_of(written_, [&](const WrittenRename* other) {
             return other->identity.kind == whole.kind && !other->schema.empty() &&
                    other->identity.schema == rename.identity.schema && former_schema(*other) == text(whole.schema) &&
                    former_name(*other) == text(whole.name);
           });
  }

  /// Whether what bears the new name now is itself about to get another one.
  bool gives_way(const WrittenRename& rename) const {
    return std::ranges::any_of(written_, [&](const WrittenRename* other) {
      return other != &rename && takes_name_of(rename, *other) && !is_done_by_name(*other);
    });
  }

  /// Whether the new name is there and nobody is to take it over: then this is done, and all before it in a chain.
  bool is_done_by_name(const WrittenRename& rename) const {
    if (rename.attribute != nullptr || bears_signature(rename.identity)) return false;
    return actual_.contains(former_identity(rename.identity, renames_)) && !gives_way(rename);
  }

  void tell_both(const WrittenRename& rename, const Identity& now, const Object& old) {
    fault(rename, fmt::format("{} is there, and so is {}, its former name: when the rename is done, remove this line; "
                              "when it is not, one of the two has to go first",
                              describe(now), describe(old.identity)));
  }

  /// Overloaded routines have one own name; arguments that are equal, or that there is only one, tell which is meant.
  const Object* find_by_signature(const WrittenRename& rename, const Identity& now, Symbol schema) {
    if (is_whole(rename.before)) return find_signature(rename.before, now, schema);
    const std::string own =
        rename.before.empty() ? std::string{signature_of(text(now.name)).own} : quote_identifier(rename.before);
    const std::string_view arguments = signature_of(text(now.name)).inside;
    std::vector<const Object*> found;
    for (const Object& object : actual_.objects()) {
      const Identity& identity = object.identity;
      if (identity.kind != now.kind || identity.schema != schema) continue;
      const std::string_view name = text(identity.name);
      if (signature_of(name).own != own) continue;
      if (signature_of(name).inside == arguments) return &object;
      found.push_back(&object);
    }
    if (found.size() <= 1) return found.empty() ? nullptr : found.front();
    std::string names;
    for (const Object* object : found) names.append(names.empty() ? "" : ", ").append(text(object->identity.name));
    fault(rename, fmt::format("{} can have been any of {}: write that one with its arguments",
                              describe(rename.identity), names));
    return nullptr;
  }

  /// The one of this whole name; people may spell types otherwise than PostgreSQL does.
  const Object* find_signature(std::string_view written, const Identity& now, Symbol schema) {
    Identity former = now;
    former.schema = schema;
    former.name = intern(written);
    if (const Object* found = actual_.find(former)) return found;
    if (rules_for(now.kind).name_space != NameSpace::routine) return nullptr;
    former.name = intern(workbench_.spell_routine(written));
    return actual_.find(former);
  }

  Symbol new_signature(const Identity& now, const Object& old) {
    const Signature before = signature_of(text(old.identity.name));
    return intern(fmt::format("{}({})", signature_of(text(now.name)).own, before.inside));
  }

  // ---- values

  /// Whether all values that a file declares are there, and the former name is one of them again.
  bool is_done(const WrittenRename& rename, const Object* draft, const std::vector<std::string>& values) const {
    const auto declared =
        draft != nullptr ? names_of_values(*rename.attribute, {drafts_, *draft}) : std::vector<std::string>{};
    return std::ranges::find(declared, rename.before) != declared.end() &&
           std::ranges::all_of(
               declared, [&](const std::string& value) { return std::ranges::find(values, value) != values.end(); });
  }

  void take_value(const WrittenRename& rename) {
    const Object* draft = drafts_.find(rename.identity);
    if (draft != nullptr) {
      const std::vector<std::string> declared = names_of_values(*rename.attribute, {drafts_, *draft});
      if (std::ranges::find(declared, rename.name) == declared.end()) {
        fault(rename, fmt::format("`{}` is none of the {} of {}: on the left stands the new name, on the right the old",
                                  rename.name, rename.attribute->key, describe(rename.identity)));
        return;
      }
    }
    const Object* old = actual_.find(before_of(rename.identity));
    if (old == nullptr) return;
    const std::vector<std::string> values = names_of_values(*rename.attribute, {actual_, *old});
    if (std::ranges::find(values, rename.before) == values.end() || is_done(rename, draft, values)) return;
    if (std::ranges::find(values, rename.name) != values.end() && !gives_way(rename)) {
      fault(rename, fmt::format("{} has both `{}` and its former name `{}`: when the rename is done, remove this line",
                                describe(old->identity), rename.name, rename.before));
      return;
    }
    renames_.push_back({.before = old->identity,
                        .after = rename.identity,
                        .attribute = rename.attribute,
                        .value_before = intern(rename.before),
                        .value_after = intern(rename.name)});
  }

  Identity before_of(const Identity& identity) const {
    const auto own = std::ranges::find_if(
        renames_, [&](const Rename& rename) { return rename.attribute == nullptr && rename.after == identity; });
    return own != renames_.end() ? own->before : former_identity(identity, renames_);
  }

  const Catalog& drafts_;
  const Catalog& actual_;
  Workbench& workbench_;
  std::vector<const WrittenRename*> written_;
  std::vector<Rename> renames_;
  Faults faults_;
};

}  // namespace

Identity former_identity(const Identity& identity, std::span<const Rename> renames) {
  Identity former = identity;
  for (const Rename& rename : renames) {
    if (rename.attribute != nullptr) continue;
    const bool is_schema = rules_for(rename.after.kind).holds_names;
    if (is_schema && rename.after.name == identity.schema) former.schema = rename.before.name;
    const bool is_owner = rules_for(rename.after.kind).address == Address::schema &&
                          rename.after.schema == identity.schema && rename.after.name == identity.table;
    if (is_owner && rules_for(identity.kind).address == Address::table) {
      former.schema = rename.before.schema;
      former.table = rename.before.name;
    }
  }
  return former;
}

std::vector<Rename> pending_renames(std::span<const WrittenRename> written, const Catalog& drafts,
                                    const Catalog& actual, Workbench& workbench) {
  return PendingRenames{written, drafts, actual, workbench}.find();
}

}  // namespace plumb
