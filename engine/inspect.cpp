#include "engine/inspect.h"

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "schema/names.h"
#include "schema/reader.h"
#include "schema/rules.h"

namespace plumb {

namespace {

struct AddressHash {
  std::size_t operator()(const CatalogAddress& address) const noexcept {
    const auto high = static_cast<std::uint64_t>(address.catalog) * 0x9e3779b97f4a7c15U;
    const auto low = (static_cast<std::uint64_t>(address.oid) << 20U) ^ static_cast<std::uint64_t>(address.sub);
    return static_cast<std::size_t>((high ^ low) * 0xff51afd7ed558ccdU);
  }
};

/// Fills one catalog from one database.
class Inspector {
 public:
  Inspector(Database& database, Symbols& symbols)
      : database_{database}, names_{symbols, database.version()}, catalog_{symbols} {}

  Catalog run() {
    const Snapshot snapshot{database_};
    for (const Names::Directory& directory : Names::directories()) {
      database_.each_row(directory.sql, [&](Row row) { directory.load(names_, row); });
    }
    read_extension_members();
    for (Kind kind : all_kinds()) read_kind(rules_for(kind));
    read_needs();
    add_needs_of_schemas();
    return std::move(catalog_);
  }

 private:
  void read_extension_members() {
    database_.each_row(R"(
      select d.classid, d.objid
        from pg_catalog.pg_depend d
       where d.deptype = 'e')",
                       [&](Row row) {
                         members_.insert({to_oid(*row[0]), to_oid(*row[1]), 0});
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
    if (members_.contains({address.catalog, address.oid, 0}) && !rules.about_parent) return;
    ObjectId parent = ObjectId::none;
    if (reader.parent()) {
      parent = find(*reader.parent());
      if (parent == ObjectId::none) return;  // its owner is a member of an extension, or no object of ours
    }
    Identity identity = reader.identity();
    if (rules.about_parent) identity = about(identity, catalog_.object(parent).identity);
    if (catalog_.contains(identity)) return;
    objects_[address] = catalog_.add(identity, parent, reader.properties());
  }

  /// What a comment is about stands in its identity, so that it needs no name of its own.
  static Identity about(const Identity& own, const Identity& parent) {
    Identity identity = parent;
    identity.kind = own.kind;
    identity.subject = own.subject == Kind::none ? parent.kind : own.subject;
    if (own.name != Symbol::none) {
      identity.table = parent.name;
      identity.name = own.name;
    }
    return identity;
  }

  void read_needs() {
    struct Need {
      CatalogAddress dependent;
      CatalogAddress needed;
    };
    std::vector<Need> needs;
    database_.each_row(R"(
      select d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype
        from pg_catalog.pg_depend d
       where d.objid >= 16384
         and d.refobjid >= 16384)",
                       [&](Row row) {
                         const CatalogAddress dependent{to_oid(*row[0]), to_oid(*row[1]), to_integer(*row[2])};
                         const CatalogAddress needed{to_oid(*row[3]), to_oid(*row[4]), to_integer(*row[5])};
                         const char type = (*row[6])[0];
                         if (is_part(type, dependent)) owners_.try_emplace(dependent, needed);
                         needs.push_back({dependent, needed});
                       });
    for (const Need& need : needs) {
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
      if (const auto found = objects_.find(address); found != objects_.end()) return found->second;
      if (const auto whole = objects_.find({address.catalog, address.oid, 0}); whole != objects_.end()) {
        return whole->second;
      }
      auto owner = owners_.find(address);
      if (owner == owners_.end()) owner = owners_.find({address.catalog, address.oid, 0});
      if (owner == owners_.end()) break;
      address = owner->second;
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

  Database& database_;
  Names names_;
  Catalog catalog_;
  std::unordered_set<CatalogAddress, AddressHash> members_;
  std::unordered_map<CatalogAddress, ObjectId, AddressHash> objects_;
  std::unordered_map<CatalogAddress, CatalogAddress, AddressHash> owners_;
};

}  // namespace

Catalog inspect(Database& database, Symbols& symbols) { return Inspector{database, symbols}.run(); }

}  // namespace plumb
