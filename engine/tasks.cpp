#include "engine/tasks.h"

#include <algorithm>
#include <deque>

#include <fmt/core.h>

#include "engine/alteration.h"
#include "engine/carried.h"
#include "engine/decisions.h"
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
      const Decision& decision = decisions_.at(identity);
      if ((decision.fate != Fate::create && decision.fate != Fate::replace) || decision.joins_original) continue;
      replace(parent_to_join_from_start(actual_, desired_, decision.before, *decision.after));
    }
    start_carried();
    take_watchers_down();
    do {
      while (!disturbed_.empty()) {
        const ObjectId id = disturbed_.front();
        disturbed_.pop_front();
        for (ObjectId dependent : actual_.needed_by(id)) consider(id, actual_.object(dependent));
      }
    } while (extend_stepping_aside());
    finish_carried();
  }

  std::vector<Task> tasks() const { return tasks_for(decisions_, sequence_, actual_, desired_); }

 private:
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
      Decision decision{fate, change.before, change.after, reason, change, disturbs, loosens};
      decision.becomes_its_own = fate == Fate::replace && goes_with_original(actual_, *change.before, desired_) &&
                                 !is_carried(desired_, *change.after, actual_);
      decision.joins_original =
          fate == Fate::replace && comes_with_original(actual_, *change.before, desired_, *change.after);
      enter(change.identity(), std::move(decision));
    }
  }

  void replace(const std::optional<Replacement>& found) {
    if (!found || is_replaced(found->after->identity)) return;
    enter(found->after->identity, {Fate::replace, found->before, found->after, found->reason, {}, true});
  }

  bool is_replaced(const Identity& identity) const {
    const auto known = decisions_.find(identity);
    return known != decisions_.end() && known->second.fate == Fate::replace;
  }

  /// What runs code at the steps of the plan is out of the way while that code changes: neither the old nor the new
  /// may go with what is there halfway.
  void take_watchers_down() {
    for (const Object& object : actual_.objects()) {
      const Object* after = rules_for(object.identity.kind).watches ? desired_.find(object.identity) : nullptr;
      if (after == nullptr) continue;
      for (ObjectId needed : actual_.needs(actual_.id(object))) {
        const auto known = decisions_.find(actual_.object(needed).identity);
        const bool changes = known != decisions_.end() && known->second.fate == Fate::alter;
        const std::string what = describe(actual_.object(needed).identity, actual_.symbols());
        if (changes) replace(Replacement{&object, after, fmt::format("it runs {}, which changes", what)});
      }
    }
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
      if (actual_.contains(object.identity) || decisions_.contains(object.identity)) continue;
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
  void carry_along(const Decision& cause, const Object& dependent, const Object& after) {
    const auto known = decisions_.find(dependent.identity);
    if (known != decisions_.end() && (known->second.disturbs || known->second.fate == Fate::replace)) {
      if (known->second.fate == Fate::replace && cause.fate == Fate::replace) known->second.is_carried = true;
      return;
    }
    const KindRules& rules = rules_for(dependent.identity.kind);
    if (rules.holds_parent != nullptr && rules.holds_parent({actual_, dependent})) {
      enter(dependent.identity, {Fate::replace, &dependent, &after, "its original changes", {}, true});
      return;
    }
    Decision decision{.fate = cause.fate,
                      .before = &dependent,
                      .after = &after,
                      .reason = "its original changes",
                      .disturbs = true,
                      .is_carried = true};
    decision.change = known != decisions_.end() ? known->second.change : Change{&dependent, &after, {}};
    enter(dependent.identity, std::move(decision));
  }

  bool changes_what(const Change& change, Disturbs disturbs) const {
    const KindRules& rules = rules_for(change.identity().kind);
    return std::ranges::any_of(change.attributes, [&](const AttributeChange& attribute) {
      return find_attribute(rules, desired_.text(attribute.key))->disturbs == disturbs;
    });
  }

  void enter(const Identity& identity, Decision decision) {
    if (decision.fate == Fate::replace) {
      decision.steps_aside = decision.steps_aside || detours_.aside.contains(identity);
      replace(parent_that_stands_on(actual_, desired_, *decision.before));
    }
    if (decision.fate == Fate::create || decision.fate == Fate::replace) {
      replace(parent_that_cannot_take(actual_, desired_, *decision.after));
    }
    const auto [place, is_new] = decisions_.insert_or_assign(identity, std::move(decision));
    if (is_new) sequence_.push_back(identity);
    const Decision& decided = place->second;
    if (decided.disturbs || decided.loosens) disturbed_.push_back(actual_.id(*decided.before));
    if (rules_for(identity.kind).bond && decided.after != nullptr) {
      for (const Replacement& part : parts_in_order_of(actual_, desired_, *decided.after)) replace(part);
    }
    const Carries carries = rules_for(identity.kind).carries;
    const Fate fate = decided.fate;
    if (carries == Carries::all && fate == Fate::replace) let_go(*decided.before);
    if (carries == Carries::what_it_brought && fate != Fate::create) {
      replace(heir_that_keeps_parts_of(actual_, desired_, *decided.before));
    }
    if (carries == Carries::what_it_brought && fate == Fate::create) {
      replace(heir_with_parts_for(actual_, desired_, *decided.after));
    }
  }

  /// While a link is undone, PostgreSQL does nothing to what it carries.
  void let_go(const Object& link) {
    for (const Object* object : parts_below(actual_, link.parent)) {
      const Object* after = desired_.find(object->identity);
      const auto known = decisions_.find(object->identity);
      const bool is_settled =
          known != decisions_.end() && !known->second.is_carried && known->second.fate == Fate::replace;
      if (is_settled || !is_carried(actual_, *object, desired_)) continue;
      if (after == nullptr) {
        start({object, nullptr, {}});
      } else if (object->fingerprint != after->fingerprint) {
        const bool was_rebound = known != decisions_.end() && known->second.rebound;
        start({object, after, changed_attributes(*object, *after, desired_.symbols())});
        Decision& own = decisions_.at(object->identity);
        own.rebound = was_rebound && own.fate == Fate::alter;
      } else if (known != decisions_.end()) {
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
    const auto known = decisions_.find(link->identity);
    return known != decisions_.end() && known->second.fate != Fate::alter;
  }

  /// Whether only the original goes, and its heirs keep the object as their own.
  bool is_left_alone(const Decision& cause, const Object& dependent) const {
    const auto known = decisions_.find(dependent.identity);
    return cause.fate == Fate::drop && known != decisions_.end() && known->second.fate == Fate::alter &&
           leaves_heirs(actual_, *cause.before, desired_);
  }

  /// What adapts itself is made anew by PostgreSQL as CREATE says it, and does so to one change at a time: between two
  /// of them, a foreign key would compare columns of types that do not go together.
  bool can_follow(const Decision& cause, const Object& dependent) const {
    const KindRules& rules = rules_for(dependent.identity.kind);
    const bool says_more = rules.after_create != nullptr && !rules.after_create({actual_, dependent}).empty();
    if (says_more || !follows({actual_, dependent}, {actual_, *cause.before}, {desired_, *cause.after})) return false;
    if (rules.carries != Carries::nothing) return true;  // by the link, both sides change at once
    const auto changes = [&](ObjectId needed) {
      const auto decision = decisions_.find(actual_.object(needed).identity);
      return decision != decisions_.end() && decision->second.fate == Fate::alter && decision->second.disturbs;
    };
    return std::ranges::count_if(actual_.needs(actual_.id(dependent)), changes) < 2;
  }

  /// `needed` is about to go, or to change under those who use it; what becomes of `dependent`?
  void consider(ObjectId needed, const Object& dependent) {
    const Object* after = desired_.find(dependent.identity);
    Decision& cause = decisions_.at(actual_.object(needed).identity);
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
    const auto known = decisions_.find(dependent.identity);
    if (known != decisions_.end()) {
      if (known->second.fate != Fate::alter || leaves_by_itself(known->second, cause)) return;
    }
    const std::string what = describe(actual_.object(needed).identity, actual_.symbols());
    const std::string reason = (known != decisions_.end() ? known->second.reason + "; " : "") + "it uses " + what +
                               (cause.fate == Fate::alter ? ", which changes" : ", which is replaced");
    if (replacement_of(cause) != nullptr && can_be_rebound(cause, dependent, *after)) {
      step_aside(cause);
      const Change own = known != decisions_.end() ? known->second.change : Change{&dependent, after, {}};
      enter(dependent.identity, {Fate::alter, &dependent, after, reason, own, true, false, true});
      return;
    }
    enter(dependent.identity, {Fate::replace, &dependent, after, reason, {}, true});
  }

  /// Whether an alteration takes its object away from what goes.
  bool leaves_by_itself(const Decision& decision, const Decision& cause) const {
    return decision.fate == Fate::alter && !still_needs(*decision.after, cause) && can_be_left(*cause.before);
  }

  /// Whether an alteration of the original takes a carried object along.
  bool leaves_with_original(const Object& dependent, const Decision& cause) const {
    if (!is_carried(actual_, dependent, desired_)) return false;
    const Object* original = original_of(actual_, dependent);
    if (original == nullptr || is_replaced(actual_.object(dependent.parent).identity)) return false;
    const auto known = decisions_.find(original->identity);
    return known != decisions_.end() ? leaves_by_itself(known->second, cause) : leaves_with_original(*original, cause);
  }

  /// What comes in place of what goes: the object itself, made anew, or one of another kind under its name; or null.
  Decision* replacement_of(Decision& going) {
    if (going.fate == Fate::replace) return &going;
    if (going.fate != Fate::drop || !rules_for(going.before->identity.kind).steps_aside) return nullptr;
    const auto succeeds = [&](const Identity& identity) {
      return decisions_.at(identity).fate == Fate::create && rules_for(identity.kind).announce == nullptr &&
             share_name(identity, going.before->identity);
    };
    const auto successor = std::ranges::find_if(sequence_, succeeds);
    return successor != sequence_.end() ? &decisions_.at(*successor) : nullptr;
  }

  void step_aside(Decision& decision) {
    decision.steps_aside = true;
    if (Decision* replacement = replacement_of(decision); replacement != &decision)
      replacement->succeeds = decision.before;
  }

  /// What steps aside goes on using the old ones of what it needs, so those must step aside too. False: all do.
  bool extend_stepping_aside() {
    for (const Identity& identity : sequence_) {
      Decision& decision = decisions_.at(identity);
      if (!decision.steps_aside) continue;
      const ObjectId own_id = actual_.id(*decision.before);
      for (ObjectId needed : actual_.needs(own_id)) {
        const auto found = decisions_.find(actual_.object(needed).identity);
        if (found == decisions_.end() || found->second.steps_aside || replacement_of(found->second) == nullptr)
          continue;
        if (rules_for(found->first.kind).steps_aside && !found->second.is_held) {
          step_aside(found->second);
        } else {
          decision.steps_aside = false;
          decision.is_held = true;
          disturbed_.push_back(own_id);
        }
        return true;
      }
    }
    return false;
  }

  bool can_be_rebound(const Decision& cause, const Object& before, const Object& after) const {
    const KindRules& rules = rules_for(before.identity.kind);
    return !cause.is_held && rules_for(cause.before->identity.kind).steps_aside && rules.rebind != nullptr &&
           rules.rebind({actual_, before}, {desired_, after}).has_value();
  }

  /// Whether others can first leave what goes: it takes nothing from them, and nobody waits for its name, or for that
  /// of what it is a part of.
  bool can_be_left(const Object& going) const {
    if (rules_for(going.identity.kind).reaches_parts || is_succeeded(going.identity)) return false;
    return going.parent == ObjectId::none || can_be_left(actual_.object(going.parent));
  }

  bool is_succeeded(const Identity& going) const {
    return std::ranges::any_of(sequence_, [&](const Identity& identity) {
      return identity != going && decisions_.at(identity).fate == Fate::create &&
             take_one_place(identity, going, desired_.symbols());
    });
  }

  bool still_needs(const Object& after, const Decision& cause) const {
    if (cause.after == nullptr) return false;
    const auto needs = desired_.needs(desired_.id(after));
    return std::ranges::find(needs, desired_.id(*cause.after)) != needs.end();
  }

  const Catalog& actual_;
  const Catalog& desired_;
  const Detours& detours_;
  Decisions decisions_;
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
