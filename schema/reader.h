#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/catalog.h"
#include "schema/names.h"
#include "schema/rules.h"

namespace plumb {

/// `dependent` cannot exist without `needed`.
struct CatalogNeed {
  CatalogAddress dependent;
  CatalogAddress needed;
};

/// What a kind's `read` works on: one row of its query, the names of oids, and the object that is being composed.
class Reader {
 public:
  Reader(const KindRules& rules, Names& names);

  // -- the row
  std::optional<std::string_view> raw(std::size_t column) const;  ///< by position in `Inspection::raw`
  std::string_view raw_text(std::size_t column) const { return raw(column).value_or(std::string_view{}); }
  Oid raw_oid(std::size_t column) const { return to_oid(raw_text(column)); }
  bool raw_true(std::size_t column) const { return raw_text(column) == "true" || raw_text(column) == "t"; }
  Oid oid() const { return self_.oid; }
  Oid table() const { return table_; }  ///< oid of the relation that owns the object, or 0
  int sub() const { return self_.sub; }
  CatalogAddress address() const { return self_; }

  // -- the surroundings
  Names& names() { return names_; }
  int version() const { return names_.version(); }

  // -- the object
  void set(std::string_view key, std::string_view value);  ///< PostgreSQL's own default is left out by itself
  template <std::same_as<bool> Boolean>                    // a string constant must not become a bool
  void set(std::string_view key, Boolean value) {
    set(key, value ? std::string_view{"true"} : std::string_view{"false"});
  }
  void set_list(std::string_view key, const std::vector<std::string>& values);
  void set_name(std::string_view name);
  void set_table(std::string_view name);  ///< the owner in the identity, where that is no relation (a domain)
  void set_role(std::string_view name);
  void set_subject(Kind kind) { identity_.subject = kind; }
  void set_parent(CatalogAddress address) { parent_ = address; }  ///< without it: the relation that owns the object
  /// The row is no object, as `read` says, but a part of this one: who needs the part needs it.
  void set_whole(CatalogAddress address) { whole_ = address; }
  /// Says what pg_depend does not; an address without an object says nothing.
  void add_need(CatalogAddress dependent, CatalogAddress needed) { needs_.push_back({dependent, needed}); }

  /// The object names this column of a relation; 0 is none. Nobody asks pg_depend for it
  /// (schema/dependencies.h).
  void need_column(Oid relation, int number) {
    if (number != 0) add_need(self_, {pg_class, relation, number});
  }

  // -- for the one who runs the query: `query` is sent, then `begin` takes each of its rows
  static std::string query(const KindRules& rules, int version);
  bool begin(Row row);  ///< false: the row is no object of this kind
  const Identity& identity() const { return identity_; }
  std::optional<CatalogAddress> parent() const { return parent_; }
  std::optional<CatalogAddress> whole() const { return whole_; }
  std::span<const CatalogNeed> needs() const { return needs_; }
  std::span<const Property> properties();

 private:
  /// Where the fields of a row stand that every kind has; 0 for one that the kind does without, as `oid` is the first.
  struct Places {
    std::size_t sub = 0;
    std::size_t schema = 0;
    std::size_t table = 0;
    std::size_t name = 0;
    std::size_t raw = 1;  ///< the first of `Inspection::raw`; the attributes follow
  };
  static Places places(const Inspection& inspection);

  void read_sources(Row row);
  const AttributeRule& rule(std::string_view key) const;
  void put(const AttributeRule& rule, std::string_view value);
  void put_list(const AttributeRule& rule, const std::vector<std::string>& values);
  Symbol symbol(const AttributeRule& rule) const {
    return symbols_[static_cast<std::size_t>(&rule - rules_.attributes.data())];
  }

  const KindRules& rules_;
  Names& names_;
  Kind kind_;
  Places places_;
  Row row_;
  CatalogAddress self_;
  Oid table_ = 0;
  Identity identity_;
  std::optional<CatalogAddress> parent_;
  std::optional<CatalogAddress> whole_;
  std::vector<CatalogNeed> needs_;
  std::vector<Symbol> symbols_;  ///< of the keys of the attribute table
  struct Said {
    Symbol key;
    std::size_t values = 0;  ///< how many; those of all keys stand in one row
    Symbol order = Symbol::none;
  };
  std::vector<Said> said_;
  std::vector<Symbol> values_;
  std::vector<Property> properties_;
};

}  // namespace plumb
