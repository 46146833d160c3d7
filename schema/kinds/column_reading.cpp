#include "schema/kinds/column_reading.h"

#include <algorithm>
#include <string>
#include <vector>

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
  sequence,
  options,
  refuses_null_at_all,
  not_null_name_since_18,
  is_not_null_inherited,
  is_not_null_valid,
  is_not_null_local,
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
  const auto name = reader.raw_text(not_null_name_since_18);
  const bool is_given = std::ranges::any_of(originals, [&](const Original& original) {
    const auto* column = names.column(original.table, original.number);
    return column != nullptr && column->refuses_null;
  });
  const bool is_own = refuses && (originals.empty() || (name.empty() ? !is_given : reader.raw_true(is_not_null_local)));
  reader.set("not_null", is_own);
  reader.set("not_null_inherited", refuses && !is_own);
  if (!is_own || name.empty()) return;
  if (!is_usual_not_null(name, names.symbols().text(reader.identity().name))) reader.set("not_null_name", name);
  reader.set("not_null_no_inherit", !reader.raw_true(is_not_null_inherited));
  reader.set("not_null_not_valid", !reader.raw_true(is_not_null_valid));
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

/// A column has the storage of its type, and one that is inherited alone that of its parent's.
void read_storage(Reader& reader, char usual) {
  const char own = reader.raw_text(storage)[0];
  if (own == usual) return;
  reader.set("storage", own == 'p' ? "plain" : own == 'e' ? "external" : own == 'm' ? "main" : "extended");
}

void read_sequence(Reader& reader) {
  const auto name = reader.raw_text(sequence);
  if (name.empty()) return;
  const Symbols& symbols = reader.names().symbols();
  const auto usual =
      usual_identity_sequence(symbols.text(reader.identity().table), symbols.text(reader.identity().name));
  if (name != usual) reader.set("identity_sequence", name);
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
    reader.add_need(reader.address(), {1259, original.table, original.number});
    reader.add_need(link_address(reader.table(), original.parent), reader.address());
  }
  reader.set("inherited", !is_own);
  read_not_null(reader, originals);
  const auto usual = names.type_defaults(self.type);
  read_collation(reader, self.collation, usual.collation);
  read_storage(reader, is_own || originals.empty()
                           ? usual.storage
                           : names.column(originals.front().table, originals.front().number)->storage);
  reader.set_list("with", column_options(reader.raw_text(options)));
  if (reader.raw_text(is_generated) == "v") reader.set("virtual", true);
  read_sequence(reader);
  return true;
}

}  // namespace plumb
