#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/rules.h"
#include "schema/symbol.h"

namespace plumb {

/// One row of a query's result: text fields, nullopt for NULL; valid until the next row.
using Row = std::span<const std::optional<std::string_view>>;

/// What the oids of one database are called. Filled by the directory queries below and, for columns, while the
/// columns are read; then used to compose definitions without asking the server.
class Names {
 public:
  struct Relation {
    Symbol schema = Symbol::none;
    Symbol name = Symbol::none;
    char kind = ' ';  ///< pg_class.relkind
    bool is_partition = false;
  };
  struct Column {
    Symbol name = Symbol::none;
    Oid type = 0;
    Oid collation = 0;
    char storage = ' ';  ///< pg_attribute.attstorage
    bool refuses_null = false;
    bool is_generated = false;
  };
  /// What a column is given by its type.
  struct TypeDefaults {
    Oid collation = 0;
    char storage = 'x';
  };
  /// A table that another inherits from or is a partition of (pg_inherits).
  struct Parent {
    int number = 1;  ///< inhseqno
    Oid table = 0;
  };
  struct Default {
    Oid oid = 0;
    std::string_view expression{};
  };
  /// The sequence that an identity column takes its values from (pg_sequence).
  struct IdentitySequence {
    Symbol name = Symbol::none;
    Symbol start = Symbol::none;
    Symbol increment = Symbol::none;
    Symbol minimum = Symbol::none;
    Symbol maximum = Symbol::none;
    Symbol cache = Symbol::none;
    bool cycles = false;
    char persistence = 0;  ///< relpersistence where that is not its table's (from PostgreSQL 15 on), else 0
  };
  /// The constraint that makes a column refuse NULL (pg_constraint of contype 'n', from PostgreSQL 18 on).
  struct NotNull {
    Symbol name = Symbol::none;
    bool is_for_heirs = true;  ///< not connoinherit
    bool is_valid = true;
    bool is_local = true;
    Symbol comment = Symbol::none;
  };
  struct OperatorClass {
    Symbol schema = Symbol::none;
    Symbol name = Symbol::none;
    Oid input_type = 0;
    bool is_default = false;
    Oid method = 0;  ///< its access method
  };
  struct Qualified {
    Symbol schema = Symbol::none;
    Symbol name = Symbol::none;
  };

  Names(Symbols& symbols, int version) : symbols_{symbols}, version_{version} {}

  int version() const { return version_; }  ///< of the server, as 150018
  Symbols& symbols() const { return symbols_; }

  Symbol schema(Oid oid) const;             ///< none for an unknown oid
  const Relation* relation(Oid oid) const;  ///< null for one that is not read, as those of pg_catalog
  const Column* column(Oid relation, int number) const;
  std::string_view column_name(Oid relation, int number) const;               ///< empty for an unknown one
  const IdentitySequence* identity_sequence(Oid relation, int number) const;  ///< null: the column has none of its own
  const NotNull* not_null(Oid relation, int number) const;                    ///< null: it has no such constraint
  /// Whether NOT NULL constraints of several relations in the schema of this one are called so.
  bool is_shared_not_null_name(Oid relation, Symbol name) const;
  TypeDefaults type_defaults(Oid type) const;

  // -- tables that others inherit from; their columns are read before those of their heirs
  std::span<const Parent> parents(Oid table) const;               ///< in their order
  int depth(Oid table) const;                                     ///< 0 for a table that inherits from nobody
  int column_number(Oid relation, Symbol name) const;             ///< 0: it has none of this name
  const Default* inherited_default(Oid table, int number) const;  ///< of a parent's column; null: it has none
  Oid inherited_check(Oid table, Symbol name) const;              ///< of a parent; 0: it has none of this name

  const OperatorClass* operator_class(Oid oid) const;
  Oid default_operator_class(Oid method, Oid type) const;  ///< for exactly this type; 0: there is none
  Oid base_type(Oid type) const;                           ///< what a domain is over; any other type is its own
  const Qualified* collation(Oid oid) const;
  std::string_view access_method(Oid oid) const;

  void set_column(Oid relation, int number, Column column);

  /// One query that fills a part of the directory.
  struct Directory {
    std::string_view sql;
    void (*load)(Names& names, Row row);
    int since = 0;  ///< first server version that can answer it
  };
  static std::span<const Directory> directories();

 private:
  friend struct Loaders;

  Symbols& symbols_;
  int version_;
  std::unordered_map<Oid, Symbol> schemas_;
  std::unordered_map<Oid, Relation> relations_;
  std::unordered_map<Oid, std::vector<Column>> columns_;                    ///< by attnum - 1
  std::unordered_map<std::uint64_t, IdentitySequence> identity_sequences_;  ///< by relation and column number
  std::unordered_map<std::uint64_t, NotNull> not_nulls_;                    ///< by relation and column number
  std::unordered_map<std::uint64_t, int> not_null_names_;                   ///< how many are local, by schema and name
  std::unordered_map<Oid, TypeDefaults> type_defaults_;  ///< of types that are not as TypeDefaults says by itself
  std::unordered_map<Oid, std::vector<Parent>> parents_;
  std::unordered_map<std::uint64_t, Default> inherited_defaults_;  ///< by table and column number
  std::unordered_map<std::uint64_t, Oid> inherited_checks_;        ///< by table and name
  std::unordered_map<Oid, OperatorClass> operator_classes_;
  std::unordered_map<std::uint64_t, Oid> default_operator_classes_;  ///< by access method and input type
  std::unordered_map<Oid, Oid> domains_;                             ///< what each is over
  std::unordered_map<Oid, Qualified> collations_;
  std::unordered_map<Oid, Symbol> access_methods_;
};

/// SQL of the expression of pg_attrdef `d`. Only one that names columns needs its table opened, which costs more than
/// the rest together.
#define PLUMB_DEFAULT_EXPRESSION                                                             \
  "pg_catalog.pg_get_expr(d.adbin, case when pg_catalog.strpos(d.adbin::text, '{VAR ') > 0 " \
  "then d.adrelid else 0 end)"

Oid to_oid(std::string_view text);
int to_integer(std::string_view text);

/// The elements of an array's text form, `{a,"b c",NULL}` (manual section 8.15.2); NULL is an empty text.
std::vector<std::string> array_elements(std::string_view text);

/// The elements of an int2vector or oidvector, "1 2 3".
std::vector<Oid> vector_elements(std::string_view text);

}  // namespace plumb
