#include "schema/kinds/column_reading.h"

#include <algorithm>
#include <string>
#include <vector>

#include "schema/kinds/column_identity.h"
#include "schema/kinds/column_null.h"
#include "schema/kinds/inherited.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t {
  type,
  collation,
  storage,
  is_inherited_alone,
  is_generated,
  identity,
  options,
  refuses_null_at_all,
};

/// The column of a parent that this one inherits.
struct Original {
  int parent = 1;  ///< number of the link to the parent
  Oid table = 0;
  int number = 0;
};

std::vector<Original> originals_of(const Reader& reader, const Names& names) {
  std::vector<Original> originals;
  for (const Names::Parent& parent : names.parents(reader.table())) {
    const int number = names.column_number(parent.table, reader.identity().name);
    if (number != 0) originals.push_back({parent.number, parent.table, number});
  }
  return originals;
}

// Servers from 15.20 on keep a number of their own among the options, which pg_dump leaves out too.
std::vector<std::string> column_options(std::string_view text) {
  auto all = array_elements(text);
  std::erase_if(all, [](const std::string& option) { return option.starts_with("pg_attver="); });
  return all;
}

/// A column has a NOT NULL of its own when none of its parents gives it one. From 18 on, it is a constraint with a
/// name.
void read_not_null(Reader& reader, std::span<const Original> originals) {
  const Names& names = reader.names();
  const bool refuses = reader.raw_true(refuses_null_at_all);
  const Names::NotNull* constraint = names.not_null(reader.table(), reader.sub());
  const bool is_given = std::ranges::any_of(originals, [&](const Original& original) {
    const auto* column = names.column(original.table, original.number);
    return column != nullptr && column->refuses_null;
  });
  const bool is_local = originals.empty() || (constraint == nullptr ? !is_given : constraint->is_local);
  // Of a partition, nobody can say that it is local, and a restored one is not.
  const bool is_merged = is_given && names.relation(reader.table())->is_partition;
  const bool is_own = refuses && is_local && !is_merged;
  reader.set("not_null", is_own);
  reader.set("not_null_inherited", refuses && !is_own);
  reader.set("not_null_merged", refuses && is_local && is_merged);
  if (constraint == nullptr) return;
  const Symbols& symbols = names.symbols();
  const std::string_view name = symbols.text(constraint->name);
  const bool is_parents = std::ranges::any_of(originals, [&](const Original& original) {
    const Names::NotNull* given = names.not_null(original.table, original.number);
    return given != nullptr && given->name == constraint->name;
  });
  if (!is_own) {
    if (!is_parents) reader.set("not_null_inherited_name", name);
    return;
  }
  // PostgreSQL gives a new one its usual name only while no other table of the schema has it for one of its own.
  // What is said of a column that is inherited is merged with what it inherits, and called the same.
  const bool is_usual =
      is_given && reader.raw_true(is_inherited_alone)
          ? is_parents
          : name == usual_not_null(symbols.text(reader.identity().table), symbols.text(reader.identity().name)) &&
                !names.is_shared_not_null_name(reader.table(), constraint->name);
  if (!is_usual) reader.set("not_null_name", name);
  if (!reader.raw_true(is_inherited_alone)) reader.set("not_null_comment", symbols.text(constraint->comment));
  reader.set("not_null_no_inherit", !constraint->is_for_heirs);
  reader.set("not_null_not_valid", !constraint->is_valid);
}

void read_collation(Reader& reader, Oid own, Oid usual) {
  if (own == 0 || own == usual) return;
  const auto* found = reader.names().collation(own);
  if (found == nullptr) return;
  const Symbols& symbols = reader.names().symbols();
  const std::string_view schema = symbols.text(found->schema);
  const std::string_view name = symbols.text(found->name);
  reader.set("collation", schema == "pg_catalog" ? quote_identifier(name) : qualify(schema, name));
}

/// A column has the storage of its type, one that is inherited alone that of its parent's, and one that is merged with
/// its parent's takes over that as well.
void read_storage(Reader& reader, char of_type, std::span<const Original> originals) {
  const char own = reader.raw_text(storage)[0];
  const Names::Column* parents =
      originals.empty() ? nullptr : reader.names().column(originals.front().table, originals.front().number);
  const bool is_own = !reader.raw_true(is_inherited_alone);
  const bool is_usual = own == of_type || !is_own;
  if (is_usual && own == (parents != nullptr ? parents->storage : of_type)) return;
  reader.set("storage", own == 'p' ? "plain" : own == 'e' ? "external" : own == 'm' ? "main" : "extended");
}

/// The highest value of a sequence that counts in this type (manual, CREATE SEQUENCE, "maxvalue").
std::string_view highest_value(Oid type) {
  constexpr Oid int2 = 21;
  constexpr Oid int4 = 23;
  return type == int2 ? "32767" : type == int4 ? "2147483647" : "9223372036854775807";
}

/// From PostgreSQL 17 on, the columns of partitions say that they are identity columns too, and share their parent's
/// sequence.
void read_identity(Reader& reader) {
  const std::string_view form = reader.raw_text(identity);
  if (form.empty()) return;
  const auto* sequence = reader.names().identity_sequence(reader.table(), reader.sub());
  if (sequence == nullptr) return;
  const Symbols& symbols = reader.names().symbols();
  reader.set("identity", form == "a" ? std::string_view{"always"} : std::string_view{"by default"});
  const auto usual =
      usual_identity_sequence(symbols.text(reader.identity().table), symbols.text(reader.identity().name));
  if (symbols.text(sequence->name) != usual) reader.set("identity_sequence", symbols.text(sequence->name));
  reader.set("identity_start", symbols.text(sequence->start));
  reader.set("identity_increment", symbols.text(sequence->increment));
  reader.set("identity_minimum", symbols.text(sequence->minimum));
  const std::string_view maximum = symbols.text(sequence->maximum);
  if (maximum != highest_value(reader.raw_oid(type))) reader.set("identity_maximum", maximum);
  reader.set("identity_cache", symbols.text(sequence->cache));
  reader.set("identity_cycle", sequence->cycles);
  if (sequence->persistence != 0)
    reader.set("identity_persistence", sequence->persistence == 'u' ? "unlogged" : "logged");
}

}  // namespace

bool read_column(Reader& reader) {
  Names& names = reader.names();
  const Names::Column self{reader.identity().name,
                           reader.raw_oid(type),
                           reader.raw_oid(collation),
                           reader.raw_text(storage)[0],
                           reader.raw_true(refuses_null_at_all),
                           !reader.raw_text(is_generated).empty()};
  names.set_column(reader.table(), reader.sub(), self);
  const char relation = names.relation(reader.table())->kind;
  if (relation != 'r' && relation != 'p' && relation != 'f') return false;
  const bool is_own = !reader.raw_true(is_inherited_alone);
  const auto originals = originals_of(reader, names);
  for (const Original& original : originals) {
    reader.add_need(reader.address(), {pg_class, original.table, original.number});
    reader.add_need(link_address(reader.table(), original.parent), reader.address());
  }
  reader.set("inherited", !is_own);
  read_not_null(reader, originals);
  const auto usual = names.type_defaults(self.type);
  read_collation(reader, self.collation, usual.collation);
  read_storage(reader, usual.storage, originals);
  reader.set_list("with", column_options(reader.raw_text(options)));
  if (reader.raw_text(is_generated) == "v") reader.set("virtual", true);
  read_identity(reader);
  return true;
}

}  // namespace plumb
