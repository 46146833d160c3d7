#include <charconv>
#include <cstdint>

#include <fmt/core.h>

#include "schema/catalog.h"
#include "schema/kinds/owned_sequence.h"
#include "schema/kinds/rights.h"
#include "schema/reader.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::int64_t number(std::string_view text, std::int64_t otherwise = 0) {
  std::from_chars(text.data(), text.data() + text.size(), otherwise);
  return otherwise;
}

Counting counting(const View& sequence) {
  const bool ascending = number(sequence.text("increment")) > 0;
  Counting found = default_counting(sequence.text("type"), ascending);
  found.minimum = number(sequence.text("minimum"), found.minimum);
  found.maximum = number(sequence.text("maximum"), found.maximum);
  found.start = number(sequence.text("start"), ascending ? found.minimum : found.maximum);
  return found;
}

std::string alter_sequence(const View& sequence) { return "ALTER SEQUENCE " + address(sequence); }

std::string definition(const View& sequence) {
  std::string sql{sequence.is("unlogged") ? "CREATE UNLOGGED SEQUENCE " : "CREATE SEQUENCE "};
  sql += address(sequence);
  const auto add = [&](std::string_view words, std::string_view key) {
    const AttributeRule* rule = find_attribute(sequence.rules(), key);
    if (sequence.text(key) != rule->fallback) sql.append(words).append(sequence.text(key));
  };
  add(" AS ", "type");
  add(" INCREMENT BY ", "increment");
  add(" MINVALUE ", "minimum");
  add(" MAXVALUE ", "maximum");
  add(" START WITH ", "start");
  add(" CACHE ", "cache");
  if (sequence.is("cycle")) sql += " CYCLE";
  return sql;
}

Statement attach(const View& sequence) {
  return {fmt::format("{} OWNED BY {}", alter_sequence(sequence),
                      sequence.has("owned_by") ? sequence.text("owned_by") : "NONE")};
}

Statements create(const View& sequence, std::span<const std::string>) { return {{definition(sequence)}}; }

Statements join_parent(const View& sequence) {
  return sequence.has("owned_by") ? Statements{attach(sequence)} : Statements{};
}

/// The role that the table of the sequence's column belongs to, if that is there and is not the one that plumb runs as.
std::optional<std::string> owner_of_table(const View& sequence, const Catalog& actual) {
  const auto column = sequence.parent();
  const Object* table = column ? actual.find(column->parent()->object().identity) : nullptr;
  if (table == nullptr) return std::nullopt;
  const auto owners = View{actual, *table}.children(Kind::owner);
  return owners.empty() ? std::nullopt : std::optional{quote_identifier(owners.front().text("role"))};
}

// A sequence must have the same owner as the table that it belongs to (manual, CREATE SEQUENCE, "OWNED BY").
Statements create_beside(const View& sequence, const Catalog& actual) {
  Statements statements{{definition(sequence)}};
  // The table is given back to the role that plumb runs as before anything is made.
  if (const auto owner =
          owner_of_table(sequence, sequence.catalog()) ? owner_of_table(sequence, actual) : std::nullopt) {
    statements.push_back({fmt::format("{} OWNER TO {}", alter_sequence(sequence), *owner)});
  }
  return statements;
}

std::string as_type(const View& before, const View& after) {
  const std::string_view type = after.text("type");
  return before.text("type") == type ? std::string{} : fmt::format(" AS {}", type);
}

/// One statement moves all options, so that PostgreSQL judges only where they end up. Bounds that nobody chose follow
/// the type by themselves; others might be taken for those of the old type and moved, so they are said with it, in
/// numbers: where it counts the other way too, NO MINVALUE would lead to the lowest number of the type.
std::string alter_options(const View& before, const View& after) {
  const Counting from = counting(before);
  const Counting to = counting(after);
  const bool retyped = before.text("type") != after.text("type");
  std::string sql = alter_sequence(after) + as_type(before, after);
  if (before.text("increment") != after.text("increment")) sql.append(" INCREMENT BY ").append(after.text("increment"));
  const auto add_bound = [&](std::string_view key, std::string_view word, std::int64_t old_one, std::int64_t bound) {
    const bool follows = !before.has(key) && !after.has(key) && from.ascending == to.ascending;
    if (follows || (!retyped && old_one == bound)) return;
    sql += after.has(key) || retyped ? fmt::format(" {} {}", word, bound) : fmt::format(" NO {}", word);
  };
  add_bound("minimum", "MINVALUE", from.minimum, to.minimum);
  add_bound("maximum", "MAXVALUE", from.maximum, to.maximum);
  if (from.start != to.start) sql += fmt::format(" START WITH {}", to.start);
  if (before.text("cache") != after.text("cache")) sql.append(" CACHE ").append(after.text("cache"));
  if (before.is("cycle") != after.is("cycle")) sql += after.is("cycle") ? " CYCLE" : " NO CYCLE";
  return sql;
}

std::optional<Statements> alter(const View& before, const View& after) {
  const Counting from = counting(before);
  const Counting to = counting(after);
  Statements statements;
  if (shuts_out(from, to)) {
    if (!lies_ahead(from, to)) return std::nullopt;
    statements = move_on(address(after), from, to, as_type(before, after));
  }
  statements.push_back({alter_options(before, after)});
  return statements;
}

std::optional<Statements> alter_owner(const View&, const View& after) { return Statements{attach(after)}; }

std::optional<Statements> alter_logging(const View&, const View& after) {
  return Statements{set_logging(address(after), after.is("unlogged"))};
}

enum Raw : std::size_t { type, increment, minimum, maximum, start, owner_table, owner_number, owner_column };

constexpr RawColumn raw[] = {
    {.sql = "pg_catalog.format_type(s.seqtypid, null)"},
    {.sql = "s.seqincrement"},
    {.sql = "s.seqmin"},
    {.sql = "s.seqmax"},
    {.sql = "s.seqstart"},
    {.sql = "d.refobjid"},
    {.sql = "d.refobjsubid"},
    {.sql = "a.attname"},
};

// What PostgreSQL would choose by itself is left out, so that schema files may be silent about it.
void read_bounds(Reader& reader) {
  const auto read_number = [&](Raw column) { return number(reader.raw_text(column)); };
  const bool ascending = number(reader.raw_text(increment)) > 0;
  const Counting defaults = default_counting(reader.raw_text(type), ascending);
  if (read_number(minimum) != defaults.minimum) reader.set("minimum", reader.raw_text(minimum));
  if (read_number(maximum) != defaults.maximum) reader.set("maximum", reader.raw_text(maximum));
  const std::int64_t first = read_number(ascending ? minimum : maximum);
  if (read_number(start) != first) reader.set("start", reader.raw_text(start));
}

bool read(Reader& reader) {
  reader.set("type", reader.raw_text(type));
  reader.set("increment", reader.raw_text(increment));
  read_bounds(reader);
  const Names::Relation* table = reader.names().relation(reader.raw_oid(owner_table));
  if (table == nullptr) return true;
  const Symbols& symbols = reader.names().symbols();
  reader.set("owned_by", qualify(symbols.text(table->schema), symbols.text(table->name)) + '.' +
                             quote_identifier(reader.raw_text(owner_column)));
  reader.set_parent({pg_class, reader.raw_oid(owner_table), to_integer(reader.raw_text(owner_number))});
  return true;
}

constexpr AttributeRule attributes[] = {
    {.key = "type", .fallback = "bigint", .help = "smallint, integer or bigint", .alter = alter},
    {.key = "increment",
     .value = Value::integer,
     .fallback = "1",
     .help = "what is added for each value; a negative one counts down",
     .alter = alter},
    {.key = "minimum",
     .value = Value::integer,
     .help = "lowest value; by type and direction when silent",
     .alter = alter},
    {.key = "maximum",
     .value = Value::integer,
     .help = "highest value; by type and direction when silent",
     .alter = alter},
    {.key = "start",
     .value = Value::integer,
     .help = "first value; the minimum when silent, the maximum when it counts down",
     .alter = alter},
    {.key = "cache",
     .value = Value::integer,
     .fallback = "1",
     .source = "s.seqcache",
     .help = "values that a session takes in advance",
     .alter = alter},
    {.key = "cycle",
     .value = Value::boolean,
     .fallback = "false",
     .source = "s.seqcycle",
     .help = "begins again when it reaches its bound",
     .alter = alter},
    {.key = "owned_by", .help = "column that it is dropped with, as in \"app.orders.id\"", .alter = alter_owner},
    {.key = "unlogged",
     .value = Value::boolean,
     .fallback = "false",
     .source = "c.relpersistence = 'u'",
     .help = "no write-ahead log: faster, but back at its start after a crash",
     .alter = alter_logging,
     .since = 150000},
};

constexpr FileForm forms[] = {{.section = "sequences"}};

}  // namespace

extern const KindRules sequence_rules;
constinit const KindRules sequence_rules{
    .key = "sequence",
    .noun = "SEQUENCE",
    .address = Address::schema,
    .name_space = NameSpace::relation,
    .rename = rename_object,
    .attributes = attributes,
    // The sequence of an identity column, an internal dependency ('i'), belongs to the column.
    .inspection = {.catalog = pg_class,
                   .oid = "c.oid",
                   .schema = "c.relnamespace",
                   .name = "c.relname",
                   .raw = raw,
                   .from = R"(
  from pg_catalog.pg_sequence s
  join pg_catalog.pg_class c on c.oid = s.seqrelid
  left join pg_catalog.pg_depend d
         on d.classid = 1259
        and d.objid = c.oid
        and d.objsubid = 0
        and d.refclassid = 1259
        and d.refobjsubid > 0
        and d.deptype in ('a', 'i')
  left join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
 where c.oid >= 16384
   and c.relpersistence <> 't'
   and d.deptype is distinct from 'i'
 order by c.relnamespace, c.relname)",
                   .read = read},
    .owner_rows = relation_owners,
    .privilege_rows = relation_privileges,
    .takes_labels = true,
    .forms = forms,
    .create = create,
    .create_beside = create_beside,
    .join_parent = join_parent,
    .loss = "drop-sequence",
    .dies_with_parent = true,
    .follows = true,
};

}  // namespace plumb
