#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/core.h>

#include "schema/kinds/annotation.h"
#include "schema/kinds/column_identity.h"
#include "schema/rules.h"
#include "schema/sql.h"

namespace plumb {

namespace {

enum Raw : std::size_t { key = std::size(annotation_raw), column_table, column_number };

constexpr auto raw = [] {
  std::array<RawColumn, column_number + 1> columns{};
  std::ranges::copy(annotation_raw, columns.begin());
  columns[key].sql = "k.oid";
  columns[column_table].sql = "s.refobjid";
  columns[column_number].sql = "s.refobjsubid";
  return columns;
}();

/// The index of a key and the sequence of an identity column are no objects of their own; their comments stand beside
/// those of the key and the column.
bool read(Reader& reader) {
  if (reader.raw_oid(key) != 0) {
    reader.set_parent({pg_constraint, reader.raw_oid(key), 0});
    reader.set_subject(Kind::index);
    return true;
  }
  if (reader.raw_oid(column_table) != 0) {
    reader.set_parent({pg_class, reader.raw_oid(column_table), to_integer(reader.raw_text(column_number))});
    reader.set_subject(Kind::sequence);
    return true;
  }
  return read_annotation(reader);
}

/// What the comment is about, as COMMENT ON says it.
std::string target(const View& comment) {
  const View parent = *comment.parent();
  const Kind subject = comment.object().identity.subject;
  if (subject == parent.kind()) return annotated(comment);
  if (subject == Kind::index) return "INDEX " + qualify(parent.schema(), parent.name());
  if (subject == Kind::sequence) return "SEQUENCE " + identity_sequence_address(parent);
  return annotated(comment);
}

Statements create(const View& comment, std::span<const std::string>) {
  const std::string text = comment.is("none") ? "NULL" : quote_literal(comment.text("text"));
  return {{fmt::format("COMMENT ON {} IS {}", target(comment), text)}};
}

std::optional<Statements> alter(const View&, const View& after) { return create(after, {}); }

// The schema public gets back what initdb said about it, which pg_dump takes for nothing said.
Statements drop(const View& comment) {
  const auto parent = comment.parent();
  const bool is_of_public = parent->kind() == Kind::schema && parent->name() == "public";
  return {{fmt::format("COMMENT ON {} IS {}", target(comment), is_of_public ? "'standard public schema'" : "NULL")}};
}

constexpr AttributeRule attributes[] = {
    {.key = "text",
     .source = "d.description",
     .help = "what \\d+ and other tools show",
     .alter = alter,
     .required = true,
     .unless = "none"},
    {.key = "none",
     .value = Value::boolean,
     .fallback = "false",
     .source = "d.description is null",
     .help = "nothing is said of the schema public, not even what initdb says, as after DROP and CREATE SCHEMA",
     .alter = alter},
};

constexpr Kind column_owners[] = {Kind::view, Kind::materialized_view, Kind::composite_type};
constexpr Kind key_owners[] = {Kind::primary_key, Kind::unique_key, Kind::exclusion};
constexpr Kind identity_owners[] = {Kind::column};
constexpr FileForm forms[] = {
    {.section = "comment", .named = false, .short_form = "text"},
    {.section = "index_comment", .within = key_owners, .named = false, .short_form = "text", .subject = Kind::index},
    {.section = "sequence_comment",
     .within = identity_owners,
     .named = false,
     .short_form = "text",
     .subject = Kind::sequence},
    {.section = "column_comments", .within = column_owners, .short_form = "text"},
};

}  // namespace

extern const KindRules comment_rules;
constinit const KindRules comment_rules{
    .key = "comment",
    .noun = "COMMENT",
    .address = Address::database,
    .address_sql = target,
    .attributes = attributes,
    // What initdb says about the schema public (2200) and CREATE EXTENSION about an extension was not said by the user.
    .inspection = {.catalog = pg_description,
                   .oid = "d.objoid",
                   .sub = "d.objsubid",
                   .name = PLUMB_ANNOTATION_NAME,
                   .raw = raw,
                   .from = R"(
  from (select d.classoid, d.objoid, d.objsubid, d.description
          from pg_catalog.pg_description d
         union all
        select 2615, n.oid, 0, null
          from pg_catalog.pg_namespace n
         where n.nspname = 'public'
           and not exists (select
                             from pg_catalog.pg_description d
                            where d.classoid = 2615
                              and d.objoid = n.oid)) d
  )" PLUMB_ANNOTATION_COLUMN R"(
  left join pg_catalog.pg_extension e on d.classoid = 3079 and e.oid = d.objoid
  left join pg_catalog.pg_constraint k on d.classoid = 1259 and k.conindid = d.objoid and k.contype in ('p', 'u', 'x')
  left join pg_catalog.pg_depend s
         on d.classoid = 1259
        and d.objsubid = 0
        and s.classid = 1259
        and s.objid = d.objoid
        and s.objsubid = 0
        and s.refclassid = 1259
        and s.refobjsubid > 0
        and s.deptype = 'i'
 where (d.objoid >= 16384 or d.classoid = 2615 and d.objoid = 2200)
   and not (d.classoid = 2615
            and d.description is not distinct from 'standard public schema'
            and d.objoid = (select n.oid from pg_catalog.pg_namespace n where n.nspname = 'public'))
   and (e.oid is null
        or (e.extname, d.description) not in (select x.name, coalesce(x.comment, '')
                                                from pg_catalog.pg_available_extensions() x)))",
                   .read = read},
    .forms = forms,
    .create = create,
    .drop = drop,
    .dies_with_parent = true,
    .about_parent = true,
    .follows = true,
};

}  // namespace plumb
