#pragma once

#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "schema/object.h"

namespace plumb {

struct IdentityHash {
  std::size_t operator()(const Identity& identity) const noexcept;
};

/// One property as it is handed to a catalog.
struct Property {
  Symbol key;
  std::span<const Symbol> values;
  Symbol words = Symbol::none;  ///< an author's SQL for the value
  Symbol order = Symbol::none;  ///< of options, as `sort_options` tells it
};

/// Every object of one database, and who needs whom. Filled once, then read only.
/// Two catalogs are comparable when they share one `Symbols`, which must outlive both.
class Catalog {
 public:
  explicit Catalog(Symbols& symbols) : symbols_{&symbols} {}
  Catalog(Catalog&&) = default;
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  Catalog& operator=(Catalog&&) = default;

  /// Adds an object. The identity must be new (`contains` tells); the parent must have been added before.
  ObjectId add(const Identity& identity, ObjectId parent, std::span<const Property> properties);

  /// `dependent` cannot exist without `needed` (pg_depend). Duplicates and self-references are ignored.
  void add_need(ObjectId dependent, ObjectId needed);

  std::span<const Object> objects() const { return objects_; }
  const Object& object(ObjectId id) const { return objects_[static_cast<std::size_t>(id)]; }
  ObjectId id(const Object& object) const;  ///< of an object that stands in this catalog
  const Object* find(const Identity& identity) const;
  bool contains(const Identity& identity) const { return find(identity) != nullptr; }

  std::span<const ObjectId> needs(ObjectId dependent) const;   ///< what it cannot exist without, in id order
  std::span<const ObjectId> needed_by(ObjectId needed) const;  ///< who cannot exist without it, in id order
  std::span<const ObjectId> children(ObjectId parent) const;   ///< in id order, which is the order of adding

  /// The role that the database was read as, which is the one that will change it; none for what was not read.
  Symbol user() const { return user_; }
  void set_user(Symbol user) { user_ = user; }

  /// The version of the server that its objects were read from, as 150018; 0 for what was not read.
  int version() const { return version_; }
  void set_version(int version) { version_ = version; }

  Symbols& symbols() const { return *symbols_; }
  std::string_view text(Symbol symbol) const { return symbols_->text(symbol); }

  /// One fingerprint of the whole: every identity with its attributes, in an order that depends on text alone.
  Fingerprint fingerprint() const;

 private:
  /// Pairs sorted by `first`, with an offset for each first; rebuilt lazily after a change.
  struct Relation {
    std::vector<std::pair<ObjectId, ObjectId>> pairs;
    mutable std::vector<ObjectId> seconds;
    mutable std::vector<std::uint32_t> offsets;
    mutable bool sorted = false;
    std::span<const ObjectId> of(ObjectId first, std::size_t objects) const;
    void sort(std::size_t objects) const;
  };

  Symbols* symbols_;
  Symbol user_ = Symbol::none;
  int version_ = 0;
  std::unique_ptr<std::pmr::monotonic_buffer_resource> arena_ =
      std::make_unique<std::pmr::monotonic_buffer_resource>(1 << 16);
  std::vector<Object> objects_;
  mutable Relation needs_;
  mutable Relation needed_by_;
  mutable Relation children_;
  std::unordered_map<Identity, ObjectId, IdentityHash> index_;
};

}  // namespace plumb
