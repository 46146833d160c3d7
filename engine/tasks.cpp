#include "engine/tasks.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "engine/alteration.h"
#include "engine/carried.h"
#include "engine/forced_replacements.h"
#include "engine/name_key.h"
#include "schema/describe.h"
#include "schema/rules.h"

namespace plumb {

namespace {

/// Decides what happens to each object that is touched, starting with the changes.
class TaskMaker {
 public:
  TaskMaker(const Changes& changes, const Catalog& actual, const Catalog& desired, const Detours& detours)
      : actual_{actual}, desired_{desired}, detours_{detours} {
    for (const Change& change : changes) start(change);
    for (const Identity& identity : std::vector<Identity>{sequence_}) {
      const Entry& entry = entries_.at(identity);
      if ((entry.fate != Fate::create && entry.fate != Fate::replace) || entry.joins_original) continue;
      replace(parent_to_join_from_start(actual_, desired_, entry.before, *entry.after));
    }
    start_carried();
    do {
      while (!disturbed_.empty()) {
        const ObjectId id = disturbed_.front();
        disturbed_.pop_front();
        for (ObjectId dependent : actual_.needed_by(id)) consider(id, actual_.object(dependent));
      }
    } while (extend_stepping_aside());
    finish_carried();
  }

  std::vector<Task> tasks() const {
    std::vector<Task> tasks;
    for (const Identity& identity : sequence_) {
      const Entry& entry = entries_.at(identity);
      if (entry.fate == Fate::alter) {
        tasks.push_back({.action = Action::alter,
                         .before = entry.before,
                         .after = entry.after,
                         .reason = entry.reason,
                         .change = entry.change,
                         .rebound = entry.rebound,
                         .carried = entry.is_carried,
                         .disturbs = entry.disturbs || entry.loosens});
        continue;
      }
      const Object* aside = entry.steps_aside ? entry.before : entry.succeeds;
      if (entry.before != nullptr) {
        const bool goes_along = entry.is_carried || entry.becomes_its_own;
        tasks.push_back({.action = Action::drop,
                         .before = entry.before,
                         .reason = entry.reason,
                         .carried = goes_along,
                         .aside = aside});
      }
      if (entry.after != nullptr) {
        if (must_be_announced(*entry.after)) {
          tasks.push_back(
              {.action = Action::create, .after = entry.after, .reason = "what it needs names it", .announces = true});
        }
        const bool is_brought_along =
            (entry.is_carried || entry.joins_original) && is_brought(desired_, *entry.after, actual_);
        tasks.push_back({.action = Action::create,
                         .after = entry.after,
                         .reason = entry.reason,
                         .carried = is_brought_along,
                         .aside = aside});
      }
    }
    return tasks;
  }

 private:
  enum class Fate : std::uint8_t { create, drop, alter, replace };

  struct Entry {
    Fate fate = Fate::create;
    const Object* before = nullptr;
    const Object* after = nullptr;
    std::string reason = {};
    Change change = {};
    bool disturbs = false;             ///< its dependents that do not follow must be taken down
    bool loosens = false;              ///< the bonds among its dependents must be undone
    bool rebound = false;              ///< it is altered to use the replacement of what steps aside
    bool steps_aside = false;          ///< it stays under another name until all that is rebound has moved
    const Object* succeeds = nullptr;  ///< what steps aside for it: an object of another kind under its name
    bool is_held = false;              ///< it cannot step aside, because it uses what cannot
    bool is_carried = false;           ///< PostgreSQL makes and drops it together with its original
    /// The old object goes with its original, and the new one is no copy any more.
    bool becomes_its_own = false;
    bool joins_original = false;  ///< the other way round: the new one comes with an original that is new
  };

  void start(const Change& change) {
    if (change.before == nullptr) {
      enter(change.identity(), {Fate::create, nullptr, change.after, "it is missing"});
    } else if (change.after == nullptr) {
      enter(change.identity(), {Fate::drop, change.before, nullptr, "it is not wanted any more", {}, true});
    } else {
      const bool in_place =
          !detours_.replaced.contains(change.identity()) && alter_statements(change, actual_, desired_).has_value();
      const bool disturbs = !in_place || changes_what(change, Disturbs::dependents);
      const bool loosens = changes_what(change, Disturbs::bonds);
      const std::string reason = reason_of(change, desired_.symbols());
      const Fate fate = in_place ? Fate::alter : Fate::replace;
      Entry entry{fate, change.before, change.after, reason, change, disturbs, loosens};
      entry.becomes_its_own = fate == Fate::replace && goes_with_original(actual_, *change.before, desired_) &&
                              !is_carried(desired_, *change.after, actual_);
      entry.joins_original =
          fate == Fate::replace && comes_with_original(actual_, *change.before, desired_, *change.after);
      enter(change.identity(), std::move(entry));
    }
  }

  void replace(const std::optional<Replacement>& found) {
    if (!found || is_replaced(found->after->identity)) return;
    enter(found->after->identity, {Fate::replace, found->before, found->after, found->reason, {}, true});
  }

  bool is_replaced(const Identity& identity) const {
    const auto known = entries_.find(identity);
    return known != entries_.end() && known->second.fate == Fate::replace;
  }

  /// What PostgreSQL drops along with an original that is gone, or makes along with one that is new.
  void start_carried() {
    for (const Object& object : actual_.objects()) {
      if (desired_.contains(object.identity) || !is_carried(actual_, object, desired_)) continue;
      const Object* original = original_of(actual_, object);
      const Object* after = original != nullptr ? desired_.find(original->identity) : nullptr;
      if (after == nullptr) {
        drop_along(object);
      } else if (!is_brought(actual_, object, desired_)) {
        drop_along(object);
        const std::string what = describe(object.identity, actual_.symbols());
        enter(original->identity, {Fate::replace, original, after, what + " cannot leave it", {}, true});
      }
    }
    for (const Object& object : desired_.objects()) {
      if (actual_.contains(object.identity) || !is_carried(desired_, object, actual_)) continue;
      const Object* original = original_of(desired_, object);
      if (!is_brought(desired_, object, actual_)) {
        enter(object.identity, {.fate = Fate::create, .after = &object, .reason = "it is missing"});
      } else if (original == nullptr || !actual_.contains(original->identity)) {
        make_along(object);
      }
    }
  }

  /// What is carried under another name goes and comes only when its original does.
  void finish_carried() {
    for (const Object& object : desired_.objects()) {
      if (actual_.contains(object.identity) || entries_.contains(object.identity)) continue;
      const Object* original = original_of(desired_, object);
      const bool comes = original != nullptr && is_replaced(original->identity);
      if (comes && is_brought(desired_, object, actual_)) make_along(object);
    }
  }

  void drop_along(const Object& object) {
    enter(object.identity,
          {.fate = Fate::drop, .before = &object, .reason = "its original goes", .disturbs = true, .is_carried = true});
  }

  void make_along(const Object& object) {
    enter(object.identity,
          {.fate = Fate::create, .after = &object, .reason = "its original is missing", .is_carried = true});
  }

  /// A carried object goes the way of its original, unless it is taken off it.
  void carry_along(const Entry& cause, const Object& dependent, const Object& after) {
    const auto known = entries_.find(dependent.identity);
    if (known != entries_.end() && (known->second.disturbs || known->second.fate == Fate::replace)) {
      if (known->second.fate == Fate::replace && cause.fate == Fate::replace) known->second.is_carried = true;
      return;
    }
    const KindRules& rules = rules_for(dependent.identity.kind);
    if (rules.holds_parent != nullptr && rules.holds_parent({actual_, dependent})) {
      enter(dependent.identity, {Fate::replace, &dependent, &after, "its original changes", {}, true});
      return;
    }
    Entry entry{.fate = cause.fate,
                .before = &dependent,
                .after = &after,
                .reason = "its original changes",
                .disturbs = true,
                .is_carried = true};
    entry.change = known != entries_.end() ? known->second.change : Change{&dependent, &after, {}};
    enter(dependent.identity, std::move(entry));
  }

  bool changes_what(const Change& change, Disturbs disturbs) const {
    const KindRules& rules = rules_for(change.identity().kind);
    return std::ranges::any_of(change.attributes, [&](const AttributeChange& attribute) {
      return find_attribute(rules, desired_.text(attribute.key))->disturbs == disturbs;
    });
  }

  void enter(const Identity& identity, Entry entry) {
    if (entry.fate == Fate::replace) {
      entry.steps_aside = entry.steps_aside || detours_.aside.contains(identity);
      replace(parent_that_stands_on(actual_, desired_, *entry.before));
    }
    if (entry.fate == Fate::create || entry.fate == Fate::replace) {
      replace(parent_that_cannot_take(actual_, desired_, *entry.after));
    }
    const auto [place, is_new] = entries_.insert_or_assign(identity, std::move(entry));
    if (is_new) sequence_.push_back(identity);
    const Entry& entered = place->second;
    if (entered.disturbs || entered.loosens) disturbed_.push_back(actual_.id(*entered.before));
    if (rules_for(identity.kind).bond && entered.after != nullptr) {
      for (const Replacement& part : parts_in_order_of(actual_, desired_, *entered.after)) replace(part);
    }
    const Carries carries = rules_for(identity.kind).carries;
    const Fate fate = entered.fate;
    if (carries == Carries::all && fate == Fate::replace) let_go(*entered.before);
    if (carries == Carries::what_it_brought && fate != Fate::create) {
      replace(heir_that_keeps_parts_of(actual_, desired_, *entered.before));
    }
    if (carries == Carries::what_it_brought && fate == Fate::create) {
      replace(heir_with_parts_for(actual_, desired_, *entered.after));
    }
  }

  /// While a link is undone, PostgreSQL does nothing to what it carries.
  void let_go(const Object& link) {
    for (const Object* object : parts_below(actual_, link.parent)) {
      const Object* after = desired_.find(object->identity);
      const auto known = entries_.find(object->identity);
      const bool is_settled =
          known != entries_.end() && !known->second.is_carried && known->second.fate == Fate::replace;
      if (is_settled || !is_carried(actual_, *object, desired_)) continue;
      if (after == nullptr) {
        start({object, nullptr, {}});
      } else if (object->fingerprint != after->fingerprint) {
        const bool was_rebound = known != entries_.end() && known->second.rebound;
        start({object, after, changed_attributes(*object, *after, desired_.symbols())});
        Entry& own = entries_.at(object->identity);
        own.rebound = was_rebound && own.fate == Fate::alter;
      } else if (known != entries_.end()) {
        known->second.is_carried = false;
      }
    }
    const Object& parent = actual_.object(link.parent);
    for (const Object* object : parts_below(desired_, desired_.id(*desired_.find(parent.identity)))) {
      if (!actual_.contains(object->identity) && is_carried(desired_, *object, actual_)) start({nullptr, object, {}});
    }
  }

  /// Whether the link that carries the object is undone, and the object stays.
  bool is_let_go(const Object& object) const {
    const Object* link = carrier_of(actual_, object);
    if (link == nullptr) return false;
    const bool is_all = rules_for(link->identity.kind).carries == Carries::all;
    if (!is_all && !is_handed_over(actual_, object, desired_)) return false;
    const auto known = entries_.find(link->identity);
    return known != entries_.end() && known->second.fate != Fate::alter;
  }

  /// Whether only the original goes, and its heirs keep the object as their own.
  bool is_left_alone(const Entry& cause, const Object& dependent) const {
    const auto known = entries_.find(dependent.identity);
    return cause.fate == Fate::drop && known != entries_.end() && known->second.fate == Fate::alter &&
           leaves_heirs(actual_, *cause.before, desired_);
  }

  /// What adapts itself is made anew by PostgreSQL as CREATE says it, and does so to one change at a time: between two
  /// of them, a foreign key would compare columns of types that do not go together.
  bool can_follow(const Entry& cause, const Object& dependent) const {
    const KindRules& rules = rules_for(dependent.identity.kind);
    const bool says_more = rules.after_create != nullptr && !rules.after_create({actual_, dependent}).empty();
    if (says_more || !follows({actual_, dependent}, {actual_, *cause.before}, {desired_, *cause.after})) return false;
    if (rules.carries != Carries::nothing) return true;  // by the link, both sides change at once
    const auto changes = [&](ObjectId needed) {
      const auto entry = entries_.find(actual_.object(needed).identity);
      return entry != entries_.end() && entry->second.fate == Fate::alter && entry->second.disturbs;
    };
    return std::ranges::count_if(actual_.needs(actual_.id(dependent)), changes) < 2;
  }

  /// `needed` is about to go, or to change under those who use it; what becomes of `dependent`?
  void consider(ObjectId needed, const Object& dependent) {
    const Object* after = desired_.find(dependent.identity);
    Entry& cause = entries_.at(actual_.object(needed).identity);
    if (after == nullptr) {  // it goes anyway
      const bool is_carried_off = original_of(actual_, dependent) == cause.before && cause.fate == Fate::replace;
      if (is_carried_off && is_carried(actual_, dependent, desired_)) drop_along(dependent);
      return;
    }
    // What follows does so when a column changes; who uses an annotation, as a grant the owner, is taken off it.
    const bool is_annotation = rules_for(cause.before->identity.kind).about_parent;
    if (cause.fate == Fate::alter && !is_annotation && can_follow(cause, dependent)) return;
    if (!cause.disturbs && !rules_for(dependent.identity.kind).bond) return;
    if (cause.rebound && dependent.parent == needed) return;
    if (is_link_of(actual_, dependent, actual_.object(needed))) return;  // it is there for the order alone
    if (cause.fate == Fate::drop && stays_with_original(actual_, dependent, desired_, *cause.before) &&
        dependent.fingerprint == after->fingerprint)
      return;
    const bool is_sibling = cause.before->parent == dependent.parent;
    const bool is_original = cause.before->identity.kind == dependent.identity.kind && !is_sibling;
    if (is_original && (is_let_go(dependent) || is_left_alone(cause, dependent))) return;
    if (is_original && is_carried(actual_, dependent, desired_)) return carry_along(cause, dependent, *after);
    if (is_sibling && cause.is_carried && is_carried(actual_, dependent, desired_)) return;  // as their originals do
    if (is_original &&
        merged_with(actual_, dependent) != nullptr) {  // it stays when its parent's goes, and changes with it
      if (cause.fate == Fate::drop) return;
      if (cause.fate == Fate::alter) return carry_along(cause, dependent, *after);
    }
    if (leaves_with_original(dependent, cause)) return;
    const auto known = entries_.find(dependent.identity);
    if (known != entries_.end()) {
      if (known->second.fate != Fate::alter || leaves_by_itself(known->second, cause)) return;
    }
    const std::string what = describe(actual_.object(needed).identity, actual_.symbols());
    const std::string reason = (known != entries_.end() ? known->second.reason + "; " : "") + "it uses " + what +
                               (cause.fate == Fate::alter ? ", which changes" : ", which is replaced");
    if (replacement_of(cause) != nullptr && can_be_rebound(cause, dependent, *after)) {
      step_aside(cause);
      const Change own = known != entries_.end() ? known->second.change : Change{&dependent, after, {}};
      enter(dependent.identity, {Fate::alter, &dependent, after, reason, own, true, false, true});
      return;
    }
    enter(dependent.identity, {Fate::replace, &dependent, after, reason, {}, true});
  }

  /// Whether an alteration takes its object away from what goes.
  bool leaves_by_itself(const Entry& entry, const Entry& cause) const {
    return entry.fate == Fate::alter && !still_needs(*entry.after, cause) && can_be_left(*cause.before);
  }

  /// Whether an alteration of the original takes a carried object along.
  bool leaves_with_original(const Object& dependent, const Entry& cause) const {
    if (!is_carried(actual_, dependent, desired_)) return false;
    const Object* original = original_of(actual_, dependent);
    if (original == nullptr || is_replaced(actual_.object(dependent.parent).identity)) return false;
    const auto known = entries_.find(original->identity);
    return known != entries_.end() ? leaves_by_itself(known->second, cause) : leaves_with_original(*original, cause);
  }

  /// What comes in place of what goes: the object itself, made anew, or one of another kind under its name; or null.
  Entry* replacement_of(Entry& going) {
    if (going.fate == Fate::replace) return &going;
    if (going.fate != Fate::drop || !rules_for(going.before->identity.kind).steps_aside) return nullptr;
    const auto succeeds = [&](const Identity& identity) {
      return entries_.at(identity).fate == Fate::create && rules_for(identity.kind).announce == nullptr &&
             share_name(identity, going.before->identity);
    };
    const auto successor = std::ranges::find_if(sequence_, succeeds);
    return successor != sequence_.end() ? &entries_.at(*successor) : nullptr;
  }

  void step_aside(Entry& entry) {
    entry.steps_aside = true;
    if (Entry* replacement = replacement_of(entry); replacement != &entry) replacement->succeeds = entry.before;
  }

  /// What steps aside goes on using the old ones of what it needs, so those must step aside too. False: all do.
  bool extend_stepping_aside() {
    for (const Identity& identity : sequence_) {
      Entry& entry = entries_.at(identity);
      if (!entry.steps_aside) continue;
      const ObjectId own_id = actual_.id(*entry.before);
      for (ObjectId needed : actual_.needs(own_id)) {
        const auto found = entries_.find(actual_.object(needed).identity);
        if (found == entries_.end() || found->second.steps_aside || replacement_of(found->second) == nullptr) continue;
        if (rules_for(found->first.kind).steps_aside && !found->second.is_held) {
          step_aside(found->second);
        } else {
          entry.steps_aside = false;
          entry.is_held = true;
          disturbed_.push_back(own_id);
        }
        return true;
      }
    }
    return false;
  }

  bool can_be_rebound(const Entry& cause, const Object& before, const Object& after) const {
    const KindRules& rules = rules_for(before.identity.kind);
    return !cause.is_held && rules_for(cause.before->identity.kind).steps_aside && rules.rebind != nullptr &&
           rules.rebind({actual_, before}, {desired_, after}).has_value();
  }

  bool must_be_announced(const Object& after) const {
    if (rules_for(after.identity.kind).announce == nullptr) return false;
    const ObjectId id = desired_.id(after);
    return std::ranges::any_of(desired_.needed_by(id),
                               [&](ObjectId dependent) { return is_circle(desired_, dependent, id); });
  }

  /// Whether others can first leave what goes: it takes nothing from them, and nobody waits for its name, or for that
  /// of what it is a part of.
  bool can_be_left(const Object& going) const {
    if (rules_for(going.identity.kind).reaches_parts || is_succeeded(going.identity)) return false;
    return going.parent == ObjectId::none || can_be_left(actual_.object(going.parent));
  }

  bool is_succeeded(const Identity& going) const {
    return std::ranges::any_of(sequence_, [&](const Identity& identity) {
      return identity != going && entries_.at(identity).fate == Fate::create &&
             take_one_place(identity, going, desired_.symbols());
    });
  }

  bool still_needs(const Object& after, const Entry& cause) const {
    if (cause.after == nullptr) return false;
    const auto needs = desired_.needs(desired_.id(after));
    return std::ranges::find(needs, desired_.id(*cause.after)) != needs.end();
  }

  const Catalog& actual_;
  const Catalog& desired_;
  const Detours& detours_;
  std::unordered_map<Identity, Entry, IdentityHash> entries_;
  std::vector<Identity> sequence_;
  std::deque<ObjectId> disturbed_;
};

}  // namespace

bool is_circle(const Catalog& catalog, ObjectId dependent, ObjectId needed) {
  if (rules_for(catalog.object(needed).identity.kind).announce == nullptr) return false;
  const auto needs = catalog.needs(needed);
  return std::ranges::find(needs, dependent) != needs.end();
}

std::vector<Task> make_tasks(const Changes& changes, const Catalog& actual, const Catalog& desired,
                             const Detours& detours) {
  return TaskMaker{changes, actual, desired, detours}.tasks();
}

}  // namespace plumb
