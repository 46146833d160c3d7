#include "engine/name_order.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "engine/name_key.h"
#include "schema/rules.h"

namespace plumb {

namespace {

class NameOrderMaker {
 public:
  NameOrderMaker(const std::vector<Task>& tasks, const TaskIndex& index,
                 const std::function<bool(std::size_t)>& steps_aside, const Catalog& actual, const Catalog& desired)
      : tasks_{tasks}, index_{index}, actual_{actual}, desired_{desired} {
    free_names_first(steps_aside);
    drop_overloads_first(steps_aside);
    give_up_names_first();
  }

  TaskEdges order() { return std::move(order_); }

 private:
  /// The task that gives an object its name.
  std::size_t first_make(ObjectId id) const { return index_.announcement(id).value_or(index_.makes().at(id)); }

  void free_names_first(const std::function<bool(std::size_t)>& steps_aside) {
    std::vector<std::pair<NameKey, std::size_t>> freed;
    for (const auto& [id, task] : index_.drops()) {
      if (steps_aside(task)) continue;
      const Identity& identity = actual_.object(id).identity;
      if (const auto key = name_key(identity)) freed.emplace_back(*key, task);
      const Object* again = desired_.find(identity);
      if (again != nullptr && index_.make(desired_.id(*again)))
        order_.firm.emplace_back(task, first_make(desired_.id(*again)));
    }
    std::ranges::sort(freed);
    for (const auto& [id, task] : index_.makes()) {
      if (tasks_[task].action != Action::create) continue;
      const auto key = name_key(desired_.object(id).identity);
      if (!key) continue;
      for (const auto& [name, dropped] :
           std::ranges::equal_range(freed, *key, {}, &decltype(freed)::value_type::first)) {
        order_.firm.emplace_back(dropped, first_make(id));
      }
    }
  }

  /// Where two routines are there that only their arguments tell apart, PostgreSQL may not know which one is called.
  /// Code that is text may call either, so what runs code comes after both.
  void drop_overloads_first(const std::function<bool(std::size_t)>& steps_aside) {
    using Called = std::pair<Symbol, std::string_view>;  // a schema, and of a routine its name without the arguments
    const auto called = [](const Identity& identity, const Symbols& symbols) {
      const bool is_routine = rules_for(identity.kind).name_space == NameSpace::routine;
      const std::string_view name = is_routine ? symbols.text(identity.name) : std::string_view{};
      return Called{identity.schema, name.substr(0, name.find('('))};
    };
    std::multimap<Called, std::pair<ObjectId, std::size_t>> made;
    for (const auto& [coming, make] : index_.makes()) {
      const Identity& identity = desired_.object(coming).identity;
      if (tasks_[make].action != Action::create) continue;
      made.emplace(called(identity, desired_.symbols()), std::pair{coming, make});
    }
    for (const auto& [going, drop] : index_.drops()) {
      const Identity& identity = actual_.object(going).identity;
      if (rules_for(identity.kind).signature.empty() || steps_aside(drop)) continue;
      const auto [begin, end] = made.equal_range(called(identity, actual_.symbols()));
      for (auto each = begin; each != end; ++each) {
        const auto [coming, make] = each->second;
        if (!take_one_place(desired_.object(coming).identity, identity, desired_.symbols())) continue;
        order_.wishes.emplace_back(drop, first_make(coming));
        for (std::size_t i = 0; i < tasks_.size(); ++i) {
          if (runs_code(tasks_[i])) order_.wishes.emplace_back(make, i);
        }
      }
    }
  }

  /// Whether expressions are run on rows that are there; a new table has none.
  bool runs_code(const Task& task) const {
    if (task.action == Action::drop || !rules_for(task.object().identity.kind).evaluates) return false;
    const auto table = task.after->parent == ObjectId::none ? std::nullopt : index_.make(task.after->parent);
    return !table || tasks_[*table].action != Action::create;
  }

  /// Names that attributes hold: what is made anew may take those that PostgreSQL chooses from what an alteration
  /// gives up, and an alteration may take one that something else gives up.
  void give_up_names_first() {
    // Other parts of a table bear a name, or hand it down; parts of what is dropped go with it.
    std::multimap<Symbol, std::size_t> given_up = names_in_drops();
    each_freed_name([&](std::size_t alteration, const AttributeRule&, const AttributeChange& attribute) {
      if (!attribute.before.empty()) given_up.emplace(attribute.before.front(), alteration);
    });
    each_freed_name([&](std::size_t alteration, const AttributeRule& rule, const AttributeChange& attribute) {
      make_after_giving_up(alteration);
      if (rule.value != Value::text) return;
      if (attribute.after.empty()) return take_usual_name(alteration, given_up);
      take_after_drop(alteration, attribute.after.front());
      const auto [first, last] = given_up.equal_range(attribute.after.front());
      for (auto other = first; other != last; ++other) {
        if (other->second != alteration) order_.wishes.emplace_back(other->second, alteration);
      }
    });
  }

  /// The name that PostgreSQL would choose, and nobody says, may be one that is given up.
  void take_usual_name(std::size_t alteration, const std::multimap<Symbol, std::size_t>& given_up) {
    const std::string_view table = desired_.text(tasks_[alteration].object().identity.table);
    for (const auto& [name, other] : given_up) {
      const bool may_be_it = other != alteration && may_be_chosen_for(table, desired_.text(name));
      if (may_be_it) order_.wishes.emplace_back(other, alteration);
    }
  }

  /// The names that attributes of parts hold, with the drop of the whole.
  std::multimap<Symbol, std::size_t> names_in_drops() const {
    std::multimap<Symbol, std::size_t> names;
    for (const auto& [id, drop] : index_.drops()) {
      for (ObjectId part : actual_.children(id)) {
        const Object& object = actual_.object(part);
        for (const AttributeRule& rule : rules_for(object.identity.kind).attributes) {
          const bool may_hold_one = rule.frees_name && rule.value == Value::text;
          const Attribute* held = may_hold_one ? object.find(actual_.symbols().intern(rule.key)) : nullptr;
          if (held != nullptr) names.emplace(held->values.front(), drop);
        }
      }
    }
    return names;
  }

  template <typename Visit>
  void each_freed_name(Visit visit) const {
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      const KindRules& rules = rules_for(tasks_[i].object().identity.kind);
      for (const AttributeChange& attribute : tasks_[i].change.attributes) {
        const AttributeRule& rule = *find_attribute(rules, desired_.text(attribute.key));
        if (rule.frees_name) visit(i, rule, attribute);
      }
    }
  }

  /// Whether PostgreSQL may have chosen a name for a part of a relation: it begins with that of the relation, of which
  /// at least so much stays when all of it would be too long (`makeObjectName`).
  static bool may_be_chosen_for(std::string_view relation, std::string_view name) {
    constexpr std::size_t kept = 20;
    return name.starts_with(relation.substr(0, kept));
  }

  /// The names that the object's attributes say it has before; one that nobody says begins with that of its table.
  std::vector<std::string_view> names_held_by(std::size_t alteration) const {
    std::vector<std::string_view> names{actual_.text(tasks_[alteration].before->identity.table)};
    const View before{actual_, *tasks_[alteration].before};
    for (const AttributeRule& rule : before.rules().attributes) {
      if (rule.frees_name && rule.value == Value::text && before.has(rule.key)) names.push_back(before.text(rule.key));
    }
    return names;
  }

  void make_after_giving_up(std::size_t alteration) {
    const std::vector<std::string_view> held = names_held_by(alteration);
    for (const auto& [id, make] : index_.makes()) {
      const Object& made = desired_.object(id);
      const bool is_new_whole = made.parent == ObjectId::none && tasks_[make].action == Action::create;
      if (!is_new_whole || made.identity.schema != tasks_[alteration].object().identity.schema) continue;
      const std::string_view relation = desired_.text(made.identity.name);
      const bool may_take_it = std::ranges::any_of(held, [&](std::string_view name) {
        return may_be_chosen_for(relation, name) || may_be_chosen_for(name, relation);
      });
      if (may_take_it) order_.wishes.emplace_back(alteration, make);
    }
  }

  /// What goes may bear the name, or a part of it one that PostgreSQL chose and nobody says.
  void take_after_drop(std::size_t alteration, Symbol name) {
    const Symbol schema = tasks_[alteration].object().identity.schema;
    for (const auto& [id, drop] : index_.drops()) {
      const Object& dropped = actual_.object(id);
      const Identity& identity = dropped.identity;
      const bool may_bear_it =
          identity.name == name ||
          (dropped.parent == ObjectId::none && may_be_chosen_for(actual_.text(identity.name), actual_.text(name)));
      if (may_bear_it && identity.schema == schema) order_.wishes.emplace_back(drop, alteration);
    }
  }

  const std::vector<Task>& tasks_;
  const TaskIndex& index_;
  const Catalog& actual_;
  const Catalog& desired_;
  TaskEdges order_;
};

}  // namespace

TaskEdges order_names(const std::vector<Task>& tasks, const TaskIndex& index,
                      const std::function<bool(std::size_t)>& steps_aside, const Catalog& actual,
                      const Catalog& desired) {
  return NameOrderMaker{tasks, index, steps_aside, actual, desired}.order();
}

}  // namespace plumb
