#include "engine/inspect.h"

#include <unordered_map>
#include <utility>
#include <vector>

#include "schema/names.h"
#include "schema/reader.h"
#include "schema/rules.h"

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
  Inspector(Database& database, Symbols& symbols)
      : database_{database}, names_{symbols, database.version()}, catalog_{symbols} {}

  Catalog run() {
    const Snapshot snapshot{database_};
    catalog_.set_user(names_.symbols().intern(database_.value("select current_user")));
    for (const Names::Directory& directory : Names::directories()) {
      database_.each_row(directory.sql, [&](Row row) { directory.load(names_, row); });
    }
    read_extension_members();
    for (Kind kind : all_kinds()) read_kind(rules_for(kind));
    read_needs();
    add_needs_of_schemas();
    add_needs_on_wholes();
    return std::move(catalog_);
  }

 private:
  void read_extension_members() {
    database_.each_row(R"(
      select d.classid, d.objid
        from pg_catalog.pg_depend d
       where d.deptype = 'e')",
                       [&](Row row) {
                         members_[{to_oid(*row[0]), to_oid(*row[1]), 0}] = true;
                       });
  }

  void read_kind(const KindRules& rules) {
    Reader reader{rules, names_};
    database_.each_row(Reader::query(rules, database_.version()), [&](Row row) {
      if (reader.begin(row)) add(rules, reader);
    });
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
    if (rules.about_parent) identity = about(identity, catalog_.object(parent).identity);
    if (catalog_.contains(identity)) return;
    objects_[address] = catalog_.add(identity, parent, reader.properties());
    needs_.insert(needs_.end(), reader.needs().begin(), reader.needs().end());
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
    // The triggers that enforce foreign keys are no objects, and nothing needs them. That a table is the child of
    // another is an object of its own, and needs both.
    database_.each_row(R"(
      select d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype
        from pg_catalog.pg_depend d
       where d.objid >= 16384
         and d.refobjid >= 16384
         and not (d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass and d.deptype = 'i')
         and not (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                  and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                  and d.deptype in ('a', 'n')
                  and (d.objid, d.refobjid) in (select h.inhrelid, h.inhparent
                                                  from pg_catalog.pg_inherits h)))",
                       [&](Row row) {
                         const CatalogAddress dependent{to_oid(*row[0]), to_oid(*row[1]), to_integer(*row[2])};
                         const CatalogAddress needed{to_oid(*row[3]), to_oid(*row[4]), to_integer(*row[5])};
                         const char type = (*row[6])[0];
                         if (is_part(type, dependent) && owners_.find(dependent) == nullptr)
                           owners_[dependent] = needed;
                         needs_.push_back({dependent, needed});
                       });
    for (const CatalogNeed& need : needs_) {
      const ObjectId dependent = find(need.dependent);
      const ObjectId needed = find(need.needed);
      if (dependent != ObjectId::none && needed != ObjectId::none) catalog_.add_need(dependent, needed);
    }
  }

  /// Whether pg_depend says that an object is a part of the one it depends on (manual section 53.18): internal ('i'),
  /// member of an extension ('e'), and the expressions of generated columns, which are pg_attrdef rows ('a').
  bool is_part(char type, const CatalogAddress& dependent) const {
    constexpr Oid pg_attrdef = 2604;
    return type == 'i' || type == 'e' || (type == 'a' && dependent.catalog == pg_attrdef);
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
      if (object.identity.role == Symbol::none) continue;
      for (ObjectId owner = object.parent; owner != ObjectId::none; owner = catalog_.object(owner).parent) {
        Identity whole = catalog_.object(owner).identity;
        whole.subject = whole.kind;
        whole.kind = object.identity.kind;
        whole.role = object.identity.role;
        if (const Object* found = catalog_.find(whole)) catalog_.add_need(catalog_.id(object), catalog_.id(*found));
      }
    }
  }

  Database& database_;
  Names names_;
  Catalog catalog_;
  AddressMap<bool> members_;  ///< of extensions
  AddressMap<ObjectId> objects_;
  std::vector<CatalogNeed> needs_;
  AddressMap<CatalogAddress> owners_;  ///< of parts that are no objects of their own
};

}  // namespace

Catalog inspect(Database& database, Symbols& symbols) { return Inspector{database, symbols}.run(); }

}  // namespace plumb
