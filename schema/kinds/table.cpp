#include <fmt/core.h>

#include "schema/kinds/column_identity.h"
#include "schema/kinds/inherited.h"
#include "schema/kinds/owned_sequence.h"
#include "schema/kinds/rights.h"
#include "schema/kinds/storage.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

std::string statement(const View& table, std::string_view change) {
  return fmt::format("ALTER TABLE {} {}", address(table), change);
}

Statements create(const View& table, std::span<const std::string> parts) {
  const std::string head = fmt::format("CREATE {}TABLE {}", table.is("unlogged") ? "UNLOGGED " : "", address(table));
  std::string tail;
  if (table.has("partition_by")) tail += fmt::format(" PARTITION BY {}", table.text("partition_by"));
  if (table.has("using")) tail += fmt::format(" USING {}", quote_identifier(table.text("using")));
  if (const auto with = table.in_order("with"); !with.empty()) tail += " WITH (" + join_options(with) + ')';
  if (table.has("tablespace")) tail += fmt::format(" TABLESPACE {}", quote_identifier(table.text("tablespace")));
  return create_table(table, head, parts, tail);
}

Statements after_create(const View& table) {
  Statements statements;
  if (table.is("row_security")) statements.push_back({statement(table, "ENABLE ROW LEVEL SECURITY")});
  if (table.is("force_row_security")) statements.push_back({statement(table, "FORCE ROW LEVEL SECURITY")});
  return statements;
}

/// Whether a foreign key refers to the table as a partition of what it refers to.
bool is_referred_to_as_partition(const View& table) {
  const Catalog& catalog = table.catalog();
  for (Kind kind : {Kind::primary_key, Kind::unique_key}) {
    for (const View& key : table.children(kind)) {
      if (!key.is("inherited")) continue;
      for (ObjectId id : catalog.needed_by(catalog.id(key.object()))) {
        if (catalog.object(id).identity.kind == Kind::foreign_key) return true;
      }
    }
  }
  return false;
}

// A foreign key to the partitioned table holds a partition until that is detached.
Statements drop(const View& table) {
  Statements statements = drop_statement(table);
  if (is_referred_to_as_partition(table)) {
    const View partition = table.children(Kind::partition).front();
    statements.insert(statements.begin(), partition.rules().drop(partition).front());
  }
  return statements;
}

// Of a partitioned table, it is said at its creation; to change it does nothing until 18, which refuses both. From 15
// on, the sequences of its columns go along.
std::optional<Statements> alter_logging(const View& before, const View& after) {
  if (after.has("partition_by")) return std::nullopt;
  Statements statements{{statement(after, after.is("unlogged") ? "SET UNLOGGED" : "SET LOGGED")}};
  if (after.catalog().version() < 150000) return statements;
  for (const View& column : after.children(Kind::column)) {
    for (const View& sequence : column.children(Kind::sequence)) {
      const bool is_there = before.catalog().contains(sequence.object().identity);
      if (is_there && sequence.is("unlogged") != after.is("unlogged")) {
        statements.push_back(set_logging(address(sequence), sequence.is("unlogged")));
      }
    }
    const Object* same = before.catalog().find(column.object().identity);
    if (same != nullptr && View{before.catalog(), *same}.has("identity") && column.has("identity_persistence")) {
      statements.push_back(set_identity_persistence(column));
    }
  }
  return statements;
}

std::optional<Statements> alter_options(const View& before, const View& after) {
  return change_options(before, after, "with", "ALTER TABLE " + address(after));
}

// Before 15 the access method of a table could not be changed. A partitioned table has none, but may name that of
// partitions to come.
std::optional<Statements> alter_method(const View&, const View& after) {
  if (after.catalog().version() < 150000) return std::nullopt;
  const std::string method = after.has("using")          ? quote_identifier(after.text("using"))
                             : after.has("partition_by") ? "DEFAULT"
                                                         : "heap";
  return Statements{{statement(after, "SET ACCESS METHOD " + method)}};
}

std::optional<Statements> alter_tablespace(const View&, const View& after) {
  return Statements{{statement(after, set_tablespace(after))}};
}

std::optional<Statements> alter_row_security(const View& before, const View& after) {
  Statements statements;
  if (before.is("row_security") != after.is("row_security")) {
    statements.push_back(
        {statement(after, after.is("row_security") ? "ENABLE ROW LEVEL SECURITY" : "DISABLE ROW LEVEL SECURITY")});
  }
  if (before.is("force_row_security") != after.is("force_row_security")) {
    statements.push_back({statement(
        after, after.is("force_row_security") ? "FORCE ROW LEVEL SECURITY" : "NO FORCE ROW LEVEL SECURITY")});
  }
  return statements;
}

constexpr AttributeRule attributes[] = {
    {.key = "unlogged",
     .value = Value::boolean,
     .fallback = "false",
     .source = "c.relpersistence = 'u'",
     .help = "no write-ahead log: faster, but empty after a crash",
     .alter = alter_logging},
    {.key = "partition_by",
     .source = "case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end",
     .help = "partition key, as in \"RANGE (created_at)\""},
    {.key = "partition_columns",
     .value = Value::names,
     .source = R"(
  case when c.relkind = 'p'
       then (select pg_catalog.array_agg(a.attname order by a.attname)
               from pg_catalog.pg_depend d
               join pg_catalog.pg_attribute a on a.attrelid = d.objid
                                             and a.attnum = d.objsubid
              where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                and d.objid = c.oid
                and d.objsubid > 0
                and d.refclassid = d.classid
                and d.refobjid = c.oid
                and d.deptype = 'i') end)",
     .help = "what the partition key is made of",
     .derived = true},
    {.key = "column_order",
     .value = Value::names,
     .source = R"(
  case when c.relispartition
       then (select pg_catalog.array_agg(a.attname order by a.attnum)
               from pg_catalog.pg_attribute a
               join pg_catalog.pg_inherits h on h.inhrelid = a.attrelid
               join pg_catalog.pg_attribute p on p.attrelid = h.inhparent
                                             and p.attname = a.attname
              where a.attrelid = c.oid
                and a.attnum > 0
                and not a.attisdropped
             having pg_catalog.array_agg(a.attname order by a.attnum)
                    <> pg_catalog.array_agg(a.attname order by p.attnum)) end)",
     .help = "names of a partition's columns in their order, where that is not the one of the partitioned table",
     .alter = [](const View&, const View&) { return std::optional{Statements{}}; },
     .is_fixed = [](const View&, const View&) { return true; }},  // only a new table gets its columns in order
    {.key = "using",
     .source = R"(
  case when m.amname <> 'heap' or c.relkind = 'p'
            or c.relispartition
               and exists (select
                             from pg_catalog.pg_inherits h
                             join pg_catalog.pg_class p on p.oid = h.inhparent
                            where h.inhrelid = c.oid
                              and p.relam not in (0, c.relam))
       then m.amname end)",
     .help = "table access method; heap when silent, or what a partitioned table names for its partitions",
     .alter = alter_method,
     .setting = access_method_setting},
    {.key = "with",
     .value = Value::options,
     .source = R"(
  c.reloptions || case when b.reloptions is not null
                       then array(select 'toast.' || o.option
                                    from pg_catalog.unnest(b.reloptions) o (option)) end)",
     .help = "storage parameters, as in {fillfactor: 70, toast.autovacuum_enabled: false}",
     .alter = alter_options,
     .awaits_columns = true},  // PostgreSQL forgets options of a TOAST table that is not there yet
    {.key = "tablespace",
     .source = R"(
  case when c.reltablespace <> 0
       then (select s.spcname from pg_catalog.pg_tablespace s where s.oid = c.reltablespace) end)",
     .help = "tablespace; the database's own when silent",
     .alter = alter_tablespace,
     .setting = tablespace_setting},
    {.key = "row_security",
     .value = Value::boolean,
     .fallback = "false",
     .source = "c.relrowsecurity",
     .help = "row-level security policies apply",
     .alter = alter_row_security},
    {.key = "force_row_security",
     .value = Value::boolean,
     .fallback = "false",
     .source = "c.relforcerowsecurity",
     .help = "row-level security policies apply to the owner too",
     .alter = alter_row_security},
};

constexpr FileForm forms[] = {{.section = "tables"}};

}  // namespace

extern const KindRules table_rules;
constinit const KindRules table_rules{
    .key = "table",
    .noun = "TABLE",
    .address = Address::schema,
    .name_space = NameSpace::relation,
    .rename = rename_object,
    .attributes = attributes,
    .inspection = {.catalog = pg_class, .oid = "c.oid", .schema = "c.relnamespace", .name = "c.relname", .from = R"(
  from pg_catalog.pg_class c
  left join pg_catalog.pg_am m on m.oid = c.relam
  left join pg_catalog.pg_class b on b.oid = c.reltoastrelid and b.reloptions is not null
 where c.oid >= 16384
   and c.relkind in ('r', 'p')
   and c.relpersistence <> 't'
 order by c.relnamespace, c.relname)"},
    .owner_rows = relation_owners,
    .privilege_rows = relation_privileges,
    .takes_labels = true,
    .keeps_results = [](const View& table) -> std::string_view {
      if (!table.has("partition_by")) return {};
      return "keeps its rows in the partitions that the old one chose: move those that belong elsewhere now";
    },
    .forms = forms,
    .create = create,
    .after_create = after_create,
    .drop = drop,
    .loss = "drop-table",
};

}  // namespace plumb
