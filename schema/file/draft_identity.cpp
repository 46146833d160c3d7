// What entries of schema files are called (schema/file/draft.h).

#include <fmt/core.h>

#include "schema/file/draft.h"
#include "schema/file/naming.h"
#include "schema/role_name.h"
#include "schema/sql.h"

namespace plumb {

const Identity& DraftReader::owner(const Entry& entry) const {
  return declaration_.drafts.object(entry.around.parent).identity;
}

/// The identity as far as it follows from where the entry stands.
Identity DraftReader::place_of(const Entry& entry) const {
  const KindRules& rules = rules_for(entry.section.kind);
  Identity identity{.kind = entry.section.kind};
  if (rules.about_parent) {
    identity = owner(entry);
    identity.subject = entry.section.form->subject == Kind::none ? identity.kind : entry.section.form->subject;
    identity.kind = entry.section.kind;
    if (entry.section.form->named && (entry.section.form->role_key.empty() || entry.section.form->grouped)) {
      identity.table = identity.name;
      identity.name = entry.around.group;
    }
  } else if (rules.address == Address::table) {
    const Identity& owned_by = owner(entry);
    identity.schema = owned_by.schema;
    identity.table = rules_for(owned_by.kind).address == Address::table ? owned_by.table : owned_by.name;
  } else if (rules.address == Address::schema) {
    identity.schema = entry.around.schema;
  } else if (entry.around.parent != ObjectId::none && rules_for(owner(entry).kind).holds_names) {
    identity.schema = owner(entry).name;
  }
  if (!rules.about_parent && entry.section.form->grouped) identity.name = entry.around.group;
  return identity;
}

/// Takes the name, and perhaps the schema, from the key of a named entry; false and a fault when it is no name.
bool DraftReader::take_key(Entry& entry) {
  const KindRules& rules = rules_for(entry.section.kind);
  const std::string& key = entry.node.key;
  const std::string_view role_key = entry.section.form->role_key;
  if (!role_key.empty()) {
    entry.identity.role = intern(role_of(key));
    if (key.empty()) fault(entry.spot, fmt::format("a {} needs a {}", rules.key, role_key));
    return !key.empty();
  }
  if (rules.named_after_relation) return take_relation(entry);
  if (rules.address != Address::schema) {
    entry.identity.name = intern(key);
    if (key.empty()) fault(entry.spot, fmt::format("a {} needs a name that is not empty", rules.key));
    return !key.empty();
  }
  const bool is_signature = !rules.signature.empty();
  const auto written = is_signature ? split_signature(key) : split_name(key);
  if (!written) {
    const std::string hint =
        is_signature
            ? fmt::format("write what tells it apart in parentheses behind the name, as in {}", rules.signature)
            : "write name or schema.name, and a name with a dot in it as '\"a.b\"'";
    fault(entry.spot, fmt::format("`{}` is no name of a {}: {}", key, rules.key, hint));
    return false;
  }
  entry.identity.name = intern(written->name);
  if (written->schema.empty()) return true;
  if (entry.around.is_fixed && written->schema != text(entry.around.schema)) {
    fault(entry.spot, fmt::format("`{}` stands in the entry of schema {}, and its key names another: move it there",
                                  key, text(entry.around.schema)));
    return false;
  }
  entry.identity.schema = intern(written->schema);
  return check_length(entry, written->schema);
}

/// Takes the relation that a key names as the name; without a schema, it is one of the schema around.
bool DraftReader::take_relation(Entry& entry) {
  const auto written = split_name(entry.node.key);
  if (!written) {
    fault(entry.spot, fmt::format("`{}` is no name of a table: write schema.table, and a name with a dot in it as "
                                  "'\"a.b\"'",
                                  entry.node.key));
    return false;
  }
  const std::string_view schema = written->schema.empty() ? text(entry.around.schema) : written->schema;
  entry.identity.name = intern(qualify(schema, written->name));
  return check_length(entry, schema) && check_length(entry, written->name);
}

/// What `renamed_from` says, without the schema that an object in one may have there as in its key.
std::string DraftReader::former_name(const Entry& entry, const Node& from) {
  const KindRules& rules = rules_for(entry.section.kind);
  const bool has_schema = rules.address == Address::schema && rules.signature.empty() && !rules.named_after_relation;
  const auto written = has_schema ? split_name(from.text) : std::nullopt;
  if (!written) return from.text;
  if (!written->schema.empty() && written->schema != text(entry.identity.schema)) {
    fault(from.spot,
          fmt::format("`renamed_from` of {} tells a name in another schema, `{}`: write the name alone here, "
                      "and `moved_from: {}` beside it",
                      describe(entry), from.text, written->schema));
  }
  return written->name;
}

/// The name of an object whose key is none: its own word, what PostgreSQL would choose, or that of its owner.
void DraftReader::choose_name(Entry& entry) {
  if (entry.own_name != nullptr) {
    entry.identity.name = intern(entry.own_name->text);
  } else if (!entry.section.form->default_name.empty()) {
    const auto fill_in = [&](std::string_view placeholder) { return fill(entry, placeholder); };
    const auto is_used = [&] {
      const std::string space = space_of(entry.identity);
      return declaration_.drafts.contains(entry.identity) || (!space.empty() && names_.contains(space));
    };
    int number = 0;
    do {
      entry.identity.name = intern(default_name(entry.section.form->default_name, fill_in, number++));
    } while (is_used());
  } else if (!rules_for(entry.section.kind).about_parent) {
    entry.identity.name = owner(entry).name;
  }
}

std::string DraftReader::fill(const Entry& entry, std::string_view placeholder) const {
  if (placeholder == "table") return std::string{text(entry.identity.table)};
  std::string joined;
  for (const Value& value : entry.values) {
    if (value.rule->key != placeholder) continue;
    for (const std::string& each : value.texts) joined.append(joined.empty() ? "" : "_").append(each);
  }
  return joined;
}

bool DraftReader::check_length(const Entry& entry, std::string_view name) {
  const KindRules& rules = rules_for(entry.section.kind);
  if (entry.section.form->list_of_names) return true;  // the names of others, perhaps with their schemas
  if (rules.about_parent) return true;                 // it has the name of its parent, which was looked at before
  const bool is_signature = !rules.signature.empty();
  if (is_signature && rules.address != Address::schema) return true;  // it is made of names that others bear
  if (is_signature) name = name.substr(0, name.find('('));
  if (name.size() <= max_name_bytes + (name.starts_with('"') && is_signature ? 2 : 0)) return true;
  fault(entry.spot, fmt::format("the name `{}` has {} bytes, and PostgreSQL cuts names after {}: shorten it", name,
                                name.size(), max_name_bytes));
  return false;
}

/// Where PostgreSQL looks for others of the same name; empty: only the identity counts.
std::string DraftReader::space_of(const Identity& identity) const {
  const NameSpace space = rules_for(identity.kind).name_space;
  if (space == NameSpace::own) return {};
  const std::string_view table = space == NameSpace::constraint ? text(identity.table) : std::string_view{};
  return fmt::format("{}\n{}\n{}\n{}", static_cast<int>(space), text(identity.schema), table, text(identity.name));
}

/// Whether no other object has the identity or the name; what says nothing but that it exists may do so twice.
bool DraftReader::is_free(const Entry& entry) {
  if (const Object* other = declaration_.drafts.find(entry.identity)) {
    const bool stands_alone =
        rules_for(entry.identity.kind).address == Address::database && stands_on_top(entry.identity.kind);
    if (stands_alone && other->attributes.empty() && entry.values.empty()) return true;
    fault(entry.spot, fmt::format("{} is declared for the second time, first at {}: remove one, or rename it",
                                  describe(entry.identity), place_text(declaration_.drafts.id(*other))));
    return false;
  }
  const auto other = names_.find(space_of(entry.identity));
  if (other == names_.end()) return true;
  fault(entry.spot, fmt::format("{} has the same name as {}, declared at {}, and PostgreSQL refuses that: rename one",
                                describe(entry.identity), describe(declaration_.drafts.object(other->second).identity),
                                place_text(other->second)));
  return false;
}

}  // namespace plumb
