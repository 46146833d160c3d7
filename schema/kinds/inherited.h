#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/reader.h"
#include "schema/rules.h"

namespace plumb {

// What partitions have from the table that they are partitions of, and children from the tables that they inherit from.
// The links between those tables are the kinds `partition` and `inheritance`; they carry the parts.

/// `KindRules::carrier`: the link by which the part is inherited; null for a part that is the table's own.
const Object* carrier(const View& part);

/// `KindRules::comes_along`: whether the part is inherited.
bool is_inherited(const View& part);

/// Whether the column comes from the type that its table is made of (`CREATE TABLE ... OF`).
bool is_of_type(const View& column);

/// What the part is inherited from, the nearest when there are several.
std::optional<View> original(const View& part);

/// The partition that the part's table is, or null.
std::optional<View> partition_of(const View& part);

/// Whether a new partition is first a table of its own and then attached: PARTITION OF would give its columns the order
/// of its parent's, and their NOT NULL constraints the names (PostgreSQL 18).
bool is_made_apart(const View& table);

/// Makes a table of its parts; `head` is "CREATE TABLE app.orders", `tail` what follows them. One that is made apart is
/// attached.
Statements create_table(const View& table, std::string_view head, std::span<const std::string> parts,
                        std::string_view tail);

/// Whether the column's table is partitioned by it; where only a schema file tells of the table, any column may be
/// meant.
bool is_partitioned_by(const View& column);

/// What inherits the part directly.
std::vector<View> heirs_of(const View& part);

/// The link by which one of `heirs_of` a column inherits it, or null.
const Object* link_to(const View& heir, const View& column);

/// "ALTER TABLE app.orders ALTER COLUMN id", with ONLY where it would reach others that inherit the column.
std::string alter_column_alone(const View& column);

/// Whether a new column like this would take over a default value that this one has not.
bool lacks_inherited_default(const View& column);

/// Nothing when a new link adopts the part or a link that is gone leaves it behind. Else the part is made anew.
std::optional<Statements> alter_inherited(const View& before, const View& after);

/// Whether the table of an heir is made anew, because it is to inherit what was its own or the other way round.
bool is_remade(const View& heir, const Catalog& after);

/// `KindRules::made_by_link`: PostgreSQL does not compare exclusion operators (CompareIndexInfo), and temporal keys are
/// made of them.
bool is_never_joined(const View& constraint);

/// Of what only partitions inherit, a key or an index: reads nothing but that, and that the link comes after the part.
void set_inherited_by_partition(Reader& reader, bool inherited);

/// The address of a link to the parent with this number (pg_inherits.inhseqno), which for partitions is 1.
CatalogAddress link_address(Oid child, int number);

inline constexpr AttributeRule inherited_rule{.key = "inherited",
                                              .value = Value::boolean,
                                              .fallback = "false",
                                              .help = "comes from the table that this one is a partition of",
                                              .alter = alter_inherited,
                                              .own = true};

}  // namespace plumb
