#include "engine/inspect.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "engine/kept.h"
#include "engine/revision/ledger_sql.h"
#include "schema/dependencies.h"
#include "schema/names.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/unknown_objects.h"

namespace plumb {

namespace {

/// Values by catalog address, in one flat table: reading a thousand tables looks up some 300,000 addresses.
template <typename Value>
class AddressMap {
 public:
  const Value* find(const CatalogAddress& address) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[place_of(address)];
    return slot.is_used() ? &slot.value : nullptr;
  }

  Value& operator[](const CatalogAddress& address) {
    if (2 * (used_ + 1) > slots_.size()) grow();
    Slot& slot = slots_[place_of(address)];
    if (!slot.is_used()) {
      slot.address = address;
      ++used_;
    }
    return slot.value;
  }

 private:
  struct Slot {
    CatalogAddress address;
    Value value{};
    bool is_used() const { return address.catalog != 0; }
  };

  /// The slot of the address, or the free one where it belongs.
  std::size_t place_of(const CatalogAddress& address) const {
    const auto number = (std::uint64_t{address.oid} << 32U) ^ (std::uint64_t{address.catalog} << 16U) ^
                        static_cast<std::uint32_t>(address.sub);
    std::size_t place = (number * 0x9e3779b97f4a7c15U) >> (64U - bits_);
    while (slots_[place].is_used() && slots_[place].address != address) place = (place + 1) & (slots_.size() - 1);
    return place;
  }

  void grow() {
    bits_ = bits_ == 0 ? 10 : bits_ + 2;
    const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(std::size_t{1} << bits_));
    for (const Slot& slot : old) {
      if (slot.is_used()) slots_[place_of(slot.address)] = slot;
    }
  }

  unsigned bits_ = 0;
  std::vector<Slot> slots_;  ///< 2 to the power of `bits_`, at most half of them used
  std::size_t used_ = 0;
};

/// Fills one catalog from one database.
class Inspector {
 public:
  Inspector(Database& database, Symbols& symbols, const InspectOptions& options)
      : database_{database},
        options_{options},
        names_{symbols, database.version()},
        catalog_{symbols},
        own_schema_{symbols.intern(ledger_schema)} {
    const std::string_view ledger = options.ledger;
    const auto dot = ledger.find('.');
    if (dot == std::string_view::npos) return;
    ledger_schema_ = symbols.intern(ledger.substr(0, dot));
    ledger_table_ = symbols.intern(ledger.substr(dot + 1));
  }

  Catalog run() {
    catalog_.set_version(database_.version());
    catalog_.set_user(names_.symbols().intern(database_.value("select current_user")));
    for (const Names::Directory& directory : Names::directories()) {
      if (database_.version() < directory.since) continue;
      database_.each_row(directory.sql, [&](Row row) { directory.load(names_, row); });
    }
    read_extension_members();
    const bool is_superuser = database_.value("select pg_catalog.current_setting('is_superuser')") == "on";
    for (Kind kind : all_kinds()) {
      const Inspection& inspection = rules_for(kind).inspection;
      if (rules_for(kind).of_cluster && !options_.cluster) continue;
      const bool is_there = database_.version() >= inspection.since;
      if (is_there && (is_superuser || !inspection.for_superusers)) read_kind(rules_for(kind));
    }
    read_needs();
    add_needs_of_schemas();
    add_needs_on_wholes();
    if (options_.cluster) add_needs_on_roles();
    if (options_.unknown != nullptr) *options_.unknown = find_unknown();
    return std::move(catalog_);
  }

 private:
  void read_extension_members() {
    database_.each_row(R"(
      select d.classid, d.objid
        from pg_catalog.pg_depend d
       where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
         and d.deptype = 'e')",
                       [&](Row row) {
                         members_[{to_oid(*row[0]), to_oid(*row[1]), 0}] = true;
                       });
  }

  void read_kind(const KindRules& rules) {
    Reader reader{rules, names_};
    const auto visit = [&](Row row) {
      if (reader.begin(row)) {
        add(rules, reader);
      } else if (reader.whole()) {
        owners_[reader.address()] = *reader.whole();
      }
    };
    const std::string query = Reader::query(rules, database_.version());
    if (rules.inspection.parents_first) {
      database_.each_row_in_order(
          query, [&](Oid table) { return names_.depth(table); }, visit);
    } else {
      database_.each_row(query, visit);
    }
  }

  void add(const KindRules& rules, Reader& reader) {
    const CatalogAddress address = reader.address();
    if (members_.find({address.catalog, address.oid, 0}) != nullptr && !rules.about_parent) return;
    ObjectId parent = ObjectId::none;
    if (reader.parent()) {
      parent = find(*reader.parent());
      if (parent == ObjectId::none) return;  // its owner is a member of an extension, or no object of ours
    }
    Identity identity = reader.identity();
    if (is_own(identity, rules)) {  // and what belongs to it has no parent to be found
      members_[address] = true;
      return;
    }
    if (rules.about_parent) identity = about(identity, catalog_.object(parent).identity);
    if (catalog_.contains(identity)) return;
    objects_[address] = catalog_.add(identity, parent, reader.properties());
    needs_.insert(needs_.end(), reader.needs().begin(), reader.needs().end());
  }

  bool is_own(const Identity& identity, const KindRules& rules) const {
    if (identity.schema == own_schema_ || (rules.holds_names && identity.name == own_schema_)) return true;
    const bool is_relation = rules.address == Address::schema && rules.name_space == NameSpace::relation;
    return is_relation && ledger_table_ != Symbol::none && identity.schema == ledger_schema_ &&
           identity.name == ledger_table_;
  }

  /// What a comment is about stands in its identity, so that it needs no name of its own.
  static Identity about(const Identity& own, const Identity& parent) {
    Identity identity = parent;
    identity.kind = own.kind;
    identity.subject = own.subject == Kind::none ? parent.kind : own.subject;
    identity.role = own.role;
    if (own.name != Symbol::none) {
      identity.table = parent.name;
      identity.name = own.name;
    }
    return identity;
  }

  void read_needs() {
    database_.each_row(dependencies, [&](Row row) {
      const CatalogAddress dependent{to_oid(*row[0]), to_oid(*row[1]), to_integer(*row[2])};
      const CatalogAddress needed{to_oid(*row[3]), to_oid(*row[4]), to_integer(*row[5])};
      const char type = (*row[6])[0];
      if (is_part(type, needed.catalog) && owners_.find(dependent) == nullptr) owners_[dependent] = needed;
      needs_.push_back({dependent, needed});
    });
    for (const CatalogNeed& need : needs_) {
      const ObjectId dependent = find(need.dependent);
      const ObjectId needed = find(need.needed);
      if (dependent != ObjectId::none && needed != ObjectId::none) catalog_.add_need(dependent, needed);
    }
  }

  /// The object at an address; for a part that is no object of its own, the object it is a part of.
  ObjectId find(CatalogAddress address) const {
    for (int depth = 0; depth < 8; ++depth) {
      if (const ObjectId* found = objects_.find(address)) return *found;
      if (const ObjectId* whole = objects_.find({address.catalog, address.oid, 0})) return *whole;
      const CatalogAddress* owner = owners_.find(address);
      if (owner == nullptr) owner = owners_.find({address.catalog, address.oid, 0});
      if (owner == nullptr) break;
      address = *owner;
    }
    return ObjectId::none;
  }

  /// pg_depend has no rows for what needs a pinned schema, and `public` is one.
  void add_needs_of_schemas() {
    std::unordered_map<Symbol, ObjectId> schemas;
    for (const Object& object : catalog_.objects()) {
      if (rules_for(object.identity.kind).holds_names) schemas[object.identity.name] = catalog_.id(object);
    }
    for (const Object& object : catalog_.objects()) {
      if (object.parent != ObjectId::none) continue;
      if (const auto found = schemas.find(object.identity.schema); found != schemas.end()) {
        catalog_.add_need(catalog_.id(object), found->second);
      }
    }
  }

  /// What is granted on a part goes when the same is revoked on the whole (manual, REVOKE, "Notes").
  void add_needs_on_wholes() {
    for (const Object& object : catalog_.objects()) {
      if (!rules_for(object.identity.kind).reaches_parts) continue;
      for (ObjectId owner = object.parent; owner != ObjectId::none; owner = catalog_.object(owner).parent) {
        Identity whole = catalog_.object(owner).identity;
        whole.subject = whole.kind;
        whole.kind = object.identity.kind;
        whole.role = object.identity.role;
        if (const Object* found = catalog_.find(whole)) catalog_.add_need(catalog_.id(object), catalog_.id(*found));
      }
    }
  }

  /// pg_shdepend knows which objects need a role, but not which of their parts: owners, grants, policies.
  void add_needs_on_roles() {
    std::unordered_map<std::string_view, ObjectId> roles;
    for (const Object& object : catalog_.objects()) {
      if (rules_for(object.identity.kind).holds_roles) roles[catalog_.text(object.identity.name)] = catalog_.id(object);
    }
    for (const Object& object : catalog_.objects()) {
      const auto need = [&](std::string_view name) {
        const auto found = roles.find(name);
        if (found != roles.end()) catalog_.add_need(catalog_.id(object), found->second);
      };
      if (object.identity.role != Symbol::none) need(catalog_.text(object.identity.role));
      for (const Attribute& attribute : object.attributes) {
        const AttributeRule& rule = *find_attribute(rules_for(object.identity.kind), catalog_.text(attribute.key));
        if (!rule.holds_roles) continue;
        for (Symbol value : attribute.values) {
          const std::string_view text = catalog_.text(value);
          need(rule.value == Value::options ? text.substr(0, text.find('=')) : text);
        }
      }
    }
  }

  /// What stands alone in the database and was not read. Parts are known from pg_depend by now.
  std::vector<std::string> find_unknown() {
    std::vector<std::pair<std::string_view, CatalogAddress>> found;
    database_.each_row(standalone_objects, [&](Row row) {
      const CatalogAddress address{to_oid(*row[0]), to_oid(*row[1]), 0};
      const bool is_known = objects_.find(address) != nullptr || members_.find(address) != nullptr;
      if (!is_known && owners_.find(address) == nullptr) found.emplace_back("", address);
    });
    database_.each_row(security_labels, [&](Row row) {
      const CatalogAddress about{to_oid(*row[0]), to_oid(*row[1]), to_integer(*row[2])};
      const bool is_of_extension = members_.find({about.catalog, about.oid, 0}) != nullptr;
      if (is_of_extension || find(about) == ObjectId::none) found.emplace_back("security label on ", about);
    });
    const auto find_states = [&](std::string_view query, std::string_view what) {
      database_.each_row(query, [&](Row row) {
        found.emplace_back(what, CatalogAddress{to_oid(*row[0]), to_oid(*row[1]), to_integer(*row[2])});
      });
    };
    find_states(unchecked_constraints, "switched off triggers of ");
    find_states(pending_detaches, "unfinished DETACH (to end with FINALIZE) of ");
    find_states(grants_of_others, "privileges that others than the owner granted on ");
    std::vector<std::string> unknown = describe(found);
    std::ranges::sort(unknown);
    return unknown;
  }

  std::vector<std::string> describe(std::span<const std::pair<std::string_view, CatalogAddress>> objects) {
    std::vector<std::string> texts;
    if (objects.empty()) return texts;
    std::string values;
    for (const auto& [what, address] : objects) {
      values += fmt::format("{}({}, {}, {}, {})", values.empty() ? "" : ", ", texts.size(), address.catalog,
                            address.oid, address.sub);
      texts.emplace_back(what);
    }
    database_.each_row(fmt::format(R"(
      select v.position, pg_catalog.pg_describe_object(v.catalog::oid, v.oid::oid, v.sub)
        from (values {}) v (position, catalog, oid, sub))",
                                   values),
                       [&](Row row) { texts[to_oid(*row[0])].append(row[1].value_or("")); });
    return texts;
  }

  Database& database_;
  const InspectOptions& options_;
  Names names_;
  Catalog catalog_;
  Symbol own_schema_;
  Symbol ledger_schema_ = Symbol::none;
  Symbol ledger_table_ = Symbol::none;
  AddressMap<bool> members_;  ///< of extensions, and what is plumb's own
  AddressMap<ObjectId> objects_;
  std::vector<CatalogNeed> needs_;
  AddressMap<CatalogAddress> owners_;  ///< of parts that are no objects of their own
};

}  // namespace

Catalog inspect(Database& database, Symbols& symbols, const InspectOptions& options) {
  const Snapshot snapshot{database};
  if (!options.kept_from) return Inspector{database, symbols, options}.run();
  const KeptReading kept{database, fmt::format("{} {}", options.cluster, options.ledger)};
  std::optional<Inspected> found = kept.load(symbols);
  if (!found) {
    std::vector<std::string> unknown;
    InspectOptions whole = options;
    whole.unknown = &unknown;
    Catalog catalog = Inspector{database, symbols, whole}.run();
    found.emplace(Inspected{std::move(catalog), std::move(unknown)});
    if (found->catalog.objects().size() >= *options.kept_from) kept.store(*found);
  }
  if (options.unknown != nullptr) *options.unknown = std::move(found->unknown);
  return std::move(found->catalog);
}

}  // namespace plumb
