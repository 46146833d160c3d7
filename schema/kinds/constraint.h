#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/reader.h"
#include "schema/rules.h"

namespace plumb {

// What the kinds of constraint have in common.

/// ALTER TABLE ... ADD with "CONSTRAINT name ...".
Statements add_constraint(const View& constraint, std::string_view definition);
Statements drop_constraint(const View& constraint);

/// " DEFERRABLE INITIALLY DEFERRED", or as much of it as applies.
std::string deferral(const View& constraint);

/// VALIDATE CONSTRAINT; the way back to NOT VALID is a replacement.
std::optional<Statements> alter_validation(const View& before, const View& after);

/// The names of a relation's columns that a constraint is about, from the text of an array of their numbers, "{1,3}".
std::vector<std::string> column_names(Reader& reader, Oid relation, std::string_view numbers);

/// A primary or unique key: "CONSTRAINT name words (columns) ..."; `words` are "PRIMARY KEY".
std::string key_definition(const View& key, std::string_view words);

/// Whether another key of the table, of this kind or `other`, is on the same columns and comes before it. In one CREATE
/// TABLE PostgreSQL would make both into one (transformIndexConstraints), so that this one has to be added apart.
bool repeats_a_key(const View& key, Kind other, std::string_view columns = "columns");

/// Reads what `key_columns` yields: `columns`, `include` and `inherited`.
bool read_key(Reader& reader);
inline constexpr RawColumn key_columns[] = {
    {.sql = "i.indnkeyatts"}, {.sql = "i.indkey"}, {.sql = "c.conparentid <> 0"}};

inline constexpr AttributeRule key_columns_rule{.key = "columns",
                                                .value = Value::names,
                                                .help = "columns of the key, in order",
                                                .required = true,
                                                .unless = "inherited"};

inline constexpr AttributeRule deferrable_rule{.key = "deferrable",
                                               .value = Value::boolean,
                                               .fallback = "false",
                                               .source = "c.condeferrable",
                                               .help = "SET CONSTRAINTS may put the check off to the commit"};

inline constexpr AttributeRule initially_deferred_rule{
    .key = "initially_deferred",
    .value = Value::boolean,
    .fallback = "false",
    .source = "c.condeferred",
    .help = "checked at the commit unless SET CONSTRAINTS says else"};

inline constexpr AttributeRule without_overlaps_rule{
    .key = "without_overlaps",
    .value = Value::boolean,
    .fallback = "false",
    .source = "c.conperiod",
    .help = "the last column is a range, and equal keys are allowed while their ranges do not overlap",
    .since = 180000};

inline constexpr AttributeRule not_valid_rule{.key = "not_valid",
                                              .value = Value::boolean,
                                              .fallback = "false",
                                              .help = "rows from before the constraint were not checked",
                                              .alter = alter_validation};

inline constexpr AttributeRule not_enforced_rule{.key = "not_enforced",
                                                 .value = Value::boolean,
                                                 .fallback = "false",
                                                 .source = "not c.conenforced",
                                                 .help = "documentation only: PostgreSQL checks nothing",
                                                 .since = 180000};

/// What `not_valid` is read from; a constraint that is not enforced is never validated, which says nothing.
inline constexpr RawColumn not_valid_before_18{.sql = "not c.convalidated", .until = 180000};
inline constexpr RawColumn not_valid_since_18{.sql = "not c.convalidated and c.conenforced", .since = 180000};

}  // namespace plumb
